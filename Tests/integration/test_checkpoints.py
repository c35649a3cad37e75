# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Sessions that go on from a copy of their interpreter after it was lost."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from host import wait_until
from sandbox import Sessions

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Session

MIB = 1 << 20
STUCK = "import hashlib\nhashlib.pbkdf2_hmac('sha256', b'x', b'y', (1 << 31) - 1)"
ENDS = {
    "os._exit": ("import os; os._exit(7)", "exited"),
    "segfault": ("import ctypes; ctypes.string_at(0)", "crashed"),
    "abort": ("import os; os.abort()", "crashed"),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "crashed"),
    "out of memory": ("bomb = bytearray(400 << 20)", "oom"),
    "protocol": ("import os\nfor n in range(240, 260):\n  try: os.write(n, b'x' * 30)\n  except OSError: pass", None),
}


def verdict(execution: JSON) -> tuple[str, str]:
    return execution["verdict"]["state"], execution["verdict"]["cause"]


@pytest.mark.parametrize("end", ENDS)
def test_variables_are_as_before(client: Client, session: Session, end: str) -> None:
    code, cause = ENDS[end]
    kept = client.execute(session.id, "x = 1\nlog = ['first']\nopen('/workspace/file', 'w').write('kept')")
    execution = client.execute(session.id, f"x = 2\nlog.append('lost')\nprint('said', flush=True)\n{code}")
    assert verdict(execution) == ("rolled_back", cause or execution["verdict"]["cause"])
    assert execution["checkpoint"] == {"taken": True, "execution_id": kept["id"], "reason": None}
    assert execution["stdout"]["text"].startswith("said\n")
    after = client.execute(session.id, "x, log, open('/workspace/file').read()")
    assert after["value"] == {"text/plain": "(1, ['first'], 'kept')"}
    assert after["incarnation"] == execution["verdict"]["incarnation"] == 2
    assert after["verdict"]["state"] == "preserved"


def test_code_that_no_interrupt_reaches(client: Client, session: Session) -> None:
    client.execute(session.id, "x = 1")
    for on_timeout in ("interrupt", "kill"):
        execution = client.execute(session.id, STUCK, timeout_seconds=0.3, on_timeout=on_timeout)
        assert verdict(execution) == ("rolled_back", "timeout")
        assert execution["status"] == "timeout"
        assert session.execute("x").value == "1"


@pytest.mark.parametrize("end", ["os._exit", "segfault", "out of memory", "stuck in C"])
def test_again_and_again(client: Client, new_session: Sessions, end: str) -> None:
    """As many times as CLOISTER_ROLLBACKS says."""
    session = new_session(limits={"memory_bytes": 64 * MIB})
    code = STUCK if end == "stuck in C" else ENDS[end][0]
    settings = {"timeout_seconds": 0.05, "on_timeout": "kill"} if end == "stuck in C" else {}
    taken = []
    for number in range(1, int(os.environ.get("CLOISTER_ROLLBACKS", "10")) + 1):
        assert session.execute(f"x = {number}").status == "ok"
        began = time.monotonic()
        execution = client.execute(session.id, f"x = 0\n{code}", **settings)
        taken.append((time.monotonic() - began) * 1000)
        assert execution["verdict"]["state"] == "rolled_back", (number, execution)
        assert execution["verdict"]["incarnation"] == number + 1
        assert session.execute("x").value == str(number)
    taken.sort()
    print(f"{len(taken)} times {end}: p50 {taken[len(taken) // 2]:.1f} ms, most {taken[-1]:.1f} ms")


def test_out_of_memory_near_the_limit(client: Client, new_session: Sessions) -> None:
    """A heap of more than half of the limit leaves no checkpoint by itself, but does when it has to."""
    session = new_session(checkpoint="always")
    client.execute(session.id, "heap = bytearray(b'x') * (180 << 20)\nmark = 'there'")
    execution = client.execute(session.id, "bomb = bytearray(b'y') * (200 << 20)")
    assert verdict(execution) == ("rolled_back", "oom")
    assert execution["verdict"]["limit"] == {"name": "memory_bytes", "value": 256 * MIB}
    assert session.execute("mark, len(heap) >> 20, heap[-1:]").value == "('there', 180, bytearray(b'x'))"


def test_what_leaves_no_checkpoint_is_told(client: Client, new_session: Sessions) -> None:
    def reason(session: Session) -> str | None:
        return str(client.execute(session.id, "None")["checkpoint"]["reason"])

    assert reason(new_session(checkpoint="off")) == "off"
    fresh = new_session()
    assert reason(fresh) == "nothing_to_keep"
    large = new_session()
    large.execute("heap = bytearray(b'x') * (180 << 20)")
    assert reason(large) == "memory"
    threads = new_session()
    threads.execute("import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
    assert reason(threads) == "threads"
    sockets = new_session()
    sockets.execute("import socket\ns = socket.socket()")
    assert reason(sockets) == "sockets"
    assert sockets.execute("s.fileno() > 0").value == "True"


def test_policy_off_loses(client: Client, new_session: Sessions) -> None:
    session = new_session(checkpoint="off")
    client.execute(session.id, "x = 1")
    assert verdict(client.execute(session.id, "import os; os._exit(0)")) == ("lost", "exited")
    assert session.execute("'x' in globals()").value == "False"


def test_everything_else_of_the_session_ends(client: Client, session: Session) -> None:
    session.execute("import subprocess\nx = 1")
    session.execute("child = subprocess.Popen(['sleep', '1000'])\npid = child.pid")
    # Their places in the table of processes tell them apart from those of the next incarnation.
    client.execute(session.id, "subprocess.Popen(['sleep', '1000'])\nimport os; os._exit(1)")
    # What has ended may not have been collected yet.
    listing = "import os\n[open(f'/proc/{n}/stat').read().split()[1:3] for n in os.listdir('/proc') if n.isdigit()]"
    processes = eval(str(session.execute(listing).value))
    assert not [state for name, state in processes if name == "(sleep)" and state != "Z"], processes


def test_files_and_random_numbers_stand_where_they_stood(client: Client, session: Session) -> None:
    session.execute(
        "import random\nopen('/workspace/lines', 'w').write('a\\nb\\nc\\n')\n"
        "f = open('/workspace/lines')\nfirst = f.readline()\nrandom.seed(7)\nrandom.random()"
    )
    expected = "import random as r\nr.seed(7)\nr.random()\n"
    client.execute(session.id, "f.readline(), f.readline(), random.random()\nimport os; os._exit(1)")
    drawn = session.execute("(f.readline(), random.random())").value
    assert drawn == session.execute(f"{expected}('b\\n', r.random())").value


def test_a_session_that_is_idle_when_its_interpreter_ends(client: Client, session: Session) -> None:
    session.execute("import os, signal\nx = 1\npid = os.getpid()")
    session.execute(
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', "
        "f'import os, time; time.sleep(0.5); os.kill({pid}, 9)'])"
    )
    assert wait_until(lambda: client.session(session.id)["incarnation"] == 2, 10)
    first, second = (client.execute(session.id, "x") for _ in range(2))
    assert first["value"] == {"text/plain": "1"}
    # Nobody had been told; one is enough.
    assert first["interlude"]["state"] == "rolled_back"
    assert second["interlude"] is None


def test_an_idle_loss_is_told(client: Client, new_session: Sessions) -> None:
    session = new_session(checkpoint="off")
    session.execute("import threading, time, os\nx = 1\nthreading.Timer(0.3, os._exit, (1,)).start()")
    assert wait_until(lambda: client.session(session.id)["incarnation"] == 2, 10)
    execution = client.execute(session.id, "'x' in globals()")
    assert (execution["value"], execution["interlude"]) == (
        {"text/plain": "False"},
        {"state": "lost", "execution_id": None},
    )


def test_a_killed_daemon_keeps_the_session(instance: Instance, client: Client) -> None:
    sessions = Sessions(instance)
    try:
        session = sessions()
        session.execute("x = 1")
        session.execute("import os; os._exit(1)")
        instance.kill_daemon()
        instance.start()
        assert session.execute("x").value == "1"
        assert client.session(session.id)["incarnation"] == 2
        assert verdict(client.execute(session.id, "x = 0\nimport os; os._exit(1)"))[0] == "rolled_back"
        assert session.execute("x").value == "1"
    finally:
        sessions.close()


def test_nothing_is_left(instance: Instance, client: Client) -> None:
    before = instance.warm_up()
    sessions = Sessions(instance)
    for _ in range(5):
        session = sessions()
        session.execute("x = 1")
        session.execute("import os; os._exit(1)")
        session.execute("x = 2")
    sessions.close()
    assert instance.leaks(before) == {}


def test_detached_code_goes_on(client: Client, session: Session) -> None:
    began = time.monotonic()
    execution = client.execute(
        session.id, "import time\ntime.sleep(1.5)\n'done'", timeout_seconds=0.3, on_timeout="detach"
    )
    assert execution["state"] == "running"
    assert time.monotonic() - began < 1.2
    assert wait_until(lambda: client.execution(session.id, execution["id"])["state"] == "finished", 10)
    found = client.execution(session.id, execution["id"])
    assert (found["status"], found["value"]) == ("ok", {"text/plain": "'done'"})


def test_a_checkpoint_is_no_child_of_the_interpreter(client: Client, session: Session) -> None:
    """It would be in the way of whoever waits for his own children."""
    for number in range(30):
        session.execute(f"x = {number}")
    assert client.execute(session.id, "x")["checkpoint"]["taken"]
    code = "import os\ntry:\n    os.wait()\nexcept ChildProcessError:\n    print('no child')"
    assert client.execute(session.id, code, timeout_seconds=5)["stdout"]["text"] == "no child\n"
    listing = "len([n for n in os.listdir('/proc') if n.isdigit()])"
    assert wait_until(lambda: int(session.execute(listing).value or 99) <= 3, 5)


def test_a_process_that_pretends_to_be_a_checkpoint_gains_nothing(client: Client, session: Session) -> None:
    """User code takes the socket of the next copy, is moved beside init, and starts others there."""
    pretends = """
import os, select, socket, threading, time
from array import array

def private():
    for number in map(int, os.listdir('/proc/self/fd')):
        try:
            one = socket.socket(fileno=number)
        except OSError:
            continue
        if number > 5 and one.type == socket.SOCK_SEQPACKET:
            yield one
        else:
            one.detach()

def pretend():
    sockets = {one.fileno(): one for one in private()}
    poll = select.poll()
    for number in sockets:
        poll.register(number, select.POLLIN)
    while True:
        for number, _ in poll.poll():
            one = sockets[number]
            try:
                if len(one.recv(5, socket.MSG_PEEK | socket.MSG_DONTWAIT)) != 4:
                    continue
                word, messages, _, _ = one.recvmsg(4, socket.CMSG_SPACE(4), socket.MSG_DONTWAIT)
            except OSError:
                continue
            stolen = socket.socket(fileno=array('i', messages[0][2])[0])
            if os.fork() == 0:
                os.setsid()
                stolen.send(b'R')
                # Some of these are born before it is moved, and some after.
                for _ in range(40):
                    if os.fork() == 0:
                        time.sleep(1000)
                    time.sleep(0.001)
                time.sleep(1000)
            stolen.detach()
            global took
            took = True
            for other in sockets.values():
                other.detach()
            return

took = False
threading.Thread(target=pretend, daemon=True).start()
"""
    session.execute("x = 1")
    began = session.execute(pretends)
    assert began.status == "ok", began.traceback
    for _ in range(5):
        session.execute("time.sleep(0.2)")
    assert session.execute("took").value == "True", "vacuous: the driver was faster"
    client.execute(session.id, "os._exit(1)")
    listing = "import os\nlen([n for n in os.listdir('/proc') if n.isdigit()])"
    session.execute("x = 2")
    assert wait_until(lambda: int(session.execute(listing).value or 99) <= 4, 10)
    assert session.execute("1 + 1").value == "2"
