# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Values, statuses, the namespace, top-level await."""

from __future__ import annotations

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, EXIT, OK


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("1+1", "2"),
        ("x = 5\nx", "5"),
        ("x = 5", None),
        ("None", None),
        ("", None),
        ("# only a comment", None),
        ("'a'\n'b'", "'b'"),
        ("for i in range(3): i", None),
        ("1;", None),
        ("1 ;  # hidden", None),
        ("('a;')", "'a;'"),
        ("(1\n)", "1"),
        ("'ü' + 'ö'", "'üö'"),
        ("'ü';", None),
        ("'\\ud800'", "'\\ud800'"),
        ("\ufeff1", "1"),
        ("1\r\n2\r\n", "2"),
        ("if True:\n    3", None),
        ("lambda: 0", "<function <lambda> at 0x"),
    ],
)
def test_value_of_the_last_expression(driver: DriverProcess, code: str, value: str | None) -> None:
    reply = driver.run(code)
    assert reply.status == OK
    assert reply.stdout == reply.stderr == b""
    if value is None or reply.value is None:
        assert reply.value == value
    else:
        assert reply.value.startswith(value)
    assert reply.wall_ns > 0


def test_a_value_is_the_execution_s_own(driver: DriverProcess) -> None:
    driver.run("42")
    assert driver.run("x = 1").value is None
    assert driver.value("_") == "42"
    assert driver.run("None").value is None
    assert driver.value("_ + 1") == "43"
    assert driver.value("'_' in globals()") == "False"


def test_only_the_last_expression_is_captured(driver: DriverProcess) -> None:
    driver.run("import code, sys\nconsole = code.InteractiveInterpreter()")
    reply = driver.run("console.runsource('7 * 7')")
    assert (reply.value, reply.stdout) == ("False", b"49\n")
    reply = driver.run("sys.displayhook(8)\n9")
    assert (reply.value, reply.stdout) == ("9", b"8\n")


def test_a_display_hook_of_the_user_s_own(driver: DriverProcess) -> None:
    driver.run("import sys\nsys.displayhook = lambda value: print('shown', value)")
    reply = driver.run("3")
    assert (reply.status, reply.value, reply.stdout) == (OK, None, b"shown 3\n")


def test_a_value_that_is_not_text(driver: DriverProcess) -> None:
    driver.run("class Bad:\n    def __repr__(self): return '\\ud800 \\x00'\n")
    assert driver.value("Bad()") == "\\ud800 \x00"
    driver.run("class Sly(str):\n    def __len__(self): return 1 << 60\n    def encode(self, *a): return 1 / 0\n")
    driver.run("class Liar:\n    def __repr__(self): return Sly('text')\n")
    assert driver.value("Liar()") == "text"


@pytest.mark.parametrize(
    ("code", "begin"),
    [
        ("'a' * 300_000_000", "'aaaa"),
        ("bytes(200_000_000)", "b'\\x00\\x00"),
        ("list(range(1_000_000))", "[0, 1, 2"),
    ],
)
def test_a_large_value_is_cut_with_a_note(driver: DriverProcess, code: str, begin: str) -> None:
    reply = driver.run(code)
    assert reply.value is not None
    assert reply.value.startswith(begin)
    assert "[cut: " in reply.value[-60:]
    assert 1 << 19 < len(reply.value) < 1 << 21
    assert driver.value("1") == "1"


@pytest.mark.parametrize(
    ("code", "type_name", "message"),
    [
        ("1/0", "ZeroDivisionError", "division by zero"),
        ("x = (", "SyntaxError", "'(' was never closed (<execution 1>, line 1)"),
        ("def f(:\n  pass", "SyntaxError", "invalid syntax (<execution 1>, line 1)"),
        ("  x = 1", "IndentationError", "unexpected indent (<execution 1>, line 1)"),
        ("return 1", "SyntaxError", "'return' outside function (<execution 1>, line 1)"),
        ("'a\x00b'", "ValueError", "source code string cannot contain null bytes"),
        ("10 ** 5000", "ValueError", "Exceeds the limit (4300 digits) for integer string conversion"),
        ("raise BaseException('base')", "BaseException", "base"),
        ("raise GeneratorExit", "GeneratorExit", ""),
        ("raise MemoryError", "MemoryError", ""),
        ("import json; json.loads('{')", "json.decoder.JSONDecodeError", "Expecting property name"),
        ("class Mine(Exception): pass\nraise Mine(1)", "Mine", "1"),
        ("'a' * (1 << 62)", "MemoryError", ""),
        ("input('? ')", "EOFError", "input() has nothing to read: this execution was given no standard input"),
        ("def f(): f()\nf()", "RecursionError", "maximum recursion depth exceeded"),
        ("eval('(' * 300)", "SyntaxError", "too many nested parentheses"),
        ("+".join(["1"] * 50_000), "RecursionError", "maximum recursion depth exceeded"),
        ("import nothing_like_it", "ModuleNotFoundError", "No module named 'nothing_like_it'"),
        ("await f()", "NameError", "name 'f' is not defined"),
    ],
)
def test_errors(driver: DriverProcess, code: str, type_name: str, message: str) -> None:
    reply = driver.run(code)
    assert reply.status == ERROR
    assert reply.value is None
    assert reply.error[0] == type_name
    assert (reply.error[1] or "").startswith(message)
    assert type_name in reply.traceback
    assert driver.value("'still here'") == "'still here'"


@pytest.mark.parametrize(
    ("code", "exit_code", "stderr"),
    [
        ("import sys; sys.exit()", 0, b""),
        ("import sys; sys.exit(7)", 7, b""),
        ("import sys; sys.exit(True)", 1, b""),
        ("import sys; sys.exit(-3)", -3, b""),
        ("import sys; sys.exit(1 << 80)", -1, b""),
        ("import sys; sys.exit('why')", 1, b"why\n"),
        ("raise SystemExit", 0, b""),
        ("exit(4)", 4, b""),
        ("quit()", 0, b""),
        ("try:\n    1/0\nfinally:\n    raise SystemExit(5)", 5, b""),
        ("class C:\n    def __repr__(self): raise SystemExit(6)\nC()", 6, b""),
        ("import asyncio\nasync def f(): raise SystemExit(8)\nawait asyncio.create_task(f())", 8, b""),
        ("class C:\n    def __str__(self): raise OSError\nraise SystemExit(C())", 1, b""),
    ],
)
def test_exit_is_reported_and_not_obeyed(driver: DriverProcess, code: str, exit_code: int, stderr: bytes) -> None:
    driver.run("kept = 'kept'")
    reply = driver.run(code)
    assert (reply.status, reply.exit_code, reply.stderr) == (EXIT, exit_code, stderr)
    assert driver.value("kept") == "'kept'"
    assert driver.run("input()").error[0] == "EOFError"


def test_what_the_namespace_holds(driver: DriverProcess) -> None:
    names = "['__builtins__', '__doc__', '__loader__', '__name__', '__package__', '__spec__']"
    assert driver.value("dir()") == names
    assert driver.value("__name__") == "'__main__'"
    assert driver.value("import sys; sys.modules['__main__'].__dict__ is globals()") == "True"
    assert driver.value("sys.argv, sys.path[0]") == "([''], '')"
    assert driver.value("[p for p in sys.path if 'driver' in p]") == "[]"
    assert driver.value("[m for m in sys.modules if 'cloister' in m or m in ('protocol', 'output')]") == "[]"
    assert driver.run("import cloister_driver").error[0] == "ModuleNotFoundError"


def test_state_survives_errors(driver: DriverProcess) -> None:
    assert driver.run("a = 1\nb = 2\n1/0\nc = 3").status == ERROR
    assert driver.value("a + b") == "3"
    assert driver.run("c").error[0] == "NameError"


def test_modules_of_the_workspace_are_found_even_with_names_of_the_standard_library(driver: DriverProcess) -> None:
    for name in ("helper", "traceback", "linecache", "asyncio"):
        driver.run(f"from pathlib import Path\nPath('{name}.py').write_text('answer = 42\\n')")
    assert driver.value("import helper; helper.answer") == "42"
    assert driver.value("import traceback, linecache; traceback.answer + linecache.answer") == "84"
    reply = driver.run("def f():\n    1/0\nf()")
    assert "    f()\n" in reply.traceback


def test_classes_and_instances_can_be_pickled(driver: DriverProcess) -> None:
    driver.run("import pickle\nclass Point:\n    def __init__(self, x): self.x = x\n")
    assert driver.value("pickle.loads(pickle.dumps(Point(3))).x") == "3"
    assert driver.value("pickle.loads(pickle.dumps(Point)) is Point") == "True"


def test_future_imports_stay_in_force(driver: DriverProcess) -> None:
    assert driver.value("from __future__ import annotations\ndef f(x: undefined): pass\nf.__annotations__['x']")
    assert driver.value("def g(x: also_undefined): pass\ng.__annotations__['x']") == "'also_undefined'"


def test_the_driver_s_own_future_imports_do_not_leak(driver: DriverProcess) -> None:
    assert driver.run("def f(x: undefined): pass").error[0] == "NameError"


def test_inspect_finds_source(driver: DriverProcess) -> None:
    driver.run("def double(x):\n    return 2 * x\n")
    assert driver.value("import inspect; inspect.getsource(double)") == repr("def double(x):\n    return 2 * x\n")
    line = "def triple(x): return 3 * x\n"
    assert driver.value(line + "inspect.getsource(triple)") == repr(line)
    driver.run("import linecache; linecache.clearcache()")
    assert driver.value("inspect.getsource(double)") == repr("def double(x):\n    return 2 * x\n")


def test_stdin_of_the_user_s_own(driver: DriverProcess) -> None:
    driver.run("import io, sys\nsys.stdin = io.StringIO('first\\nsecond\\n')")
    reply = driver.run("input('> ')")
    assert (reply.value, reply.stdout) == ("'first'", b"> ")
    assert driver.value("input()") == "'second'"
    driver.run("sys.stdin = sys.__stdin__")
    assert driver.value("sys.stdin.read(), sys.stdin.fileno()") == "('', 0)"
    assert driver.run("input()").error[0] == "EOFError"


def test_top_level_await(driver: DriverProcess) -> None:
    driver.run("import asyncio\nasync def double(x):\n    await asyncio.sleep(0.001)\n    return 2 * x\n")
    assert driver.value("await double(4)") == "8"
    assert driver.value("y = await double(5)\ny") == "10"
    assert driver.value("[await double(i) for i in range(3)]") == "[0, 2, 4]"
    assert driver.value("async with asyncio.timeout(1):\n    z = await double(6)\nz") == "12"
    driver.run("loop = asyncio.get_running_loop()\nawait double(1)")
    assert driver.value("loop is asyncio.get_event_loop()") == "True"
    assert driver.value("asyncio.run(double(7))") == "14"
    assert driver.value("await double(8)") == "16"


def test_tasks_go_on_in_later_awaits(driver: DriverProcess) -> None:
    driver.run("import asyncio\nseen = []\nasync def work():\n    await asyncio.sleep(0)\n    seen.append(1)\n")
    driver.run("task = asyncio.create_task(work())\nawait asyncio.sleep(0)")
    assert driver.value("await task\nseen") == "[1]"


def test_an_error_in_a_coroutine(driver: DriverProcess) -> None:
    reply = driver.run("import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    1/0\nawait f()")
    assert reply.error == ("ZeroDivisionError", "division by zero")
    assert reply.traceback == (
        "Traceback (most recent call last):\n"
        '  File "<execution 1>", line 5, in <module>\n'
        "    await f()\n"
        '  File "<execution 1>", line 4, in f\n'
        "    1/0\n"
        "    ~^~\n"
        "ZeroDivisionError: division by zero\n"
    )
    assert reply.stderr == b""


def test_what_an_error_held_is_freed(driver: DriverProcess) -> None:
    driver.run("import gc, weakref\ngc.disable()\nclass Big: pass\nrefs = []\n")
    driver.run("def f():\n    big = Big()\n    refs.append(weakref.ref(big))\n    1/0\nf()")
    assert driver.value("refs[0]()") is None
    driver.run("y = 1\nasync def g():\n    f()\nawait g()")
    driver.run("gc.collect()")
    assert driver.value("refs[1]()") is None


def test_modules_are_not_changed_for_the_user(driver: DriverProcess) -> None:
    driver.run("import subprocess, signal, sys, os")
    assert driver.value("subprocess.run(['sh', '-c', 'exit 3']).returncode") == "3"
    assert driver.value("signal.getsignal(signal.SIGINT) is signal.default_int_handler") == "True"
    assert driver.value("signal.getsignal(signal.SIGPIPE)") == "<Handlers.SIG_IGN: 1>"
    assert driver.value("os.system('exit 2') >> 8") == "2"
    assert driver.value("sorted(int(n) for n in os.listdir('/proc/self/fd') if int(n) < 200)[:3]") == "[0, 1, 2]"
    out = driver.value("subprocess.run(['ls', '/proc/self/fd'], capture_output=True, text=True).stdout.split()")
    assert out == "['0', '1', '2', '3']"
