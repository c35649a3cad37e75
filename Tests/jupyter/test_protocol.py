# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What Jupyter's protocol asks of a kernel, and its conformance test does not try."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kernels import kernel, run, shown, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.host_only  # The guest has no image with packages.

SECONDS = 30


@pytest.fixture(scope="module")
def running(known_kernel: Path) -> Iterator[tuple[Any, Any]]:
    with kernel() as both:
        yield both


@pytest.fixture
def notebook(running: tuple[Any, Any]) -> Any:
    return running[1]


def value(notebook: Any, code: str) -> str:
    found: str = shown(run(notebook, code)[1])[-1]["content"]["data"]["text/plain"]
    return found


def test_an_interrupt(running: tuple[Any, Any]) -> None:
    manager, notebook = running
    messages: list[Any] = []

    def listen(message: Any) -> None:
        messages.append(message)
        if message["msg_type"] == "stream":
            manager.interrupt_kernel()

    code = "kept = 1\nprint('running', flush=True)\nimport time\ntime.sleep(60)"
    reply = notebook.execute_interactive(code, timeout=SECONDS, output_hook=listen)["content"]
    assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")
    assert shown(messages)[-1]["content"]["ename"] == "KeyboardInterrupt"
    assert value(notebook, "kept") == "1"


def test_a_display_is_updated(notebook: Any) -> None:
    _, messages = run(notebook, "handle = display('one', display_id='slot'); handle.update('two')")
    found = [(message["msg_type"], message["content"]["transient"]) for message in shown(messages)]
    assert found == [("display_data", {"display_id": "slot"}), ("update_display_data", {"display_id": "slot"})]


def test_clear_output_can_wait(notebook: Any) -> None:
    _, messages = run(notebook, "from IPython.display import clear_output; clear_output(wait=True)")
    assert [message["content"] for message in shown(messages)] == [{"wait": True}]


def test_text_and_displays_come_in_their_order(notebook: Any) -> None:
    code = "for i in range(20):\n    print(i)\n    display(i)"
    kinds = [(message["msg_type"], message["content"]) for message in shown(run(notebook, code)[1])]
    found = [content["text"].strip() if kind == "stream" else content["data"]["text/plain"] for kind, content in kinds]
    assert found == [str(number) for number in range(20) for _ in range(2)]


def test_silence(notebook: Any) -> None:
    """No output, no input, and the count stays."""
    before = run(notebook, "1")[0]["execution_count"]
    messages: list[Any] = []
    code = "print('unheard'); display('unseen'); quiet = 2; quiet"
    reply = notebook.execute_interactive(code, silent=True, timeout=SECONDS, output_hook=messages.append)["content"]
    assert (reply["status"], {message["msg_type"] for message in messages}) == ("ok", {"status"})
    assert run(notebook, "quiet")[0]["execution_count"] == before + 1


def test_a_cell_that_is_not_stored_is_not_counted(notebook: Any) -> None:
    before = run(notebook, "1")[0]["execution_count"]
    notebook.execute_interactive("2", store_history=False, timeout=SECONDS, output_hook=lambda _: None)
    assert run(notebook, "3")[0]["execution_count"] == before + 1


def test_user_expressions(notebook: Any) -> None:
    run(notebook, "known = 20; known")
    wanted = {"good": "known + 1", "bad": "1 / 0"}
    reply = notebook.execute_interactive("known += 1", user_expressions=wanted, timeout=SECONDS)["content"]
    found = reply["user_expressions"]
    assert found["good"] == {"status": "ok", "data": {"text/plain": "22"}, "metadata": {}}
    assert (found["bad"]["status"], found["bad"]["ename"]) == ("error", "ZeroDivisionError")
    # The kernel's own executions change no variable.
    assert value(notebook, "_") == "20"


@pytest.mark.parametrize(
    ("written", "match", "start"), [("thing_o", "thing_of_mine", 0), ("print(thing_of_mine.co", "colour", 20)]
)
def test_names_of_the_user_are_completed(notebook: Any, written: str, match: str, start: int) -> None:
    run(notebook, "class Thing:\n    colour = 'red'\nthing_of_mine = Thing()")
    content = notebook.complete(written, reply=True, timeout=SECONDS)["content"]
    assert (content["matches"], content["cursor_start"], content["cursor_end"]) == ([match], start, len(written))


def test_names_of_the_user_are_inspected(notebook: Any) -> None:
    run(notebook, "def helpful(a, b=2):\n    '''Helps.'''\n    return a")
    brief = inspected(notebook, "helpful(1, ", 0)
    assert "helpful(a, b=2)" in brief
    assert "Helps." in brief
    assert "return a" not in brief
    assert "return a" in inspected(notebook, "helpful", 1)


def inspected(notebook: Any, code: str, detail: int) -> str:
    content = notebook.inspect(code, detail_level=detail, reply=True, timeout=SECONDS)["content"]
    found: str = content["data"]["text/plain"]
    return found


def test_what_is_unknown_is_not_found(notebook: Any) -> None:
    content = notebook.inspect("nobody_has_this", reply=True, timeout=SECONDS)["content"]
    assert (content["status"], content["found"], content["data"]) == ("ok", False, {})


def test_there_is_no_input(notebook: Any) -> None:
    reply, _ = run(notebook, "input('? ')")
    assert (reply["status"], reply["ename"]) == ("error", "EOFError")


def test_leaving_leaves_the_variables(notebook: Any) -> None:
    run(notebook, "stays = 5")
    reply, _ = run(notebook, "import sys; sys.exit(3)")
    assert (reply["ename"], reply["evalue"]) == ("SystemExit", "3")
    assert value(notebook, "stays") == "5"


def test_bytes_that_are_no_text(notebook: Any) -> None:
    _, messages = run(notebook, "import os; os.write(1, b'a\\xffb\\n');")
    assert text(messages) == "a\ufffdb\n"


def test_an_empty_cell(notebook: Any) -> None:
    before = run(notebook, "1")[0]["execution_count"]
    reply, messages = run(notebook, "  \n")
    assert (reply["status"], shown(messages)) == ("ok", [])
    assert run(notebook, "2")[0]["execution_count"] == before + 1


def test_after_an_error_the_cells_in_the_queue_are_left_out(notebook: Any) -> None:
    identities = [notebook.execute(code) for code in ("import time; time.sleep(0.5); 1 / 0", "late = 1")]
    replies: dict[str, str] = {}
    while set(replies) != set(identities):
        reply = notebook.get_shell_msg(timeout=SECONDS)
        replies[reply["parent_header"]["msg_id"]] = reply["content"]["status"]
    assert [replies[identity] for identity in identities] == ["error", "aborted"]
    assert run(notebook, "late")[0]["ename"] == "NameError"


def test_an_unknown_magic_is_an_error(notebook: Any) -> None:
    reply, _ = run(notebook, "%nothing_of_this_name")
    assert (reply["ename"], "nothing_of_this_name" in reply["evalue"]) == ("UsageError", True)
