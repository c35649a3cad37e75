# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Output: complete before the result, prompt while code runs, in order, whatever happened to the streams."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import OK, PING, PONG

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PROMPT = 0.3
"""Seconds within which output must appear; the driver needs 0.05, a loaded machine more."""


def arrival(driver: DriverProcess, code: str, wanted: bytes) -> float:
    """Seconds from an execution's start to the wanted output. The code must go on for longer than PROMPT."""
    reply = driver.run(code)
    assert reply.status == OK, reply.traceback
    collected = b""
    for seconds, data in reply.arrivals:
        collected += data
        if wanted in collected:
            assert seconds < reply.seconds - PROMPT
            return seconds
    raise AssertionError(f"never came: {reply.stdout!r} {reply.stderr!r}")


def test_output_belongs_to_its_execution(driver: DriverProcess) -> None:
    for number in range(200):
        reply = driver.run(
            f"import sys\nprint('out', {number}, end='')\nprint('err', {number}, end='', file=sys.stderr)"
        )
        assert reply.stdout == f"out {number}".encode()
        assert reply.stderr == f"err {number}".encode()


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("print('soon')\ntime.sleep(0.7)", b"soon\n"),
        ("print('soon', end='')\ntime.sleep(0.7)", b"soon"),
        ("print('first')\nprint('soon')\ntime.sleep(0.7)", b"soon\n"),
        ("time.sleep(0.1)\nprint('first')\ntime.sleep(0.1)\nprint('soon', end='')\ntime.sleep(0.7)", b"soon"),
        ("print('soon', end='')\nend = time.monotonic() + 0.7\nwhile time.monotonic() < end: pass", b"soon"),
        (
            "print('a')\nprint('soon', end='')\nend = time.monotonic() + 0.7\nwhile time.monotonic() < end: pass",
            b"soon",
        ),
        ("print('soon', end='', file=sys.stderr)\ntime.sleep(0.7)", b"soon"),
        ("sys.stdout.write('soon')\ntime.sleep(0.7)", b"soon"),
        ("write = sys.stdout.write\nwrite('a')\nwrite('soon')\ntime.sleep(0.7)", b"soon"),
        ("sys.stdout.buffer.write(b'soon')\ntime.sleep(0.7)", b"soon"),
        ("sys.stdout.writelines(['so', 'on'])\ntime.sleep(0.7)", b"soon"),
        ("os.write(1, b'soon')\ntime.sleep(0.7)", b"soon"),
        ("os.system('printf soon')\ntime.sleep(0.7)", b"soon"),
        ("t = threading.Thread(target=print, args=('soon',))\nt.start()\ntime.sleep(0.7)", b"soon\n"),
        ("if os.fork() == 0:\n    print('soon', end='')\n    time.sleep(0.7)\n    os._exit(0)\nos.wait()", b"soon"),
        ("import asyncio\nprint('a')\nprint('soon')\nawait asyncio.sleep(0.7)", b"soon"),
    ],
)
def test_output_is_prompt(driver: DriverProcess, code: str, wanted: bytes) -> None:
    driver.run("import time, sys, os, threading")
    assert arrival(driver, code, wanted) < PROMPT + (0.2 if "sleep(0.1)" in code else 0)


def test_output_streams_all_along(driver: DriverProcess) -> None:
    reply = driver.run("import time\nfor i in range(10):\n    print(i, end=' ')\n    time.sleep(0.1)")
    assert reply.stdout == b"0 1 2 3 4 5 6 7 8 9 "
    assert len(reply.arrivals) >= 8


def test_a_quiet_driver_does_not_wake_up(driver: DriverProcess) -> None:
    driver.run("print('x')")
    time.sleep(0.3)

    def switches() -> int:
        total = 0
        tasks = subprocess.run(
            ["grep", "-rh", "ctxt_switches", f"/proc/{driver.pid}/task", "--include=status"],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        for line in tasks.stdout.splitlines():
            total += int(line.split()[1])
        return total

    before = switches()
    time.sleep(0.5)
    assert switches() == before


def test_background_threads_stream_between_executions(driver: DriverProcess) -> None:
    driver.run(
        "import threading, time\ndef work():\n    for i in range(5):\n"
        "        time.sleep(0.15)\n        print('tick', i)\n"
        "thread = threading.Thread(target=work)\nthread.start()\nprint('started')"
    )
    seen = b""
    deadline = time.monotonic() + 5
    while b"tick 4" not in seen and time.monotonic() < deadline:
        time.sleep(0.05)
        seen += driver.drain(driver.stdout)
    assert seen.split(b"\n")[:-1] == [b"tick %d" % i for i in range(5)]
    assert driver.run("print('next')").stdout == b"next\n"


def test_a_flood_is_complete(driver: DriverProcess) -> None:
    reply = driver.run("for i in range(300_000): print('line', i)", timeout=60)
    assert reply.stdout == b"".join(b"line %d\n" % i for i in range(300_000))
    reply = driver.run("print('x' * 50_000_000)\nprint('end')")
    assert len(reply.stdout) == 50_000_005
    assert reply.stdout.endswith(b"x\nend\n")


def test_threads_lose_nothing(driver: DriverProcess) -> None:
    reply = driver.run(
        "import threading\n"
        "def work(name):\n    for i in range(3000): print(f'{name}-{i}\\n', end='')\n"
        "threads = [threading.Thread(target=work, args=(n,)) for n in 'abcd']\n"
        "[t.start() for t in threads]\n[t.join() for t in threads];"
    )
    lines = reply.stdout.decode().splitlines()
    assert len(lines) == 12_000
    for name in "abcd":
        assert [x for x in lines if x[0] == name] == [f"{name}-{i}" for i in range(3000)]


def test_order_with_subprocesses(driver: DriverProcess) -> None:
    reply = driver.run(
        "import os, subprocess, sys\n"
        "print('1')\nprint('1b')\nsubprocess.run(['echo', '2'])\nprint('3')\nprint('3b')\nos.system('echo 4')\n"
        "print('5')\nprint('5b')\nos.waitpid(os.posix_spawn('/bin/echo', ['echo', '6'], {}), 0)\nprint('7')"
    )
    assert reply.stdout == b"1\n1b\n2\n3\n3b\n4\n5\n5b\n6\n7\n"


def test_output_before_a_sudden_end(start: Callable[..., DriverProcess]) -> None:
    for end in ("os._exit(3)", "os.execv('/bin/true', ['true'])", "os.abort()"):
        driver = start()
        driver.start(f"import os\nprint('one')\nprint('two', end='')\n{end}")
        driver.wait()
        assert driver.drain(driver.stdout) == b"one\ntwo"


@pytest.mark.parametrize(
    "text", ["caf\u00e9 \u4e2d\u6587 \U0001f600", "\x00\x1b[31m\r\n", "a\u2028b\x0cc", '\x01A\x00\x00{"result": 1}']
)
def test_text_is_verbatim(driver: DriverProcess, text: str) -> None:
    assert driver.run(f"print({text!r}, end='')").stdout == text.encode()


def test_bytes_are_verbatim_and_surrogates_are_escaped(driver: DriverProcess) -> None:
    data = bytes(range(256)) * 100
    assert driver.run("import sys\n_n = sys.stdout.buffer.write(bytes(range(256)) * 100)").stdout == data
    assert driver.run("print('\\ud800x\\udcff')").stdout == b"\\ud800x\\udcff\n"
    assert driver.run("print('\\udc80', file=sys.stderr)").stderr == b"\\udc80\n"


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.stdout.close(); sys.stderr.close()",
        "import sys; sys.stdout = sys.stderr = None",
        "import sys; sys.stdout = sys.stderr = object()",
        "import sys; del sys.stdout, sys.stderr, sys.stdin, sys.__stdout__",
        "import sys, io; sys.stdout = io.StringIO()",
        "import os; os.close(1); os.close(2)",
        "import os; os.close(0); os.close(1); os.close(2); f = [open('/dev/null', 'w') for _ in range(3)]",
        "import os; n = os.open('/dev/null', os.O_RDWR); os.dup2(n, 1); os.dup2(n, 2)",
        "import sys; sys.stdout.detach(); sys.stderr.buffer.detach()",
        "import sys; sys.stdout.buffer.close()",
        "import sys, io; sys.stdout = io.TextIOWrapper(sys.stdout.detach(), 'latin-1')",
        (
            "import sys\nclass S:\n    def flush(self): raise OSError\n"
            "    def write(self, t): raise OSError\nsys.stdout = S()"
        ),
        "import sys\nclass S:\n    def __getattribute__(self, n): raise BaseException\nsys.stdout = sys.stdin = S()",
        "import os; os.set_blocking(1, False); os.set_blocking(2, False)",
        "import sys; sys.stdout.write = None",
        "import contextlib, io; c = contextlib.redirect_stdout(io.StringIO()); c.__enter__();",
        "import sys; sys.stdin.close()",
        "import builtins; builtins.print = None",
    ],
)
def test_streams_work_again_in_the_next_execution(driver: DriverProcess, code: str) -> None:
    assert driver.run(code).status == OK
    if "write = None" in code:
        driver.run("del sys.stdout.write")
    if "print = None" in code:
        driver.run("del builtins.print; print = lambda *a, file=None: (file or sys.stdout).write(a[0] + '\\n')")
    reply = driver.run("import sys, os\nprint('out')\nprint('err', file=sys.stderr)\n_n = os.write(1, b'raw')")
    assert reply.status == OK, reply.traceback
    assert sorted((reply.stdout.replace(b"raw", b""), reply.stderr)) == [b"err\n", b"out\n"]
    assert b"raw" in reply.stdout


def test_a_text_wrapper_of_the_user_s_own_is_flushed(driver: DriverProcess) -> None:
    reply = driver.run("import sys, io\nsys.stdout = io.TextIOWrapper(sys.stdout.detach(), 'latin-1')\nprint('\\xe9')")
    assert reply.stdout == b"\xe9\n"


def test_a_flood_into_a_socket_that_does_not_block(driver: DriverProcess) -> None:
    reply = driver.run(
        "import os\nos.set_blocking(1, False)\ntry:\n    while True: print('x' * 1000)\n"
        "except BlockingIOError as e:\n    pass\n'ended'"
    )
    assert reply.value == "'ended'"
    assert set(reply.stdout) <= set(b"x\n")
    assert driver.run("print('whole')").stdout.endswith(b"whole\n")


def test_c_stdio_is_flushed_when_ctypes_is_loaded(driver: DriverProcess) -> None:
    reply = driver.run("import ctypes\nlibc = ctypes.CDLL(None)\nlibc.printf(b'from C %d\\n', 5);")
    assert reply.stdout == b"from C 5\n"


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_c_stdio_of_an_extension_needs_unbuffered_start(start: Callable[..., DriverProcess], tmp_path: Path) -> None:
    source = tmp_path / "shout.c"
    source.write_text(
        "#include <stdio.h>\nvoid *PyModule_Create2(void *, int);\n"
        'static struct { long a[5]; const char *name, *doc; long size; void *rest[6]; } d = {{1}, "shout", 0, -1};\n'
        'void *PyInit_shout(void) { printf("from an extension\\n"); return PyModule_Create2(&d, 1013); }\n'
    )
    subprocess.run(["cc", "-shared", "-fPIC", "-o", tmp_path / "shout.so", source], check=True)
    driver = start("-u")
    reply = driver.run("import shout, sys\n'ctypes' in sys.modules")
    assert (reply.value, reply.stdout) == ("False", b"from an extension\n")


@pytest.mark.parametrize("flags", [(), ("-u",)])
def test_print_is_buffered(start: Callable[..., DriverProcess], flags: tuple[str, ...]) -> None:
    """Printing to the socket is about as fast as printing to /dev/null; the margin is for a busy machine."""
    driver = start(*flags)
    loop = (
        "import time\ndef timed(f):\n    began = time.process_time()\n"
        "    for i in range(300_000): print(line, file=f)\n"
    )
    driver.run("line = 'x' * 79\n" + loop + "    f.flush()\n    return time.process_time() - began")
    null = float(driver.value("f = open('/dev/null', 'w')\nmin(timed(f) for _ in range(3))") or 0)
    driver.run("import sys\ntimes = [timed(sys.stdout) for _ in range(3)]")
    ours = float(driver.value("min(times)") or 0)
    assert ours < 3 * null
    assert driver.request(PING).kind == PONG
