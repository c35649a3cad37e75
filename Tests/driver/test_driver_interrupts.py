# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""SIGINT: ends user code, whatever it is doing, and nothing else."""

from __future__ import annotations

import os
import signal
import time

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, INTERRUPTED, OK, PING, PONG

READY = "print('ready', flush=True)\n"


@pytest.mark.parametrize(
    "code",
    [
        "import time\nprint('ready')\ntime.sleep(60)",
        "print('ready')\nwhile True: pass",
        "print('ready')\nwhile True:\n    try:\n        pass\n    except Exception:\n        pass",
        (
            "import time\nprint('ready')\nwhile True:\n    try:\n        time.sleep(60)\n"
            "    except Exception:\n        pass"
        ),
        "print('ready')\nfor i in range(10**12): i * i",
        "import subprocess\nprint('ready')\nsubprocess.run(['sleep', '60'])",
        "import threading\nprint('ready')\nthreading.Event().wait()",
        (
            "import threading\nt = threading.Thread(target=threading.Event().wait, daemon=True)\n"
            "print('ready')\nt.start()\nt.join()"
        ),
        "import socket\na, b = socket.socketpair()\nprint('ready')\na.recv(1)",
        "import os\nr, w = os.pipe()\nprint('ready')\nos.read(r, 1)",
        "import asyncio\nprint('ready')\nawait asyncio.sleep(60)",
        "import asyncio\nprint('ready')\nasyncio.run(asyncio.sleep(60))",
        "import asyncio\nasync def f():\n    print('ready')\n    while True: pass\nawait f()",
        "import asyncio\nasync def f():\n    print('ready')\n    while True: await asyncio.sleep(0)\nawait f()",
        (
            "import asyncio\nasync def f():\n    print('ready')\n    while True: pass\n"
            "t = asyncio.create_task(f())\nawait asyncio.sleep(60)"
        ),
        "class C:\n    def __repr__(self):\n        print('ready')\n        while True: pass\nC()",
        "class E(Exception):\n    def __str__(self):\n        print('ready')\n        while True: pass\nraise E",
        (
            "import sys\nclass S:\n    write = print\n    def flush(self):\n"
            "        sys.__stdout__.write('ready\\n')\n        while True: pass\nsys.stdout = S()"
        ),
        "print('ready')\nwhile True: print('flood' * 100)",
    ],
)
def test_interrupt(driver: DriverProcess, code: str) -> None:
    driver.run("kept = 1")
    reply = driver.run(code, interrupt=True, timeout=10)
    assert reply.seconds < 5
    if "__str__" in code:
        assert (reply.status, reply.error[0]) == (ERROR, "E")
        assert "interrupted" in (reply.error[1] or "")
    elif "class S" in code:
        assert reply.status == OK
    else:
        assert (reply.status, reply.error[0]) == (INTERRUPTED, "KeyboardInterrupt")
        assert '  File "<execution 2>", line ' in reply.traceback
        assert "cloister_driver" not in reply.traceback
    assert driver.value("kept") == "1"
    assert driver.run("print('fine')").stdout == b"fine\n"


def test_every_execution_can_be_interrupted(driver: DriverProcess) -> None:
    for _ in range(20):
        assert driver.run(READY + "while True: pass", interrupt=True).status == INTERRUPTED


def test_an_interrupt_that_is_caught_is_not_one(driver: DriverProcess) -> None:
    driver.run("import time")
    code = "try:\n    print('ready')\n    time.sleep(60)\nexcept KeyboardInterrupt:\n    print('caught')\n'went on'"
    reply = driver.run(code, interrupt=True)
    assert (reply.status, reply.value, reply.stdout) == (OK, "'went on'", b"ready\ncaught\n")


def test_finally_blocks_run(driver: DriverProcess) -> None:
    reply = driver.run("try:\n    print('ready')\n    while True: pass\nfinally:\n    print('cleaned')", interrupt=True)
    assert (reply.status, reply.stdout) == (INTERRUPTED, b"ready\ncleaned\n")


def test_a_cancelled_await_says_where_it_was(driver: DriverProcess) -> None:
    driver.run(
        "import asyncio\nasync def wait():\n    try:\n        await asyncio.sleep(60)\n"
        "    finally:\n        print('left')"
    )
    reply = driver.run(READY + "await wait()", interrupt=True)
    assert reply.status == INTERRUPTED
    assert reply.stdout == b"ready\nleft\n"
    assert "await asyncio.sleep(60)" in reply.traceback
    assert reply.stderr == b""
    assert driver.value("await asyncio.sleep(0.01, 'next')") == "'next'"


def test_signals_between_executions_are_ignored(driver: DriverProcess) -> None:
    for _ in range(50):
        driver.interrupt()
    assert driver.request(PING).kind == PONG
    for number in range(200):
        driver.interrupt()
        assert driver.value(f"{number}") == str(number)


@pytest.mark.parametrize(
    "code",
    [
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)",
        "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)",
        "import signal; signal.signal(signal.SIGINT, lambda *a: 1/0)",
        "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])",
        "import signal; signal.signal = signal.default_int_handler = None; import _signal; _signal.signal = None",
    ],
)
def test_the_handler_is_put_back(driver: DriverProcess, code: str) -> None:
    assert driver.run(code).status == OK
    driver.interrupt()
    assert driver.request(PING).kind == PONG
    assert driver.run(READY + "while True: pass", interrupt=True).status == INTERRUPTED


def test_a_storm_of_signals_gives_one_answer_each(driver: DriverProcess) -> None:
    """Signals at every moment of an execution: each request has exactly one answer, of a sensible status."""
    seen = set()
    for number in range(300):
        nonce = driver.start("for i in range(2000): i\n'done'")
        for _ in range(number % 4):
            time.sleep(0.00005)
            os.kill(driver.pid, signal.SIGINT)
        reply = driver.finish(nonce)
        assert reply.status in (OK, INTERRUPTED)
        if reply.status == OK:
            assert reply.value == "'done'"
        seen.add(reply.status)
    assert seen == {OK, INTERRUPTED}
    assert driver.request(PING).kind == PONG


def test_interrupt_main_from_a_thread(driver: DriverProcess) -> None:
    driver.run("import _thread, threading")
    reply = driver.run("threading.Timer(0.1, _thread.interrupt_main).start()\nwhile True: pass")
    assert reply.status == INTERRUPTED
