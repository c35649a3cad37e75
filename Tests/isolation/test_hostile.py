# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Code that attacks its own session and the daemon: others are answered at once, and the verdict is right."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from host import patience
from pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_client import JSON
    from instance import Instance
    from sandbox import Session, Sessions

pytestmark = pytest.mark.usefixtures("quiet", "pulse")

MIB = 1 << 20
MEMORY = 256 * MIB
LONGEST = 2.0
"""Seconds within which the daemon answers others, whatever goes on."""


@pytest.fixture
def pulse(instance: Instance) -> Iterator[Pulse]:
    """Every test here runs beside a session that must be answered all the time."""
    with Pulse(instance.client) as running:
        yield running
    running.check(patience(LONGEST))


@pytest.fixture
def session(new_session: Sessions) -> Session:
    """Has a variable and a file that may or may not survive."""
    made = new_session()
    made.execute("kept = 'variable'\nopen('/workspace/kept', 'w').write('file')")
    return made


def run(session: Session, code: str, seconds: float | None = None) -> JSON:
    execution: JSON = session.execute(code, seconds or patience(30)).execution
    assert execution["state"] == "finished"
    return execution


def check(session: Session, execution: JSON, *, status: str, cause: str | tuple[str, ...], state: str) -> JSON:
    """The verdict, and that it tells the truth about what is still there. Gives the verdict."""
    verdict: JSON = execution["verdict"]
    causes = (cause,) if isinstance(cause, str) else cause
    assert (execution["status"], verdict["state"]) == (status, state), execution
    assert verdict["cause"] in causes, execution
    after = session.execute("open('/workspace/kept').read(), globals().get('kept')")
    variable = None if state == "lost" else "variable"
    assert (after.status, after.value) == ("ok", f"('file', {variable!r})"), after
    described = session.client.session(session.id)
    assert (described["state"], described["incarnation"]) == (
        "ready",
        execution["incarnation"] + (state != "preserved"),
    )
    return verdict


def resident(instance: Instance) -> int:
    """Bytes of memory the daemon has."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{instance.daemon_pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


def test_fork_bomb(session: Session) -> None:
    execution = run(session, "import os\nwhile True: os.fork()")
    verdict = check(session, execution, status="error", cause=("error", "pids"), state="preserved")
    assert execution["error"]["type"] == "BlockingIOError"
    assert verdict["limit"] == {"name": "pids", "value": 64}


def test_fork_bomb_that_stays(session: Session) -> None:
    code = """
import os, signal
try:
    while True:
        if os.fork() == 0:
            for number in range(1, 65):
                try: signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError): pass
            while True: pass
except OSError: pass
"""
    execution = run(session, code)
    verdict = check(session, execution, status="ok", cause="ok", state="preserved")
    assert verdict["limit"] in (None, {"name": "pids", "value": 64})
    start = time.monotonic()
    session.close()
    assert time.monotonic() - start < patience(2)


def test_thread_bomb(session: Session) -> None:
    code = "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()"
    execution = run(session, code)
    verdict = check(session, execution, status="error", cause=("error", "pids"), state="preserved")
    assert verdict["limit"] == {"name": "pids", "value": 64}


def test_memory_bomb(session: Session) -> None:
    execution = run(session, "held = []\nwhile True: held.append(bytearray(1 << 20))")
    verdict = check(session, execution, status="lost", cause="oom", state="rolled_back")
    assert verdict["limit"] == {"name": "memory_bytes", "value": MEMORY}
    assert MEMORY * 0.9 < verdict["peak_memory_bytes"] <= MEMORY


def test_memory_bomb_below_the_interpreter(session: Session) -> None:
    """The kernel kills the running tree as a whole, or the child alone: either way the daemon knows."""
    code = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = []\\nwhile 1: x.append(bytearray(1 << 20))'])"
    execution = run(session, code)
    if execution["status"] == "lost":
        check(session, execution, status="lost", cause="oom", state="rolled_back")
    else:
        assert "returncode=-9" in execution["value"]["text/plain"]
        check(session, execution, status="ok", cause="ok", state="preserved")


def test_one_huge_allocation(session: Session) -> None:
    execution = run(session, "bytearray(1 << 50)")
    verdict = check(session, execution, status="error", cause="error", state="preserved")
    assert execution["error"]["type"] == "MemoryError"
    assert verdict["limit"] == {"name": "memory_bytes", "value": MEMORY}


@pytest.mark.parametrize(
    "code",
    [
        "while True: print('x' * 1000)",
        "import os\nblock = b'y' * 65536\nwhile True: os.write(1, block)",
        "import ctypes\nblock = b'z' * 65536\nlibc = ctypes.CDLL(None)\nwhile True: libc.write(1, block, 65536)",
        "import os\nwhile True: os.write(2, b'.')",
    ],
    ids=["print", "write", "c", "bytes"],
)
def test_output_flood(session: Session, instance: Instance, code: str) -> None:
    before = resident(instance)
    execution = run(session, code, 4)
    grown = resident(instance) - before
    check(session, execution, status="timeout", cause="timeout", state="preserved")
    written = max(execution["stdout"]["bytes"], execution["stderr"]["bytes"])
    print(f"{written / MIB:.0f} MiB, the daemon grew by {grown / MIB:.1f} MiB")
    assert written > 10_000
    for stream in (execution["stdout"], execution["stderr"]):
        assert len(stream["text"]) <= 128 * 1024
        assert stream["truncated"] == max(0, stream["bytes"] - len(stream["text"]))
    assert grown < 64 * MIB


@pytest.mark.parametrize(
    ("code", "causes", "exit_status"),
    [
        ("import os; os._exit(3)", ("exited",), {"code": 3, "signal": None}),
        ("import os; os.kill(os.getpid(), 9)", ("crashed",), {"code": None, "signal": 9}),
        ("import ctypes; ctypes.string_at(1)", ("crashed",), {"code": None, "signal": 11}),
        ("import os; os.abort()", ("crashed",), {"code": None, "signal": 6}),
        (
            "import os, subprocess\nsubprocess.Popen(['/bin/sleep', '600'])\nos.kill(-1, 9)\nos.kill(os.getpid(), 9)",
            ("crashed",),
            {"code": None, "signal": 9},
        ),
    ],
    ids=["exit", "kill", "segfault", "abort", "kill all"],
)
def test_interpreter_ends(session: Session, code: str, causes: tuple[str, ...], exit_status: JSON) -> None:
    execution = run(session, code)
    # Whoever kills everything he may kill has killed the checkpoint as well.
    state = "lost" if "-1" in code else "rolled_back"
    verdict = check(session, execution, status="lost", cause=causes, state=state)
    assert verdict["exit"] == exit_status


def test_stack_overflow(session: Session) -> None:
    code = "import sys\nsys.setrecursionlimit(10**9)\ndef f(n=0): return repr(type('T', (), {'__repr__': lambda s: f()})())\nf()"
    execution = run(session, code)
    if execution["status"] == "error":
        check(session, execution, status="error", cause="error", state="preserved")
    else:
        check(session, execution, status="lost", cause=("crashed", "oom"), state="rolled_back")


def test_sys_exit_is_reported_and_not_obeyed(session: Session) -> None:
    execution = run(session, "import sys; sys.exit(4)")
    assert execution["exit_code"] == 4
    check(session, execution, status="exit", cause="exited", state="preserved")


@pytest.mark.parametrize(
    "code",
    [
        (
            "import os, signal, subprocess\nsubprocess.Popen(['/bin/sleep', '600'])\n"
            "os.kill(-1, signal.SIGSTOP)\nos.kill(os.getpid(), signal.SIGSTOP)"
        ),
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\nwhile True: signal.pause()",
        "sum(range(10 ** 13))",
    ],
    ids=["stopped", "blocks", "in c"],
)
def test_deadline_kills(session: Session, code: str) -> None:
    start = time.monotonic()
    execution = run(session, code, 1)
    taken = time.monotonic() - start
    verdict = check(session, execution, status="timeout", cause="timeout", state="rolled_back")
    assert verdict["limit"] == {"name": "timeout_seconds", "value": 1}
    assert 1 <= verdict["wall_seconds"] <= taken
    assert taken < patience(3.5), "one second, two of grace, and the next incarnation"


@pytest.mark.parametrize(
    "code",
    [
        "import time\nwhile True:\n  try: time.sleep(600)\n  except BaseException: pass",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    ],
    ids=["swallows", "ignores"],
)
def test_deadline_forces(session: Session, code: str) -> None:
    execution = run(session, code, 1)
    check(session, execution, status="timeout", cause="timeout", state="preserved")
    assert execution["interruption"]["rung"] == "force"


def test_deadline_interrupts(session: Session) -> None:
    start = time.monotonic()
    execution = run(session, "partial = 0\nwhile True: partial += 1", 1)
    assert time.monotonic() - start < patience(2)
    verdict = check(session, execution, status="timeout", cause="timeout", state="preserved")
    assert verdict["limit"] == {"name": "timeout_seconds", "value": 1}
    assert int(session.execute("partial").value or 0) > 0


@pytest.mark.parametrize("first", [0, 3, 240], ids=["all", "but the standard ones", "the driver's own"])
def test_descriptors_closed(session: Session, first: int) -> None:
    execution = run(session, f"import os; os.closerange({first}, 4096); 'done'")
    causes = ("exited", "crashed", "protocol_error")
    check(session, execution, status="lost", cause=causes, state="rolled_back")


def test_standard_streams_closed(session: Session) -> None:
    execution = run(session, "import os\nfor n in (0, 1, 2): os.close(n)\nprint('unheard')\n'done'")
    if execution["status"] != "lost":
        assert execution["verdict"]["state"] == "preserved"
        assert session.execute("6 * 7").value == "42"


@pytest.mark.parametrize("hold", [False, True], ids=["closes the socket", "keeps the socket"])
def test_another_program_over_the_driver(session: Session, hold: bool) -> None:
    """A program that keeps the control socket never answers: that is the deadline's business."""
    keep = "import fcntl\nfor n in range(240, 260):\n  try: os.set_inheritable(n, True)\n  except OSError: pass\n"
    code = f"import os\n{keep if hold else ''}os.execv('/bin/sleep', ['sleep', '600'])"
    start = time.monotonic()
    execution = run(session, code, 2 if hold else None)
    if hold:
        check(session, execution, status="timeout", cause="timeout", state="rolled_back")
    else:
        assert time.monotonic() - start < patience(5)
        check(session, execution, status="lost", cause=("exited", "crashed", "protocol_error"), state="rolled_back")


FORGE = """
import os, socket, struct, sys, threading, time
def packet(nonce, value, kind=66, version=1, length=None):
    body = b''.join(struct.pack('<HHI', t, 0, len(d)) + d for t, d in ((32, b'\\0'), (33, value), (37, bytes(8))))
    return struct.pack('<BBHI', version, kind, 0, len(body) if length is None else length) + nonce + body
def control():
    for name in os.listdir('/proc/self/fd'):
        number = int(name)
        try: end = socket.socket(fileno=os.dup(number))
        except OSError: continue
        if end.family == socket.AF_UNIX and end.type == socket.SOCK_SEQPACKET: return end
        end.close()
def own_nonce():
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            nonce = getattr(value, 'nonce', None)
            if isinstance(nonce, bytes) and len(nonce) == 16: return nonce
        frame = frame.f_back
    raise LookupError('no nonce')
"""


@pytest.mark.parametrize(
    "forged",
    [
        "packet(os.urandom(16), b\"'forged'\")",
        "packet(bytes(16), b\"'forged'\")",
        "packet(os.urandom(16), b'x', kind=200)",
        "packet(os.urandom(16), b'x', version=9)",
        "packet(os.urandom(16), b'x', length=1 << 31)",
        "packet(bytes(16), b'x', kind=65)",
        "b'short'",
        "bytes(60000)",
    ],
    ids=["result", "zero nonce", "kind", "version", "length", "hello", "short", "zeros"],
)
def test_forged_answers(session: Session, forged: str) -> None:
    execution = run(session, f"{FORGE}\ncontrol().send({forged})\ntime.sleep(20)\n'real'")
    check(session, execution, status="lost", cause="protocol_error", state="rolled_back")
    assert execution["value"] is None


def test_forged_answer_with_the_right_nonce(session: Session) -> None:
    """It may pass as this execution's own claim, and as nothing else: the real answer after it ends the incarnation."""
    code = f"{FORGE}\nnonce = own_nonce()\ncontrol().send(packet(nonce, b\"'forged'\"))\n'real'"
    execution = run(session, code)
    assert execution["status"] in ("ok", "lost"), execution
    if execution["status"] == "ok":
        assert execution["value"] == {"text/plain": "'forged'"}
    for number in range(20):
        outcome = session.execute(f"'answer {number}'")
        if outcome.status == "lost":
            assert outcome.execution["verdict"]["cause"] == "protocol_error"
        else:
            assert outcome.value == f"'answer {number}'"
    assert session.execute("'last'").value == "'last'"


def test_forged_answers_for_later(session: Session) -> None:
    """A thread that goes on forging after its execution has ended never changes another's answer."""
    code = (
        f"{FORGE}\nend = control()\ndef forge():\n  time.sleep(0.3)\n  end.send(packet(os.urandom(16), b\"'forged'\"))"
    )
    session.execute(f"{code}\nthreading.Thread(target=forge, daemon=True).start()")
    answers = [session.execute(f"import time; time.sleep(0.05); 'answer {number}'") for number in range(15)]
    for number, outcome in enumerate(answers):
        assert outcome.value == f"'answer {number}'" or outcome.status == "lost", outcome
    assert {outcome.execution["verdict"]["cause"] for outcome in answers} <= {"ok", "protocol_error"}
    assert session.client.session(session.id)["incarnation"] == 2
    assert session.execute("6 * 7").value == "42"


def test_output_that_looks_like_frames(session: Session) -> None:
    code = f'{FORGE}\nos.write(1, packet(own_nonce(), b"\'forged\'"))\nprint(\'\\n{{"seq": 1, "type": "result"}}\')\n\'real\''
    execution = run(session, code)
    assert execution["value"] == {"text/plain": "'real'"}
    check(session, execution, status="ok", cause="ok", state="preserved")


@pytest.mark.parametrize(("place", "limit"), [("/workspace", "workspace_bytes"), ("/tmp", "tmp_bytes")])
def test_disk_full(session: Session, place: str, limit: str) -> None:
    code = (
        f"import os\nfor n in range(40):\n  with open(f'{place}/{{n}}', 'wb') as file: file.write(os.urandom(1 << 20))"
    )
    execution = run(session, code)
    assert execution["error"], execution
    verdict = check(session, execution, status="error", cause="disk_full", state="preserved")
    assert verdict["limit"] == {"name": limit, "value": 16 * MIB}


def test_children_that_hold_the_output(session: Session) -> None:
    """An execution ends with its interpreter's answer, not with the last process that could still print."""
    code = "import subprocess\nchild = subprocess.Popen(['/bin/sh', '-c', 'sleep 1; echo late'])\n'done'"
    start = time.monotonic()
    execution = run(session, code)
    assert time.monotonic() - start < patience(1)
    assert execution["value"] == {"text/plain": "'done'"}
    check(session, execution, status="ok", cause="ok", state="preserved")


@pytest.mark.parametrize(
    "sabotage",
    [
        "import builtins\nfor name in dir(builtins):\n  if name not in ('None', '__import__'): setattr(builtins, name, None)",
        "import sys\nsys.stdout = sys.stderr = None\nsys.modules.clear()",
        "import os\nos.read = os.write = os._exit = None",
        "import sys\nsys.settrace(lambda *a: 1 / 0)\nsys.excepthook = None\nsys.displayhook = None",
        "import gc\nfor thing in gc.get_objects():\n  try: thing.__dict__.clear()\n  except BaseException: pass",
    ],
    ids=["builtins", "modules", "os", "trace", "gc"],
)
def test_interpreter_sabotaged(new_session: Sessions, sabotage: str) -> None:
    """Either the next answer is right or the session says that it begins anew."""
    # A checkpoint would bring the sabotage back.
    session = new_session(checkpoint="off")
    first = session.execute(sabotage, 5)
    assert first.status in ("ok", "error", "lost", "timeout")
    results: list[Any] = [session.execute(f"{number} + 1", 5) for number in range(3)]
    for number, outcome in enumerate(results):
        assert outcome.value == str(number + 1) or outcome.status in ("error", "lost", "timeout"), outcome
    session.execute("import os; os._exit(0)", 5)
    session.execute("import os; os.kill(os.getpid(), 9)", 5)
    assert session.execute("6 * 7", 5).value == "42"
