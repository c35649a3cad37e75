# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Which session a kernel has, and what becomes of it."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from host import wait_until
from kernels import kernel, run, text

if TYPE_CHECKING:
    from pathlib import Path

    from api_client import Client
    from instance import Instance

pytestmark = pytest.mark.host_only  # The guest has no image with packages.


def sessions(client: Client) -> list[str]:
    return [session["id"] for session in client.pages("/v1/sessions", "sessions")]


def test_a_session_comes_with_the_first_cell_and_goes_with_the_kernel(client: Client, known_kernel: Path) -> None:
    before = sessions(client)
    with kernel() as (_, notebook):
        assert sessions(client) == before
        run(notebook, "x = 1")
        assert len(sessions(client)) == len(before) + 1
    assert wait_until(lambda: sessions(client) == before)


def test_a_restart_brings_a_new_session(client: Client, known_kernel: Path) -> None:
    before = sessions(client)
    with kernel() as (manager, notebook):
        run(notebook, "x = 1")
        manager.restart_kernel()
        notebook.wait_for_ready(timeout=60)
        assert run(notebook, "x")[0]["ename"] == "NameError"
        assert len(sessions(client)) == len(before) + 1


def test_a_session_that_was_there_stays(client: Client, known_kernel: Path) -> None:
    session = client.create(name="already-there")["id"]
    client.execute(session, "x = 'from before'")
    with kernel(CLOISTER_SESSION="already-there") as (_, notebook):
        assert text(run(notebook, "print(x)")[1]) == "from before\n"
        run(notebook, "y = 2")
    assert client.execute(session, "x, y")["value"] == {"text/plain": "('from before', 2)"}
    client.delete(session)


def test_a_session_that_is_not_there_is_an_error(known_kernel: Path) -> None:
    with kernel(CLOISTER_SESSION="nobody-has-this") as (_, notebook):
        reply, _ = run(notebook, "1")
        assert (reply["status"], reply["ename"]) == ("error", "CloisterError")
        assert "nobody-has-this" in reply["evalue"]


def test_a_daemon_that_is_not_there_is_an_error(known_kernel: Path, tmp_path: Path) -> None:
    with kernel(CLOISTER_SOCKET=str(tmp_path / "no.sock")) as (_, notebook):
        reply, messages = run(notebook, "1")
        assert (reply["status"], reply["ename"]) == ("error", "FileNotFoundError")
        assert messages[-2]["msg_type"] == "error"


def test_a_session_that_was_ended_is_replaced(client: Client, known_kernel: Path) -> None:
    before = sessions(client)
    with kernel() as (_, notebook):
        run(notebook, "x = 1")
        (own,) = set(sessions(client)) - set(before)
        client.delete(own)
        reply, messages = run(notebook, "print('again'); x")
        assert (reply["ename"], text(messages)) == ("NameError", "again\n")
        assert "The session had ended" in text(messages, "stderr")


def test_output_comes_while_the_cell_runs(client: Client, known_kernel: Path) -> None:
    with kernel() as (_, notebook):
        run(notebook, "import os, time")
        (session,) = sessions(client)
        seen: list[str] = []

        def listen(message: Any) -> None:
            if message["msg_type"] == "stream":
                seen.append(message["content"]["text"])
                client.upload(session, "go", b"")

        wait = "print('first', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)\nprint('second')"
        notebook.execute_interactive(wait, timeout=60, output_hook=listen)
        assert "".join(seen) == "first\nsecond\n"


def test_a_signal_interrupts_too(client: Client, known_kernel: Path) -> None:
    with kernel() as (manager, notebook):

        def listen(message: Any) -> None:
            if message["msg_type"] == "stream":
                manager.signal_kernel(signal.SIGINT)

        code = "print('running', flush=True)\nimport time\ntime.sleep(60)"
        reply = notebook.execute_interactive(code, timeout=60, output_hook=listen)["content"]
        assert (reply["status"], reply["ename"]) == ("error", "KeyboardInterrupt")


def test_a_time_limit(known_kernel: Path) -> None:
    with kernel(CLOISTER_TIMEOUT="0.5") as (_, notebook):
        reply, _ = run(notebook, "x = 1\nwhile True: pass")
        assert reply["status"] == "error"
        assert text(run(notebook, "print(x)")[1]) == "1\n"


def test_a_cell_outlives_the_daemon(instance: Instance, known_kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kernel() as (_, notebook):
        killed = []

        def listen(message: Any) -> None:
            if message["msg_type"] == "stream":
                killed.append(message["content"]["text"])
                if len(killed) == 1:
                    instance.kill_daemon()
                    instance.start()

        code = "import time\nfor i in range(20):\n    print(i, flush=True)\n    time.sleep(0.2)"
        reply = notebook.execute_interactive(code, timeout=120, output_hook=listen)["content"]
        assert reply["status"] == "ok"
        assert "".join(killed) == "".join(f"{number}\n" for number in range(20))
