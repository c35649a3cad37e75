# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What programs do that are more than a few lines: debuggers, pickles, sources, processes, coroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, EXIT, OK

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "code",
    [
        "breakpoint()",
        "def f():\n    x = 1\n    breakpoint()\n    return x\nf()",
        "import pdb\npdb.set_trace()",
        "import pdb\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    pdb.post_mortem()",
        "from pdb import set_trace\nset_trace()",
    ],
)
def test_there_is_no_debugger(driver: DriverProcess, code: str) -> None:
    reply = driver.run(code, timeout=5)
    assert reply.error == ("RuntimeError", "there is no debugger in executions: nobody could give it commands")
    assert (reply.stdout, "cloister" in reply.traceback) == (b"", False)
    assert driver.value("import sys\nsys.gettrace()") is None


def test_a_break_point_of_the_users_own(driver: DriverProcess) -> None:
    driver.run("import sys\nsys.breakpointhook = lambda: print('here')")
    assert driver.run("breakpoint()").stdout == b"here\n"


@pytest.mark.parametrize(
    ("code", "exit_code"), [("quit()", 0), ("exit(2)", 2), ("raise SystemExit(3)", 3), ("import sys\nsys.exit()", 0)]
)
def test_ways_to_exit(driver: DriverProcess, code: str, exit_code: int) -> None:
    reply = driver.run(code)
    assert (reply.status, reply.exit_code) == (EXIT, exit_code)
    assert driver.value("1") == "1"


def test_deep_recursion(driver: DriverProcess) -> None:
    reply = driver.run("def f(n):\n    return f(n + 1)\nf(0)")
    assert reply.error == ("RecursionError", "maximum recursion depth exceeded")
    assert "[Previous line repeated" in reply.traceback
    assert len(reply.frames) == 100


def test_huge_numbers(driver: DriverProcess) -> None:
    assert driver.run("10 ** 5000").error[0] == "ValueError"
    assert driver.value("import sys\nsys.set_int_max_str_digits(0)\nlen(str(10 ** 5000))") == "5001"


def test_exception_groups(driver: DriverProcess) -> None:
    driver.run("def fail():\n    raise ExceptionGroup('several', [ValueError(1), KeyError('k')])")
    reply = driver.run("try:\n    fail()\nexcept* ValueError:\n    print('handled')")
    assert (reply.error[0], reply.stdout) == ("ExceptionGroup", b"handled\n")
    assert "KeyError: 'k'" in reply.traceback
    assert "ValueError: 1" not in reply.traceback


def test_pickles(driver: DriverProcess) -> None:
    driver.run("import pickle, copy, enum, dataclasses, typing")
    driver.run(
        "@dataclasses.dataclass\nclass Point:\n    x: int\n    y: 'int' = 2\nclass Colour(enum.Enum):\n    RED = 1"
    )
    driver.run("class Pair(typing.NamedTuple):\n    a: int\n    b: Point")
    value = driver.value("pickle.loads(pickle.dumps([Point(1), Colour.RED, Pair(1, Point(3))]))")
    assert value == "[Point(x=1, y=2), <Colour.RED: 1>, Pair(a=1, b=Point(x=3, y=2))]"
    assert driver.value("copy.deepcopy(Point(5)) == Point(5), typing.get_type_hints(Point)['y']") is not None


def test_sources_of_classes(driver: DriverProcess) -> None:
    first = "class A:\n    def f(self):\n        return 1\n"
    plain = "class Plain:\n    x = 1\n"
    record = "@dataclass\nclass Record:\n    a: int\n    b: str = 'x'\n"
    driver.run(first)
    driver.run(f"from dataclasses import dataclass\n{record}\n{plain}")
    driver.run("import inspect")
    assert driver.value("inspect.getsource(A)") == repr(first)
    assert driver.value("inspect.getsource(A.f)") == repr("    def f(self):\n        return 1\n")
    assert driver.value("inspect.getsource(Plain)") == repr(plain)
    assert driver.value("inspect.getsource(Record)") == repr(record)
    driver.run("Old = A\nclass A:\n    def f(self):\n        return 2\n")
    assert driver.value("inspect.getsource(Old), inspect.getsource(A)") == repr((first, first.replace("1", "2")))
    assert driver.run("inspect.getsource(type('Made', (), {}))").error[0] == "OSError"
    assert driver.value("inspect.getsource(inspect.Signature).startswith('class Signature')") == "True"


def test_processes_that_are_spawned(driver: DriverProcess, tmp_path: Path) -> None:
    """They import what they are to run, and have no file of `__main__` to run again."""
    (tmp_path / "work.py").write_text("def square(x): return x * x\n")
    driver.run("print('main runs')\nimport multiprocessing as mp, concurrent.futures as cf, work")
    reply = driver.run("with mp.get_context('spawn').Pool(2) as pool:\n    r = pool.map(work.square, [1, 2])\nr")
    assert (reply.value, reply.stdout, reply.stderr) == ("[1, 4]", b"", b"")
    code = "with cf.ProcessPoolExecutor(1, mp_context=mp.get_context('spawn')) as e:\n    r = list(e.map(abs, [-1]))\nr"
    assert driver.value(code) == "[1]"
    code = "p = mp.get_context('forkserver').Process(target=print, args=('child',))\np.start()\np.join()\np.exitcode"
    reply = driver.run(code)
    assert (reply.value, reply.stdout) == ("0", b"child\n")


def test_processes_that_are_forked(driver: DriverProcess) -> None:
    driver.run("import multiprocessing as mp\ndef square(x): return x * x\nfork = mp.get_context('fork')")
    assert driver.value("with fork.Pool(2) as pool:\n    r = pool.map(square, [1, 2])\nr") == "[1, 4]"
    driver.run("def put(q): q.put(square(5))\nq = fork.Queue()\np = fork.Process(target=put, args=(q,))\np.start()")
    assert driver.value("q.get(timeout=5)") == "25"


def test_loops_of_coroutines(driver: DriverProcess) -> None:
    driver.run("import asyncio\nasync def one(): return 1\n")
    assert driver.value("asyncio.run(one())") == "1"
    reply = driver.run("await one()\nasyncio.run(one())")
    assert reply.error == ("RuntimeError", "asyncio.run() cannot be called from a running event loop")
    assert driver.value("asyncio.run(one())") == "1"
    assert driver.value("await one()") == "1"


def test_asynchronous_generators(driver: DriverProcess) -> None:
    driver.run(
        "import asyncio\nasync def numbers(n):\n    try:\n        for i in range(n):\n"
        "            await asyncio.sleep(0)\n            yield i\n    finally:\n        print('closed')\n"
    )
    reply = driver.run("async for i in numbers(3):\n    print(i)")
    assert reply.stdout == b"0\n1\n2\nclosed\n"
    assert driver.value("[i async for i in numbers(2)]") == "[0, 1]"
    driver.run("kept = numbers(3)\nawait anext(kept)")
    assert driver.value("await anext(kept)") == "1"
    assert driver.run("await kept.aclose()").stdout == b"closed\n"


def test_tasks_that_are_left_over(driver: DriverProcess) -> None:
    driver.run("import asyncio\nseen = []\nasync def work():\n    for i in range(3):\n        seen.append(i)\n")
    driver.run("async def slow():\n    await work()\n    await asyncio.sleep(0.01)\n    seen.append('end')\n")
    driver.run("task = asyncio.create_task(slow())\nawait asyncio.sleep(0)")
    assert driver.value("seen, task.done()") == "([0, 1, 2], False)"
    assert driver.value("await asyncio.sleep(0.05)\nseen, task.done()") == "([0, 1, 2, 'end'], True)"
    reply = driver.run("async def bad(): 1 / 0\ntask = asyncio.create_task(bad())\nawait asyncio.sleep(0)")
    assert reply.status == OK
    assert driver.run("await task").error[0] == "ZeroDivisionError"


def test_a_syntax_error_has_its_caret(driver: DriverProcess) -> None:
    reply = driver.run("def f():\n    return (1 +\n\nf()")
    assert reply.status == ERROR
    assert "    return (1 +\n           ^\nSyntaxError: '(' was never closed\n" in reply.traceback
