# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Standard input that an execution was given."""

from __future__ import annotations

from driver_process import DriverProcess
from driver_wire import ERROR, OK


def test_input_reads_lines(driver: DriverProcess) -> None:
    reply = driver.run("[input('name? '), input(), input()]", given="ä\r\nsecond\n\n".encode())
    assert (reply.status, reply.value, reply.stdout) == (OK, "['ä', 'second', '']", b"name? ")


def test_its_end_is_an_end_of_file(driver: DriverProcess) -> None:
    reply = driver.run("input()\ninput()", given=b"only")
    assert reply.error == ("EOFError", "EOF when reading a line")
    assert reply.frames[-1][0] == 2
    assert driver.run("input()", given=b"").error == ("EOFError", "EOF when reading a line")


def test_without_any_the_error_is_clear(driver: DriverProcess) -> None:
    driver.run("input()", given=b"one\ntwo\n")
    reply = driver.run("input()")
    assert reply.error == ("EOFError", "input() has nothing to read: this execution was given no standard input")
    assert driver.value("import sys, os\nsys.stdin.read(), os.read(0, 1)") == "('', b'')"


def test_sys_stdin(driver: DriverProcess) -> None:
    assert driver.value("import sys") is None
    for code, value in (
        ("sys.stdin.read()", "'a\\nb\\n'"),
        ("list(sys.stdin)", "['a\\n', 'b\\n']"),
        ("sys.stdin.buffer.read()", "b'a\\nb\\n'"),
        ("sys.stdin.readline(), input(), sys.stdin.isatty()", "('a\\n', 'b', False)"),
        ("import os\nos.read(0, 100)", "b'a\\nb\\n'"),
        ("open(0).read()", "'a\\nb\\n'"),
    ):
        assert driver.run(code, given=b"a\nb\n").value == value
    assert driver.run("sys.stdin.read()", given=b"\xff").value == "'\\udcff'"


def test_subprocesses_read_it(driver: DriverProcess) -> None:
    reply = driver.run("import subprocess\nsubprocess.run(['cat'])\nNone", given=b"for the child")
    assert reply.stdout == b"for the child"
    assert driver.run("subprocess.run(['cat'])\nNone").stdout == b""


def test_much_of_it(driver: DriverProcess) -> None:
    reply = driver.run("import sys\nlen(sys.stdin.read())", given=b"x" * 10_000_000)
    assert reply.value == "10000000"


def test_getpass(driver: DriverProcess) -> None:
    reply = driver.run("import getpass\ngetpass.getpass()", given=b"secret\n")
    assert (reply.status, reply.value) == (OK, "'secret'")
    assert driver.run("getpass.getpass()").error[0] == "EOFError"


def test_each_execution_starts_with_its_own(driver: DriverProcess) -> None:
    """Whatever the one before did to the stream."""
    for code in (
        "import sys; sys.stdin.close()",
        "import os; os.close(0)",
        "import io, sys; sys.stdin = io.StringIO('mine')",
        "import sys; sys.stdin = sys.__stdin__ = None",
        "import sys; sys.stdin.detach()",
    ):
        assert driver.run(code, given=b"old\n").status == OK
        assert driver.run("input()", given=b"new\n").value == "'new'"
        assert driver.run("sys.stdin = sys.__stdin__; input()").status == ERROR


def test_the_file_has_no_name(driver: DriverProcess) -> None:
    reply = driver.run("import os\nos.fstat(0).st_nlink, len(os.listdir('/proc/self/fd'))", given=b"x")
    without = driver.run("len(os.listdir('/proc/self/fd'))")
    assert reply.value == f"(0, {without.value})"
