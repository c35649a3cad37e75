# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Executions through the socket: results, streams, queues, deadlines, verdicts."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from typing import TYPE_CHECKING

import pytest

from api_client import ApiError
from host import patience, wait_until

if TYPE_CHECKING:
    from api_client import JSON, Client
    from sandbox import Session, Sessions

MIB = 1 << 20
HEAD_AND_TAIL = 64 << 10


def text(events: list[JSON], stream: str = "stdout") -> str:
    """The output that the events carry, which must be without gaps."""
    parts = [event for event in events if event["type"] == stream]
    position = 0
    for event in parts:
        assert event["offset"] == position
        position += len(event["text"].encode())
    return "".join(event["text"] for event in parts)


def verdict(execution: JSON) -> tuple[str, str, str]:
    return execution["status"], execution["verdict"]["state"], execution["verdict"]["cause"]


def numbered(events: list[JSON]) -> None:
    """The events are complete: without gaps, begun and ended as they should be."""
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["type"] for event in events].count("result") == 1
    assert (events[0]["type"], events[-1]["type"]) == ("started", "result")


# Results


def test_a_value_and_both_streams(client: Client, session: Session) -> None:
    code = "import sys\nprint('out ä')\nprint('err', file=sys.stderr)\nx = 6\nx * 7"
    execution = client.execute(session.id, code, timeout_seconds=10)
    assert execution["value"] == {"text/plain": "42"}
    assert execution["stdout"] == {"text": "out ä\n", "bytes": 7, "truncated": 0, "encoding": "utf-8"}
    assert execution["stderr"]["text"] == "err\n"
    assert (execution["number"], execution["state"], execution["timeout_seconds"]) == (1, "finished", 10)
    assert execution["code_sha256"] == hashlib.sha256(code.encode()).hexdigest()
    assert verdict(execution) == ("ok", "preserved", "ok")
    assert execution["created_at"] <= execution["started_at"] <= execution["finished_at"]
    assert execution["verdict"]["peak_memory_bytes"] > 0
    assert client.execution(session.id, execution["id"]) == execution


def test_an_exception_has_a_traceback_with_the_lines(client: Client, session: Session) -> None:
    execution = client.execute(session.id, "kept = 1\ndef broken():\n    raise ValueError('no good')\nbroken()")
    error = execution["error"]
    assert (error["type"], error["message"]) == ("ValueError", "no good")
    assert "    raise ValueError('no good')" in error["traceback"]
    assert "<execution 1>" in error["traceback"]
    assert "line 4" in error["traceback"]
    assert verdict(execution) == ("error", "preserved", "error")
    assert session.execute("kept").value == "1"


def test_a_syntax_error_is_an_error(client: Client, session: Session) -> None:
    execution = client.execute(session.id, "x = (")
    assert execution["error"]["type"] == "SyntaxError"
    assert verdict(execution) == ("error", "preserved", "error")


def test_output_of_other_processes_counts(client: Client, session: Session) -> None:
    execution = client.execute(session.id, "import os\nos.system('echo from sh; echo wrong >&2')\nNone")
    assert execution["stdout"]["text"] == "from sh\n"
    assert execution["stderr"]["text"] == "wrong\n"


def test_bytes_that_are_no_text(client: Client, session: Session) -> None:
    execution = client.execute(session.id, "import os; os.write(1, bytes([255, 254, 0])); None")
    assert execution["stdout"] == {"text": "//4A", "bytes": 3, "truncated": 0, "encoding": "base64"}


def test_leaving_the_script_keeps_the_session(client: Client, session: Session) -> None:
    execution = client.execute(session.id, "x = 5\nimport sys\nsys.exit(3)")
    assert (execution["status"], execution["exit_code"]) == ("exit", 3)
    assert execution["verdict"]["state"] == "preserved"
    assert session.execute("x").value == "5"


def test_what_runs_in_the_background_does_not_disturb(client: Client, session: Session) -> None:
    begin = """
import threading, time
def talk():
    for number in range(400):
        print('background', number, flush=True)
        time.sleep(0.005)
threading.Thread(target=talk, daemon=True).start()
"""
    first = client.execute(session.id, begin)
    assert first["status"] == "ok"
    time.sleep(0.3)
    second = client.execute(session.id, "print('second', flush=True)")
    assert "second\n" in second["stdout"]["text"]
    # What nobody ran for is dropped, and what was written before is not told again.
    told = first["stdout"]["text"] + second["stdout"]["text"]
    numbers = re.findall(r"^background (\d+)$", told, re.MULTILINE)
    assert len(numbers) == len(set(numbers))
    assert "background 0\n" not in second["stdout"]["text"]
    assert session.execute("1 + 1").value == "2"


# Streams


def test_events_come_as_they_happen(client: Client, session: Session) -> None:
    code = """
import os, sys, time
print('before', flush=True)
while not os.path.exists('/workspace/go'):
    time.sleep(0.01)
print('after', file=sys.stderr)
"""
    with client.stream(session.id, code) as stream:
        assert stream.headers["Content-Type"].startswith("application/x-ndjson")
        seen = []
        for event in stream:
            seen.append(event)
            if event["type"] == "stdout":
                client.upload(session.id, "go", b"")
    numbered(seen)
    assert seen[0]["session_id"] == session.id
    assert text(seen) == "before\n"
    assert text(seen, "stderr") == "after\n"
    assert seen[-1]["execution"] == client.execution(session.id, seen[0]["execution_id"])


def test_a_stream_can_be_resumed_anywhere(client: Client, session: Session) -> None:
    code = "import time\nfor i in range(30):\n    print(i, flush=True)\n    time.sleep(0.005)"
    with client.stream(session.id, code) as stream:
        events = list(stream)
    numbered(events)
    execution = events[0]["execution_id"]
    for after in (0, 1, len(events) // 2, len(events) - 1, len(events), len(events) + 100):
        with client.events(session.id, execution, after) as stream:
            assert list(stream) == events[after:]


def test_a_cut_stream_goes_on_where_it_was(client: Client, session: Session) -> None:
    code = "import time\nfor i in range(300):\n    print('line', i, flush=True)\n    time.sleep(0.003)"
    events: list[JSON] = []
    with client.stream(session.id, code) as stream:
        for event in stream:
            events.append(event)
            if len(events) == 20:
                break
    execution = events[0]["execution_id"]
    while events[-1]["type"] != "result":
        with client.events(session.id, execution, events[-1]["seq"]) as stream:
            for event in stream:
                events.append(event)
                if len(events) % 70 == 0:
                    break
    numbered(events)
    assert text(events) == "".join(f"line {i}\n" for i in range(300))
    assert events[-1]["execution"]["status"] == "ok"


def test_a_flood_arrives_complete(client: Client, session: Session) -> None:
    code = "import sys\nfor i in range(200_000):\n    sys.stdout.write(f'{i} äöü {\"x\" * 40}\\n')"
    with client.stream(session.id, code) as stream:
        events = list(stream)
    numbered(events)
    wanted = "".join(f"{i} äöü {'x' * 40}\n" for i in range(200_000))
    assert hashlib.sha256(text(events).encode()).digest() == hashlib.sha256(wanted.encode()).digest()
    assert events[-1]["execution"]["stdout"]["bytes"] == len(wanted.encode())


# Much output


def test_long_output_keeps_head_and_tail(client: Client, session: Session) -> None:
    code = "print(''.join(f'{i:07}\\n' for i in range(50_000)), end='')"
    execution = client.execute(session.id, code)
    whole = "".join(f"{i:07}\n" for i in range(50_000))
    out = execution["stdout"]
    assert out["bytes"] == len(whole)
    assert out["truncated"] == len(whole) - 2 * HEAD_AND_TAIL
    assert out["text"].startswith(whole[:HEAD_AND_TAIL])
    assert out["text"].endswith(whole[-HEAD_AND_TAIL:])
    at = f"/v1/sessions/{session.id}/executions/{execution['id']}/output/stdout"
    assert client.send("GET", at).body == whole.encode()
    part = client.request("GET", at, headers={"Range": "bytes=100000-100999"})
    assert (part.status, part.body) == (206, whole[100_000:101_000].encode())


def test_output_beyond_the_cap_is_counted_and_not_kept(client: Client, session: Session) -> None:
    code = "import os\nblock = b'0123456789abcde\\n' * 65536\nfor _ in range(70): os.write(1, block)"
    execution = client.execute(session.id, code)
    assert execution["status"] == "ok"
    assert execution["stdout"]["bytes"] == 70 * MIB
    assert execution["stdout"]["text"].endswith("0123456789abcde\n")
    assert execution["verdict"]["limit"]["name"] == "output_bytes"
    at = f"/v1/sessions/{session.id}/executions/{execution['id']}/output/stdout"
    kept = client.send("GET", at).body
    assert len(kept) <= 64 * MIB
    assert len(kept) >= 63 * MIB
    assert kept == (b"0123456789abcde\n" * (len(kept) // 16 + 1))[: len(kept)]
    assert session.execute("1 + 1").value == "2"


# Queues


def test_executions_wait_for_their_turn(client: Client, session: Session) -> None:
    first = client.execute(session.id, "import time; order = ['a']; time.sleep(0.3)", wait=False)
    second = client.execute(session.id, "order.append('b')", wait=False)
    third = client.execute(session.id, "order.append('c'); order")
    assert (first["state"], second["state"]) == ("running", "queued")
    assert third["value"] == {"text/plain": "['a', 'b', 'c']"}
    assert [first["number"], second["number"], third["number"]] == [1, 2, 3]
    listed = client.pages(f"/v1/sessions/{session.id}/executions", "executions", limit=2)
    assert [execution["id"] for execution in listed] == [first["id"], second["id"], third["id"]]
    assert {execution["status"] for execution in listed} == {"ok"}


def test_who_does_not_want_to_wait_is_told(client: Client, session: Session) -> None:
    running = client.execute(session.id, "import time; time.sleep(30)", wait=False)
    with pytest.raises(ApiError) as refusal:
        client.execute(session.id, "1", queue="refuse")
    assert (refusal.value.status, refusal.value.code) == (409, "session_busy")
    interrupt(client, session, running)
    assert client.execute(session.id, "1", queue="refuse")["status"] == "ok"


def test_the_queue_has_an_end(client: Client, session: Session) -> None:
    running = client.execute(session.id, "import time; time.sleep(30)", wait=False)
    queued: list[JSON] = []
    with pytest.raises(ApiError) as refusal:
        queued.extend(client.execute(session.id, "1", wait=False) for _ in range(100))
    assert (refusal.value.status, refusal.value.code) == (409, "session_busy")
    assert len(queued) >= 8
    interrupt(client, session, running)
    for execution in queued:
        assert finished(client, session, execution)["status"] == "ok"


# Deadlines and interrupts


def finished(client: Client, session: Session, execution: JSON) -> JSON:
    with client.events(session.id, execution["id"]) as stream:
        last = list(stream)[-1]
    assert last["type"] == "result"
    ended: JSON = last["execution"]
    return ended


def interrupt(client: Client, session: Session, execution: JSON) -> JSON:
    at = f"/v1/sessions/{session.id}/executions/{execution['id']}/interrupt"
    assert client.send("POST", at).status == 202
    return finished(client, session, execution)


def test_a_deadline_interrupts_and_variables_survive(client: Client, session: Session) -> None:
    start = time.monotonic()
    execution = client.execute(session.id, "x = 'kept'\nimport time\ntime.sleep(60)", timeout_seconds=0.5)
    assert time.monotonic() - start < patience(2)
    assert verdict(execution) == ("timeout", "preserved", "timeout")
    assert execution["verdict"]["limit"] == {"name": "timeout_seconds", "value": 0.5}
    assert execution["error"]["type"] == "KeyboardInterrupt"
    assert (session.execute("x").value, client.session(session.id)["incarnation"]) == ("'kept'", 1)


def test_a_busy_loop_is_interrupted(client: Client, session: Session) -> None:
    execution = client.execute(session.id, "x = 0\nwhile True: x += 1", timeout_seconds=0.5)
    assert verdict(execution) == ("timeout", "preserved", "timeout")
    assert int(session.execute("x").value or 0) > 0


def test_code_that_no_interrupt_reaches_is_killed(client: Client, session: Session) -> None:
    code = """
open('/workspace/kept', 'w').write('kept')
x = 'lost'
import signal
print('not me', flush=True)
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
while True:
    signal.pause()
"""
    execution = client.execute(session.id, code, timeout_seconds=0.5)
    assert verdict(execution) == ("timeout", "lost", "timeout")
    assert (execution["incarnation"], execution["stdout"]["text"][:7]) == (1, "not me\n")
    after = client.execute(session.id, "'x' in globals(), open('/workspace/kept').read()")
    assert after["value"] == {"text/plain": "(False, 'kept')"}
    assert (after["incarnation"], client.session(session.id)["incarnation"]) == (2, 2)


def test_an_interrupt_by_hand(client: Client, session: Session) -> None:
    running = client.execute(session.id, "x = 1\nimport time\ntime.sleep(60)", wait=False)
    assert verdict(interrupt(client, session, running)) == ("interrupted", "preserved", "interrupted")
    assert session.execute("x").value == "1"
    # One that has ended stays as it is.
    assert interrupt(client, session, running)["status"] == "interrupted"


def test_a_queued_execution_is_withdrawn(client: Client, session: Session) -> None:
    running = client.execute(session.id, "x = 1\nimport time\ntime.sleep(60)", wait=False)
    waiting = client.execute(session.id, "x = 2", wait=False)
    withdrawn = interrupt(client, session, waiting)
    assert (withdrawn["status"], withdrawn["started_at"]) == ("interrupted", None)
    interrupt(client, session, running)
    assert session.execute("x").value == "1"


def test_a_client_that_goes_away_ends_nothing(client: Client, session: Session) -> None:
    with client.stream(session.id, "import time\nprint('on', flush=True)\ntime.sleep(0.5)\n'done'") as stream:
        execution = next(iter(stream))["execution_id"]
    found = finished(client, session, {"id": execution})
    assert (found["status"], found["value"]) == ("ok", {"text/plain": "'done'"})


# Ends of interpreters and of room


@pytest.mark.parametrize(
    ("code", "cause", "exit_status"),
    [
        ("import os; os._exit(7)", "exited", {"code": 7, "signal": None}),
        ("import ctypes; ctypes.string_at(0)", "crashed", {"code": None, "signal": 11}),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed", {"code": None, "signal": 9}),
        ("import os; os.abort()", "crashed", {"code": None, "signal": 6}),
    ],
)
def test_an_interpreter_that_ends(
    client: Client, new_session: Sessions, code: str, cause: str, exit_status: JSON
) -> None:
    session = new_session(checkpoint="off")
    client.execute(session.id, "x = 1; open('/workspace/kept', 'w').write('kept')")
    execution = client.execute(session.id, f"print('last words', flush=True)\n{code}")
    assert verdict(execution) == ("lost", "lost", cause)
    assert execution["verdict"]["exit"] == exit_status
    assert execution["stdout"]["text"] == "last words\n"
    after = client.execute(session.id, "'x' in globals(), open('/workspace/kept').read()")
    assert (after["value"], after["incarnation"]) == ({"text/plain": "(False, 'kept')"}, 2)


def test_a_session_survives_any_number_of_crashes(client: Client, session: Session) -> None:
    for number in range(1, 9):
        execution = client.execute(session.id, "import os; os._exit(1)")
        assert (execution["incarnation"], execution["verdict"]["cause"]) == (number, "exited")
    assert client.execute(session.id, "1")["incarnation"] == 9


def test_a_memory_bomb(client: Client, session: Session) -> None:
    execution = client.execute(session.id, "bomb = bytearray(400 << 20)")
    assert verdict(execution) == ("lost", "lost", "oom")
    assert execution["verdict"]["limit"] == {"name": "memory_bytes", "value": 256 * MIB}
    assert execution["verdict"]["peak_memory_bytes"] >= 200 * MIB
    assert client.execute(session.id, "1")["incarnation"] == 2


def test_memory_that_is_not_even_asked_for(client: Client, session: Session) -> None:
    execution = client.execute(session.id, "kept = 1\nbytearray(1 << 60)")
    assert (execution["error"]["type"], execution["verdict"]["state"]) == ("MemoryError", "preserved")
    assert execution["verdict"]["limit"]["name"] == "memory_bytes"
    assert session.execute("kept").value == "1"


@pytest.mark.parametrize(("place", "limit"), [("/workspace", "workspace_bytes"), ("/tmp", "tmp_bytes")])
def test_a_full_disk(client: Client, session: Session, place: str, limit: str) -> None:
    code = f"kept = 1\nimport os\nfor i in range(40):\n    open(f'{place}/{{i}}', 'wb').write(os.urandom(1 << 20))"
    execution = client.execute(session.id, code)
    assert verdict(execution) == ("error", "preserved", "disk_full")
    assert execution["verdict"]["limit"] == {"name": limit, "value": 16 * MIB}
    assert session.execute("kept").value == "1"
    session.execute(f"for i in range(40):\n    if os.path.exists(f'{place}/{{i}}'): os.unlink(f'{place}/{{i}}')")
    # Freed blocks of the pool count until the next commit.
    write = f"open('{place}/again', 'wb').write(os.urandom(1 << 20))"
    assert wait_until(lambda: session.execute(write).status == "ok", 40, 1)


def test_too_many_processes(client: Client, session: Session) -> None:
    code = """
import subprocess
children = []
try:
    while True:
        children.append(subprocess.Popen(['sleep', '60']))
finally:
    for child in children:
        child.kill()
        child.wait()
"""
    execution = client.execute(session.id, code)
    assert (execution["status"], execution["verdict"]["state"]) == ("error", "preserved")
    assert execution["verdict"]["limit"] == {"name": "pids", "value": 64}
    assert session.execute("len(children)").value is not None


def test_others_go_on_meanwhile(new_session: Sessions) -> None:
    bystander = new_session()
    bombs = [
        "bomb = bytearray(400 << 20)",
        "while True: print('x' * 10000)",
        "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "import os\nos.closerange(0, 1000)\nwhile True: pass",
    ]
    attackers = [new_session() for _ in bombs]
    threads = [
        threading.Thread(target=attacker.execute, args=(bomb, 3))
        for attacker, bomb in zip(attackers, bombs, strict=True)
    ]
    for thread in threads:
        thread.start()
    slowest = 0.0
    while any(thread.is_alive() for thread in threads):
        start = time.monotonic()
        assert bystander.execute("1 + 1").value == "2"
        slowest = max(slowest, time.monotonic() - start)
    for thread in threads:
        thread.join()
    assert slowest < patience(2)
    for attacker in attackers:
        assert attacker.execute("1 + 1").value == "2"


# Requests of a kind


@pytest.mark.parametrize("seconds", [0, -1, 86401, "1", 1e400])
def test_a_deadline_must_be_one(client: Client, session: Session, seconds: object) -> None:
    with pytest.raises(ApiError) as refusal:
        client.execute(session.id, "1", timeout_seconds=seconds)
    assert (refusal.value.status, refusal.value.code) == (400, "invalid_request")


def test_code_may_be_long(client: Client, session: Session) -> None:
    filler = "#" + "x" * (8 * MIB - 10)
    assert client.execute(session.id, f"{filler}\n1 + 1")["value"] == {"text/plain": "2"}
    with pytest.raises(ApiError) as refusal:
        client.execute(session.id, filler + "x" * 100)
    assert (refusal.value.status, refusal.value.code) == (413, "payload_too_large")
