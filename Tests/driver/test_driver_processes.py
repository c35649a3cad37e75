# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Children of user code: they never answer in the driver's stead, lose nothing and repeat nothing."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, EXIT, OK, PING, PONG

if TYPE_CHECKING:
    from pathlib import Path


def child_of(driver: DriverProcess) -> list[int]:
    with open(f"/proc/{driver.pid}/task/{driver.pid}/children") as file:
        return [int(word) for word in file.read().split()]


@pytest.mark.parametrize(
    ("end", "status"),
    [("pass", 0), ("import sys; sys.exit(5)", 5), ("1/0", 1), ("os._exit(7)", 7), ("raise SystemExit('text')", 1)],
)
def test_a_child_that_falls_through_ends(driver: DriverProcess, end: str, status: int) -> None:
    reply = driver.run(f"import os\npid = os.fork()\nif pid == 0:\n    print('child')\n    {end}\n")
    assert reply.status == OK
    waited = driver.run("os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])")
    assert waited.value == str(status)
    assert reply.stdout + waited.stdout == b"child\n"
    if end == "1/0":
        errors = reply.stderr + waited.stderr
        assert b"ZeroDivisionError" in errors
        assert b"cloister_driver" not in errors
    assert driver.request(PING).kind == PONG
    assert driver.value("1") == "1"


def test_unflushed_text_is_not_printed_twice(driver: DriverProcess) -> None:
    reply = driver.run(
        "import os\nprint('once')\nprint('more', end=' ')\npid = os.fork()\n"
        "if pid == 0: print('child', end=' ')\nelse: os.waitpid(pid, 0)\nprint('end')"
    )
    assert reply.stdout == b"once\nmore child end\nend\n"


def test_a_child_keeps_streaming(driver: DriverProcess) -> None:
    driver.run(
        "import os, time\nif os.fork() == 0:\n    for i in range(5):\n"
        "        print(i, end=' ')\n        time.sleep(0.1)\n"
        "    os._exit(0)\n"
    )
    time.sleep(0.35)
    early = driver.drain(driver.stdout)
    assert early.startswith(b"0 ")
    time.sleep(0.6)
    assert early + driver.drain(driver.stdout) == b"0 1 2 3 4 "


def test_forks_while_the_flusher_runs(driver: DriverProcess) -> None:
    reply = driver.run(
        "import os\nfor i in range(50):\n    print('parent', i)\n    pid = os.fork()\n"
        "    if pid == 0:\n        print('child', i)\n        print('again', i)\n"
        "        os._exit(0)\n    os.waitpid(pid, 0)"
    )
    assert reply.stdout == b"".join(b"parent %d\nchild %d\nagain %d\n" % (i, i, i) for i in range(50))


def test_a_child_has_no_control_socket(driver: DriverProcess) -> None:
    driver.run("import os, time\nr, w = os.pipe()")
    driver.run("if os.fork() == 0:\n    os.write(w, b'!')\n    time.sleep(60)\nos.read(r, 1)")
    (child,) = child_of(driver)
    ours = {os.readlink(f"/proc/{driver.pid}/fd/{n}") for n in os.listdir(f"/proc/{driver.pid}/fd")}
    theirs = {os.readlink(f"/proc/{child}/fd/{n}") for n in os.listdir(f"/proc/{child}/fd")}
    assert len([name for name in ours if name.startswith("socket:")]) == 5
    assert len([name for name in theirs if name.startswith("socket:")]) == 2
    os.kill(driver.pid, 9)
    driver.wait()
    driver.control.settimeout(5)
    assert driver.control.recv(100) == b""
    os.kill(child, 9)


def test_a_fork_in_a_thread(driver: DriverProcess) -> None:
    reply = driver.run(
        "import os, threading\ndef work():\n    global pid\n    pid = os.fork()\n    if pid == 0: print('child')\n"
        "t = threading.Thread(target=work)\nt.start()\nt.join()\nos.waitpid(pid, 0)[1]"
    )
    assert reply.value == "0"
    assert driver.request(PING).kind == PONG


def test_a_fork_in_the_middle_of_an_expression(driver: DriverProcess) -> None:
    reply = driver.run("import os\n[os.fork(), 1 / (len(os.listdir('/')) - len(os.listdir('/')))]")
    assert (reply.status, reply.error[0]) == (ERROR, "ZeroDivisionError")
    assert driver.run("os.wait()[1] >> 8").value == "1"


def test_multiprocessing(driver: DriverProcess, tmp_path: Path) -> None:
    driver.run(
        "import multiprocessing as mp, concurrent.futures as cf, os\ndef square(x):\n"
        "    print('s', x)\n    return x * x\n"
    )
    assert (
        driver.value("with mp.get_context('fork').Pool(3) as pool:\n    r = pool.map(square, range(5))\nr")
        == "[0, 1, 4, 9, 16]"
    )
    reply = driver.run("with cf.ProcessPoolExecutor(2) as ex:\n    r = list(ex.map(square, range(4)))\nr")
    assert (reply.status, reply.value) == (OK, "[0, 1, 4, 9]")
    assert sorted(reply.stdout.split(b"\n")) == [b"", b"s 0", b"s 1", b"s 2", b"s 3"]
    driver.run("p = mp.Process(target=square, args=(9,))\np.start()\np.join()")
    assert driver.value("p.exitcode") == "0"
    (tmp_path / "module.py").write_text("def cube(x): return x ** 3\n")
    driver.run("import module")
    code = "with mp.get_context('spawn').Pool(1) as pool:\n    r = pool.map(module.cube, [2, 3])\nr"
    assert driver.value(code) == "[8, 27]"
    assert driver.request(PING).kind == PONG


def test_threads_go_on(driver: DriverProcess) -> None:
    driver.run(
        "import threading, time\nn = 0\ndef count():\n    global n\n    while n < 10_000: n += 1; time.sleep(0.001)\n"
    )
    driver.run("thread = threading.Thread(target=count, daemon=True)\nthread.start()")
    first = int(driver.value("n") or 0)
    time.sleep(0.2)
    assert int(driver.value("n") or 0) > first


def test_exits_are_seen(driver: DriverProcess) -> None:
    driver.start("import os; os._exit(9)")
    assert driver.wait() == 9
    assert driver.control.recv(100) == b""


def test_exit_status_of_a_script_like_child(driver: DriverProcess) -> None:
    reply = driver.run("import os, sys\npid = os.fork()\nsys.exit(4)")
    assert (reply.status, reply.exit_code) == (EXIT, 4)
    assert driver.value("os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])") == "4"
