# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The syntax of notebooks: lines that Python does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, EXIT, OK

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("a = 10\nb = (a\n%3)\nb", "1"),
        ("x = '''\n!no\n%no\nno?'''\nx", "'\\n!no\\n%no\\nno?'"),
        ("x = 7 \\\n%4\nx", "3"),
        ("# !no\n1", "1"),
        ("x = 5\nx != 4", "True"),
        ("x = [\n  '''\n  !no''',\n  # )\n  7 %\n  4]\n%pwd\nx[1]", "3"),
        ("x = 'it\\'s # !'\n%pwd\nx", '"it\'s # !"'),
        ("x = '%d' \\\n    % 3\n%pwd\nx", "'3'"),
        ("x = r'\\'\n!true\nx", None),
    ],
)
def test_python_stays_python(driver: DriverProcess, code: str, value: str | None) -> None:
    reply = driver.run(code)
    assert reply.value == value, reply.traceback


def test_lines_keep_their_numbers(driver: DriverProcess) -> None:
    reply = driver.run("%pwd\n%env A=1 \\\n  2\ndef f():\n    1 / 0\n\nf()")
    assert [frame[:1] + frame[2:] for frame in reply.frames] == [(7, "<module>", "f()"), (5, "f", "1 / 0")]
    reply = driver.run("%matplotlib inline\n\nx = = 1")
    assert reply.traceback.startswith('  File "<execution 2>", line 3\n    x = = 1\n')
    assert reply.error[0] == "SyntaxError"
    reply = driver.run("%pwd\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    pass\n%cd nowhere_at_all\n")
    assert (reply.error[0], reply.frames[-1][3]) == ("FileNotFoundError", "%cd nowhere_at_all")
    assert "SyntaxError" not in reply.traceback


def test_source_is_found_as_it_was_written(driver: DriverProcess) -> None:
    driver.run("def f():\n    %pwd\n    return 1\n")
    assert driver.value("import inspect\ninspect.getsource(f)") == repr("def f():\n    %pwd\n    return 1\n")
    assert driver.value("f()") == "1"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("%foo bar", "Line magic function `%foo` not found."),
        ("%%foo bar\nx", "Cell magic `%%foo` not found."),
        ("%bash ls", "Line magic function `%bash` not found. Did you mean the cell magic `%%bash`?"),
        ("%%cd\nx", "Cell magic `%%cd` not found. Did you mean the line magic `%cd`?"),
        ("%env NOT_THERE", "Environment does not have key: NOT_THERE"),
        ("%debug", "there is no debugger in executions"),
        ("%__init__", "Line magic function `%__init__` not found."),
    ],
)
def test_what_is_unknown(driver: DriverProcess, code: str, message: str) -> None:
    reply = driver.run(code)
    assert reply.error == ("UsageError", message)
    assert reply.traceback == (
        'Traceback (most recent call last):\n  File "<execution 1>", line 1, in <module>\n'
        f"    {code.partition(chr(10))[0]}\nUsageError: {message}\n"
    )


def test_folders_and_variables(driver: DriverProcess, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    assert driver.value("%cd sub\n%pwd") == repr(str(tmp_path / "sub"))
    assert driver.run("%cd -").stdout == f"{tmp_path}\n".encode()
    reply = driver.run("name = 'x'\n%env A_{name}=$name\nimport os\nos.environ['A_x']")
    assert (reply.value, reply.stdout) == ("'x'", b"env: A_x=x\n")
    assert driver.value("y = %env A_x\ny") == "'x'"
    assert driver.value("e = %env\n'PATH' in e") == "True"


@pytest.mark.parametrize(
    "code", ["%matplotlib inline", "%load_ext autoreload\n%autoreload 2", "%config InlineBackend.figure_format = 'svg'"]
)
def test_settings_are_accepted(driver: DriverProcess, code: str) -> None:
    reply = driver.run(code)
    assert (reply.status, reply.value, reply.stdout, reply.stderr) == (OK, None, b"", b"")
    assert b"not available" in driver.run("%load_ext line_profiler").stderr


def test_time(driver: DriverProcess) -> None:
    reply = driver.run("%time sum(range(10))")
    assert reply.value == "45"
    assert reply.stdout.startswith(b"CPU times: ")
    assert driver.value("%time x = 3\nx") == "3"
    assert driver.value("import asyncio\n%time await asyncio.sleep(0)\n1") == "1"
    assert driver.value("%time for i in range(3): j = i\nj") == "2"
    reply = driver.run("%%time\ny = 4\ny + x")
    assert reply.value == "7"
    assert b"Wall time: " in reply.stdout
    reply = driver.run("%%time\n\n1 / 0")
    assert reply.frames[0][0] == 3
    assert b"Wall time: " in reply.stdout


def test_timeit(driver: DriverProcess) -> None:
    end = " per loop (mean ± std. dev. of 2 runs, 10 loops each)\n".encode()
    assert driver.run("n = 5\n%timeit -n 10 -r 2 sum(range(n))").stdout.endswith(end)
    reply = driver.run("%%timeit m = n\nx = m\nx += 1")
    assert b" of 7 runs, " in reply.stdout
    assert driver.run("%timeit nothing_there").error[0] == "NameError"


def test_capture(driver: DriverProcess) -> None:
    reply = driver.run("%%capture kept\nprint('out')\ndisplay(1)\n!echo shell\n5")
    assert (reply.status, reply.value, reply.stdout, reply.displays) == (OK, None, b"", [])
    assert driver.value("kept.stdout, len(kept.outputs)") == "('out\\nshell\\n', 1)"
    reply = driver.run("kept.show()")
    assert (reply.stdout, len(reply.displays)) == (b"out\nshell\n", 1)
    reply = driver.run("%%capture\nprint('hidden')\n1 / 0")
    assert (reply.status, reply.stdout) == (ERROR, b"")
    assert driver.run("print('seen')").stdout == b"seen\n"


def test_cells_of_other_languages(driver: DriverProcess, tmp_path: Path) -> None:
    assert driver.run("%%html\n<p>").displays[0].data == {"text/html": b"<p>"}
    assert driver.run("%%markdown\n*m*").displays[0].data == {"text/markdown": b"*m*"}
    assert driver.run("%%writefile made.py\nz = 7").stdout == b"Writing made.py\n"
    assert driver.run("%%writefile -a made.py\nimport sys\nq = sys.argv").stdout == b"Appending to made.py\n"
    assert driver.value("%run made.py 1 2\nz, q") == "(7, ['made.py', '1', '2'])"
    assert (tmp_path / "made.py").read_text() == "z = 7\nimport sys\nq = sys.argv\n"
    assert driver.run("%%writefile exits.py\nimport sys\nsys.exit(3)").status == OK
    assert driver.run("%run exits.py").status == EXIT


def test_help(driver: DriverProcess) -> None:
    driver.run("def f(a):\n    'what it does'\n    return a\n")
    shown = driver.run("f?").stdout
    assert b"Signature:   f(a)\n" in shown
    assert b"what it does" in shown
    assert b"    return a\n" in driver.run("f??").stdout
    assert b"items in a container" in driver.run("?len").stdout
    assert driver.run("no.such?").stdout == b"Object `no.such` not found.\n"
    assert driver.run("why not?").error[0] == "SyntaxError"


def test_ordinary_errors_stay_what_they_are(driver: DriverProcess) -> None:
    reply = driver.run("x = (1\ny = 2")
    assert reply.error == ("SyntaxError", "'(' was never closed (<execution 1>, line 1)")
    assert "__notebook__" not in driver.run("!!!\n(").traceback
    assert driver.value("'__notebook__' in globals()") == "False"
    driver.run("import builtins\nbuiltins.compile = builtins.repr = None")
    assert driver.run("%pwd").value is not None
