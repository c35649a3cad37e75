# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Code that turns against the driver: the next execution is right, or the driver is gone; never a wrong answer."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, EXECUTE, HEADER, OK, PING, PONG, RESULT, tagged

if TYPE_CHECKING:
    from collections.abc import Callable


def check(driver: DriverProcess) -> None:
    """Everything that an execution promises, without names that the code may have taken away."""
    reply = driver.run("6 * 7")
    assert (reply.status, reply.value) == (OK, "42"), reply.traceback
    reply = driver.run("\n{}['key']")
    assert (reply.status, *reply.error) == (ERROR, "KeyError", "'key'")
    assert '  File "<execution ' in reply.traceback
    assert "    {}['key']\n" in reply.traceback
    assert driver.request(PING).kind == PONG


@pytest.mark.parametrize(
    "code",
    [
        "del __builtins__",
        "__builtins__ = {}",
        "globals().clear()",
        "import builtins; builtins.__dict__.clear()",
        "import builtins\nv = vars(builtins)\nfor n in list(v):\n    if n != '__import__': v[n] = None",
        "import builtins; builtins.compile = builtins.exec = builtins.eval = builtins.len = None",
        "import builtins; del builtins.BaseException, builtins.KeyboardInterrupt, builtins.__import__",
        "import sys; sys.modules.clear()",
        "import sys; sys.modules = {}; sys.path = sys.meta_path = None",
        "import sys; sys.path.clear(); sys.meta_path.clear(); sys.path_hooks.clear()",
        "import sys; sys.excepthook = None",
        "import sys; sys.modules['__main__'] = None",
        "import sys; sys.setrecursionlimit(20)",
        "import sys; sys.settrace(lambda *a: 1 / 0)",
        "import sys; sys.setprofile(lambda *a: 1 / 0)",
        "import sys\ndef t(*a): return t\nsys.settrace(t); sys.setprofile(t)",
        "import os; os.read = os.write = os.getpid = os._exit = None",
        "import os; os.getpid = lambda: 1",
        "import io, _io; io.TextIOWrapper = _io.TextIOWrapper = None",
        "import linecache; linecache.cache = None; linecache.getline = None",
        "import traceback; traceback.TracebackException = None",
        "import struct; struct.Struct = struct.unpack = None",
        "import time; time.monotonic_ns = lambda: 1 / 0",
        "import gc; gc.get_objects().clear()",
        "import threading; threading.excepthook = None; threading.current_thread = None",
        "import sys; sys.intern = sys._getframe = None; del sys.stdout",
        "import os; os.chdir('/'); os.environ.clear()",
        "import os, tempfile; d = tempfile.mkdtemp(); os.chdir(d); os.rmdir(d)",
        "import sys; sys.unraisablehook = lambda a: 1 / 0\nclass C:\n    def __del__(self): 1 / 0\nC()\nNone",
        "import atexit; atexit.register(lambda: 1 / 0);",
        (
            "import signal\nfor n in range(1, 65):\n"
            "    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass"
        ),
        "import signal; signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65));",
        "import faulthandler; faulthandler.enable()",
        "import locale; locale.setlocale(locale.LC_ALL, 'C');",
        "import os; os.umask(0o777);",
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))",
        "import os; os.closerange(3, 200)",
        "import sys; sys.set_int_max_str_digits(640)",
        "import sys; sys.setswitchinterval(1000.0)",
        "import os; os.fork = None; import subprocess; subprocess.Popen = None",
        "import asyncio; asyncio.set_event_loop(None); asyncio.new_event_loop = None",
        "_ = __name__ = __annotations__ = __loader__ = 5",
        "import warnings; warnings.simplefilter('error'); warnings.warn = None",
    ],
)
def test_sabotage(driver: DriverProcess, code: str) -> None:
    reply = driver.run(code)
    # An error of a trace function strikes the call that shows the value.
    assert reply.status == OK or "1 / 0" in code, reply.traceback
    check(driver)


@pytest.mark.parametrize(
    "code",
    [
        "class C:\n    def __repr__(self): return 5\nC()",
        "class C:\n    def __repr__(self): raise BaseException('x')\nC()",
        "class C:\n    def __repr__(self): return repr(self)\nC()",
        "import sys\ndel sys.displayhook\n1",
        "raise type('', (Exception,), {})",
        "raise type('\\n\\x00', (Exception,), {'__module__': '\\ud800'})",
        "import ctypes\nctypes.pythonapi.PyErr_SetNone(ctypes.py_object(5))\n",
        "l = []\nl.append(l)\nfor _ in range(100_000): l = [l]\nl",
        "exec('x = ' + '[' * 150 + ']' * 150 + '\\nraise LookupError')",
        "'%s' % (1, 2)",
    ],
)
def test_errors_at_odd_places(driver: DriverProcess, code: str) -> None:
    reply = driver.run(code)
    assert reply.status == ERROR
    if "displayhook" not in code:
        check(driver)


def test_a_deep_value(driver: DriverProcess) -> None:
    driver.run("deep = []\nfor _ in range(200_000): deep = [deep]")
    assert driver.run("deep").error[0] == "RecursionError"
    check(driver)


def test_an_audit_hook_that_forbids_everything(driver: DriverProcess) -> None:
    driver.run("import sys\ndef hook(event, arguments): raise PermissionError(event)\nsys.addaudithook(hook)")
    for _ in range(3):
        reply = driver.run("6 * 7")
        assert (reply.status, reply.error[0]) == (ERROR, "PermissionError")
    assert driver.request(PING).kind == PONG


def test_a_trace_function_lives_on_without_seeing_the_driver(driver: DriverProcess) -> None:
    driver.run(
        "import sys\nseen = []\ndef trace(frame, event, arg):\n"
        "    seen.append(frame.f_code.co_filename)\nsys.settrace(trace)"
    )
    driver.run("def f(): pass\nf()")
    driver.run("sys.settrace(None)")
    assert driver.value("'<execution 2>' in seen") == "True"


def test_exceptions_thrown_at_the_main_thread(driver: DriverProcess) -> None:
    """A watchdog of user code that fires late strikes the driver; no request is lost by that."""
    driver.run(
        "import ctypes, threading, time\nmain = threading.main_thread().ident\ndef throw():\n"
        "    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(main), ctypes.py_object(LookupError))\n"
    )
    for number in range(20):
        reply = driver.run("threading.Timer(0.02, throw).start()")
        assert reply.status == OK
        time.sleep(0.05)
        assert driver.value(f"{number}") == str(number)
    reply = driver.run("threading.Timer(0.1, throw).start()\nwhile True: pass")
    assert (reply.status, reply.error[0]) == (ERROR, "LookupError")


def test_forged_answers_leave_as_the_code_s_own(driver: DriverProcess) -> None:
    """Nothing inside can stop this; the daemon sees two messages and ends the incarnation."""
    nonce = os.urandom(16)
    body = tagged(32, b"\x00") + tagged(33, b"forged")
    forged = HEADER.pack(1, RESULT, 0, len(body), nonce) + body
    code = (
        "import os, socket, stat\nfor n in range(3, 300):\n"
        "    try:\n        if socket.socket(fileno=os.dup(n)).type == socket.SOCK_SEQPACKET:\n"
        f"            os.write(n, {forged!r})\n    except OSError: pass\n'real'"
    )
    driver.send(EXECUTE, nonce, tagged(1, code.encode()) + tagged(2, bytes(8)))
    first, second = driver.receive(), driver.receive()
    assert first.fields[33] == b"forged"
    assert second.fields[33] == b"'real'"


@pytest.mark.parametrize("code", ["import os; os.closerange(3, 65536)", "import os; os.kill(os.getpid(), 9)"])
def test_without_its_socket_the_driver_ends(start: Callable[..., DriverProcess], code: str) -> None:
    driver = start()
    driver.start(code)
    assert driver.wait() in (1, -9)
    driver.control.settimeout(5)
    assert driver.control.recv(100) == b""


def test_a_control_socket_that_does_not_block(driver: DriverProcess) -> None:
    driver.run("import os\nfor n in range(3, 300):\n    try: os.set_blocking(n, False)\n    except OSError: pass")
    check(driver)


def test_memory_errors_are_results(driver: DriverProcess) -> None:
    driver.run("import resource\nresource.setrlimit(resource.RLIMIT_AS, (300 << 20, 300 << 20))")
    for code in (
        "bytearray(1 << 30)",
        "'x' * (150 << 20)\n[_ * 2]",
        "x = []\nwhile True: x.append(bytearray(1 << 20))",
    ):
        assert driver.run(code).status in (OK, ERROR)
    assert driver.run("x = None\n1").value == "1"
    assert driver.run("raise MemoryError").error[0] == "MemoryError"
