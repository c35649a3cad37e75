# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The frames of a traceback, each by itself."""

from __future__ import annotations

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, OK


def test_frames_of_executions_and_files(driver: DriverProcess) -> None:
    driver.run("import json\ndef load(text):\n    return json.loads(text)")
    first, second, *library = driver.run("\nload('{')").frames
    assert first == (2, "<execution 2>", "<module>", "load('{')")
    assert second == (3, "<execution 1>", "load", "return json.loads(text)")
    assert library[0][1].endswith("/json/__init__.py")
    assert library[0][2:] == ("loads", "return _default_decoder.decode(s)")
    assert driver.run("1").frames == []


def test_only_the_exceptions_own(driver: DriverProcess) -> None:
    reply = driver.run("try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise KeyError from None")
    assert reply.frames == [(4, "<execution 1>", "<module>", "raise KeyError from None")]
    assert driver.run("x = (").frames == []


def test_of_many_the_first_and_the_last(driver: DriverProcess) -> None:
    frames = driver.run("def f(n):\n    if n == 0: 1 / 0\n    f(n - 1)\nf(300)").frames
    assert len(frames) == 100
    assert frames[0][2:] == ("<module>", "f(300)")
    assert frames[-1][3] == "if n == 0: 1 / 0"
    assert len(driver.run("f(-1)").frames) == 100


@pytest.mark.parametrize(
    "code",
    [
        "exec(compile('1/0', '\\ud800' * 100_000, 'exec'))",
        "exec(compile('\\n' * 99_999 + '1/0', '<execution 1>', 'exec'))",
        "exec(compile('1/0', '/dev/zero', 'exec'))",
        "exec(compile('1/0', '/no\\0file', 'exec'))",
        "raise ExceptionGroup('g', [ValueError(1)])",
        "1; " + "x = 1; " * 9000 + "1 / 0",
    ],
)
def test_odd_frames(driver: DriverProcess, code: str) -> None:
    reply = driver.run(code)
    assert reply.status == ERROR
    assert reply.frames[0][:3] == (1, "<execution 1>", "<module>")
    assert driver.run("1").status == OK


def test_an_interrupt_has_frames(driver: DriverProcess) -> None:
    reply = driver.run("def wait():\n    print('ready')\n    while True: pass\nwait()", interrupt=True)
    assert [frame[2] for frame in reply.frames] == ["<module>", "wait"]
