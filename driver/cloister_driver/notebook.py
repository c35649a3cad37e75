# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What the rewritten lines of a cell call."""

from __future__ import annotations

from sys import _getframe

from .capture import Capture
from .cell_magics import CellMagics
from .interpolation import expand
from .line_magics import LineMagics
from .object_help import describe
from .pip_magic import run_pip
from .private import BUILTINS
from .shell import Lines, Shell
from .timing import Timer, timed, timeit
from .usage_error import UsageError

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .displays import Displays


class Notebook:
    """Every method is called from user code, whose variables it sees."""

    def __init__(self, displays: Displays, choose_inline: Callable[[], None]) -> None:
        self._displays = displays
        self._shell = Shell()
        self._lines = LineMagics(self._shell, choose_inline)
        self._cells = CellMagics(self._shell, displays)

    def __repr__(self) -> str:
        return "<notebook syntax of this session>"

    def system(self, command: str) -> None:
        """`!command`"""
        variables = _variables()
        words = command.split()
        if words[:2] in (["pip", "install"], ["pip3", "install"]) and not set(command) & set("|;&<>`$"):
            run_pip(self._shell, expand(command.partition("pip")[2].partition(" ")[2], variables))
        else:
            _getframe(1).f_globals["_exit_code"] = self._shell.system(expand(command, variables))

    def lines(self, command: str) -> Lines:
        """`name = !command`"""
        status, lines = self._shell.lines(expand(command, _variables()))
        _getframe(1).f_globals["_exit_code"] = status
        return lines

    def line(self, name: str, arguments: str) -> Any:
        """`%name arguments`"""
        variables = _variables()
        if name == "timeit":
            return timeit(arguments, "", _getframe(1).f_globals)
        if name in ("pinfo", "pinfo2"):
            return describe(arguments, name == "pinfo2", variables)
        if name == "run":
            return self._lines.run(expand(arguments, variables), _getframe(1).f_globals)
        method = self._lines.method(name)
        if method is None:
            hint = f" Did you mean the cell magic `%%{name}`?" if self._cells.method(name) else ""
            raise UsageError(f"Line magic function `%{name}` not found.{hint}")
        return method(expand(arguments, variables))

    def cell(self, name: str, arguments: str, body: str) -> Any:
        """`%%name arguments` and the lines below it."""
        variables = _variables()
        if name == "timeit":
            return timeit(body, arguments, _getframe(1).f_globals)
        method = self._cells.method(name)
        if method is None:
            hint = f" Did you mean the line magic `%{name}`?" if self._lines.method(name) else ""
            raise UsageError(f"Cell magic `%%{name}` not found.{hint}")
        return method(expand(arguments, variables), body)

    def around(self, name: str, arguments: str, variables: dict[str, Any]) -> Any:
        """What a cell's code runs in."""
        return Timer() if name == "time" else Capture(arguments, variables, self._displays.publisher)

    def help(self, name: str, in_detail: bool) -> None:
        """`name?` and `name??`"""
        describe(name, in_detail, _variables())

    def timer(self) -> Timer:
        return Timer()

    def timed(self, call: Callable[[], Any]) -> Any:
        return timed(call)

    def timed_text(self, code: str) -> None:
        with Timer():
            exec(compile(code, "<time>", "exec", 0, True), _getframe(1).f_globals)


def _variables() -> dict[str, Any]:
    """Those that the line which calls a method of the notebook sees."""
    frame = _getframe(2)
    return {**frame.f_globals, **frame.f_locals}
