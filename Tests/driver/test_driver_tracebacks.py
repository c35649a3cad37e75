# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Tracebacks: the same text as the standard library's, with the user's lines and without the driver's frames."""

from __future__ import annotations

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR

# Run in the driver: what the standard library makes of the same exception.
REFERENCE = """
import traceback, linecache
def reference(error):
    lines = traceback.TracebackException(type(error), error, error.__traceback__, compact=True).format()
    return "".join(lines)
"""

RAISING = {
    "plain": "1/0",
    "call": "def f(a):\n    return a['key'] + 1\nf({})",
    "subscript": "x = {'a': {'b': None}}\nx['a']['b']['c']",
    "operator": "a, b, c = 1, 0, 2\nz = a + b / c * c / b",
    "double operator": "a = None\nb = 12 **  a",
    "wide characters": "ä = 0\n'ü' + 'ö' + ä",
    "several lines": "def f(**k): raise OSError(2, 'gone', 'file')\nf(\n    a=1,\n    b=2,\n)",
    "cause": "try:\n    1/0\nexcept Exception as e:\n    raise ValueError('bad') from e",
    "context": "try:\n    1/0\nexcept Exception as e:\n    undefined_thing_xyz[0]",
    "suppressed": "try:\n    1/0\nexcept Exception as e:\n    raise ValueError('bad') from None",
    "long chain": (
        "def f(n):\n    try:\n        1/0 if n == 0 else f(n - 1)\n    except Exception:\n"
        "        raise KeyError(n)\nf(5)"
    ),
    "cycle": "a, b = ValueError('a'), ValueError('b')\na.__cause__, b.__cause__ = b, a\nraise a",
    "notes": "e = ValueError('x')\ne.add_note('one\\ntwo')\ne.add_note('')\nraise e",
    "no message": "raise ValueError",
    "recursion": "def f(n): return f(n + 1)\nf(0)",
    "two functions in recursion": "def f(n): return 1 / n if n == 0 else g(n - 1)\ndef g(n):\n    return f(n)\nf(20)",
    "few repeats": "def f(n):\n    if n == 0: 1/0\n    f(n - 1)\nf(4)",
    "library": "import json\njson.loads('{')",
    "syntax error in eval": "eval('1 +')",
    "syntax error in exec": "exec('def f():\\n    x = (1,\\n\\n')",
    "syntax error over lines": "exec('x = [f(1 2\\n3]')",
    "broken str": "class E(Exception):\n    def __str__(self): raise ValueError\nraise E",
    "class in a function": "def f():\n    class Local(Exception): pass\n    raise Local('x')\nf()",
    "module of a class": "import decimal\ndecimal.Decimal('x')",
    "lambda and comprehension": "[(lambda q: q.x)(i) for i in [1]]",
    "exec of a string": "exec('def h():\\n    1/0\\nh()')",
    "form feed and tabs": "def f():\n\tif True:\n\t\traise ValueError('tab')\nf()",
    "group": "raise ExceptionGroup('several', [ValueError(1), TypeError('two\\nlines')])",
    "nested groups": (
        "def one():\n    raise ValueError(1)\n"
        "errors = []\n"
        "for f in (one, lambda: 1/0):\n"
        "    try:\n        f()\n    except Exception as e:\n        errors.append(e)\n"
        "try:\n    raise ExceptionGroup('inner', errors)\n"
        "except ExceptionGroup as e:\n"
        "    raise ExceptionGroup('outer', [e, KeyError('k'), ExceptionGroup('deep', [OSError('last')])])"
    ),
    "group with a cause": (
        "try:\n    1/0\nexcept Exception as e:\n    raise ExceptionGroup('g', [ValueError(1)]) from e"
    ),
    "wide group": "raise ExceptionGroup('wide', [ValueError(i) for i in range(20)])",
}


@pytest.mark.parametrize("name", RAISING)
def test_same_text_as_the_standard_library(driver: DriverProcess, name: str) -> None:
    driver.run(REFERENCE)
    indented = RAISING[name].replace("\n", "\n    ")
    caught = driver.run(f"try:\n    {indented}\nexcept BaseException as error:\n    text = reference(error)\n    raise")
    assert caught.status == ERROR
    expected = driver.run("print(text, end='')").stdout.decode()
    assert caught.traceback == expected
    assert "cloister_driver" not in caught.traceback


def test_frames_of_earlier_executions(driver: DriverProcess) -> None:
    driver.run("def inner(x):\n    # a comment\n    return 1 / x\n")
    driver.run("def outer(x):\n    return inner(x)\n")
    assert driver.run("\n\nouter(0)").traceback == (
        "Traceback (most recent call last):\n"
        '  File "<execution 3>", line 3, in <module>\n'
        "    outer(0)\n"
        '  File "<execution 2>", line 2, in outer\n'
        "    return inner(x)\n"
        "           ^^^^^^^^\n"
        '  File "<execution 1>", line 3, in inner\n'
        "    return 1 / x\n"
        "           ~~^~~\n"
        "ZeroDivisionError: division by zero\n"
    )


def test_a_syntax_error_shows_its_place(driver: DriverProcess) -> None:
    assert driver.run("x = 1\nif x == 1\n    y = 2").traceback == (
        "  File \"<execution 1>\", line 2\n    if x == 1\n             ^\nSyntaxError: expected ':'\n"
    )
    # Found by the compiler, not by the parser: the text comes from the kept source.
    assert driver.run("x = 1\n    \nfor i in x:\n    pass\nreturn x").traceback == (
        "  File \"<execution 2>\", line 5\n    return x\n    ^^^^^^^^\nSyntaxError: 'return' outside function\n"
    )


def test_nothing_runs_when_the_last_line_does_not_compile(driver: DriverProcess) -> None:
    assert driver.run("print('no')\n(yield)").stdout == b""


def test_an_error_of_repr_shows_the_line(driver: DriverProcess) -> None:
    driver.run("class C:\n    def __repr__(self):\n        return 1 / 0\n")
    reply = driver.run("x = 1\nC()")
    assert reply.error[0] == "ZeroDivisionError"
    assert reply.traceback.splitlines()[1:4] == [
        '  File "<execution 2>", line 2, in <module>',
        "    C()",
        '  File "<execution 1>", line 3, in __repr__',
    ]


def test_the_operator_is_marked_behind_a_parenthesis(driver: DriverProcess) -> None:
    # The standard library of 3.11 marks the parenthesis.
    reply = driver.run("a = None\n(1 + 2) **  (a)")
    assert reply.traceback.splitlines()[2:4] == ["    (1 + 2) **  (a)", "    ~~~~~~~~^^~~~~~"]


def test_a_traceback_printed_by_user_code_has_the_lines(driver: DriverProcess) -> None:
    reply = driver.run("try:\n    1/0\nexcept Exception:\n    import traceback\n    traceback.print_exc()")
    assert b"    1/0\n    ~^~\n" in reply.stderr
    reply = driver.run("import warnings\nwarnings.warn('careful')")
    assert reply.stderr == b"<execution 2>:2: UserWarning: careful\n  warnings.warn('careful')\n"


def test_an_error_in_a_thread_has_the_lines(driver: DriverProcess) -> None:
    reply = driver.run("import threading\nt = threading.Thread(target=lambda: 1/0)\nt.start()\nt.join()")
    assert b"ZeroDivisionError" in reply.stderr
    assert reply.stderr.startswith(b"Exception in thread Thread-1 (<lambda>):\nTraceback (most recent call last):\n")
    assert b"    t = threading.Thread(target=lambda: 1/0)\n" in reply.stderr
    reply = driver.run("t = threading.Thread(target=exit)\nt.start()\nt.join()")
    assert reply.stderr == b""


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("prnt(1)", "print"),
        ("counter = 1\nconter", "counter"),
        ("def f():\n    number = 1\n    return nubmer\nf()", "number"),
        ("[].apend(1)", "append"),
        ("import math\nmath.sqr(2)", "sqrt"),
        ("xyzzy_nothing_near", None),
        ("raise NameError('by hand')", None),
        ("class C:\n    def __dir__(self): 1/0\nC().x", None),
    ],
)
def test_suggestions(driver: DriverProcess, code: str, hint: str | None) -> None:
    reply = driver.run(code)
    last = reply.traceback.splitlines()[-1]
    assert "Did you mean" not in (reply.error[1] or "")
    if hint is None:
        assert "Did you mean" not in last
    else:
        assert last.endswith(f". Did you mean: '{hint}'?")


def test_very_deep_recursion_is_cut(driver: DriverProcess) -> None:
    driver.run("import sys\nsys.setrecursionlimit(100_000)\ndef f(n): g(n)\ndef g(n): f(n + 1)")
    reply = driver.run("f(0)")
    assert reply.error[0] == "RecursionError"
    assert "frames left out]" in reply.traceback
    assert len(reply.traceback) < 300_000


def test_long_messages_are_cut(driver: DriverProcess) -> None:
    reply = driver.run("raise ValueError('x' * 10_000_000)")
    assert len(reply.error[1] or "") < 100_000
    assert "characters left out" in reply.traceback
    assert reply.traceback.startswith("Traceback (most recent call last):\n")


@pytest.mark.parametrize(
    "code",
    [
        "class M(type):\n    __module__ = property(lambda s: 1/0)\nclass E(Exception, metaclass=M): pass\nraise E",
        "class M(type):\n    def __getattribute__(s, n): raise OSError\nclass E(Exception, metaclass=M): pass\nraise E",
        "class E(Exception):\n    def __getattribute__(s, n): raise OSError\nraise E",
        "class E(Exception):\n    def __str__(s): raise BaseException\nraise E",
        "class E(Exception):\n    def __str__(s): raise SystemExit\nraise E",
        "class E(Exception):\n    def __str__(s): raise KeyboardInterrupt\nraise E",
        "class E(Exception):\n    def __str__(s): return 5\nraise E",
        "class E(Exception):\n    def __init__(s): s.__notes__ = [s]\n    __str__ = lambda s: s.__str__()\nraise E",
        "class E(SyntaxError): lineno = 'x'; text = 5; filename = 7; msg = None\nraise E",
        "raise SyntaxError('m', ('f', 10**30, -5, 'text', 2, 3))",
        "raise SyntaxError('m', ('<execution 1>', 0, 0, None))",
        "class E(ExceptionGroup):\n    exceptions = property(lambda s: 1/0)\nraise E('x', [ValueError()])",
        "g = ValueError(1)\nfor _ in range(200): g = ExceptionGroup('deep', [g])\nraise g",
        "e = None\nfor i in range(100_000):\n    n = ValueError(i); n.__context__ = e; e = n\nraise e",
    ],
)
def test_hostile_exceptions_end_as_errors(driver: DriverProcess, code: str) -> None:
    reply = driver.run(code)
    assert reply.status == ERROR
    assert reply.error[0]
    assert reply.traceback
    assert driver.value("1 + 1") == "2"
