# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Compiles and runs one execution, and turns whatever happens into a result."""

from __future__ import annotations

import sys
from _ast import Expr, Interactive
from os import _exit, getpid
from time import monotonic_ns

from . import result as results
from .boundary import Boundary
from .coroutines import Coroutines
from .deferred import deferred
from .displays import Displays
from .imports import when_loaded
from .libraries import Libraries
from .namespace import Namespace, refuse_debugger
from .output import Output, flush_all
from .private import BUILTINS
from .result import Result
from .sources import Sources
from .text import exact
from .threads import report_thread_errors
from .tracebacks import Formatter, message, strip_driver, type_name

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

_ONLY_AST = 0x400
_TOP_LEVEL_AWAIT = 0x2000
_COROUTINE = 0x80
_FUTURE_FEATURES = 0x1FE0000
"""The flags of all `from __future__` imports; as at the prompt they stay in force."""


class Executor:
    """Runs the code of executions in one namespace."""

    def __init__(self, namespace: Namespace, output: Output) -> None:
        self._namespace = namespace
        self._output = output
        self._boundary = Boundary()
        self._sources = Sources()
        when_loaded("threading", lambda threading: report_thread_errors(threading, self._sources))
        when_loaded("inspect", lambda inspect: deferred("class_sources").find_classes(inspect, self._sources))
        when_loaded("pdb", refuse_debugger)
        self._coroutines = Coroutines()
        self.displays = namespace.displays = Displays(output, self._report)
        self._libraries = Libraries(self.displays)
        self._process = 0
        self._future = 0
        self._notebook: Any = None

    def attach(self) -> None:
        """Executions run in this process; others that come to their end were forked in one."""
        self._process = getpid()

    def warm(self) -> None:
        """Makes its own copy of the memory that an execution writes to, while nobody waits for it."""
        self.execute("None", 0)
        self._sources.drop(0)

    def execute(self, text: str, number: int, given: bytes | None = None) -> Result:
        """Everything that the code has printed is flushed when this returns. A forked child never returns."""
        self._namespace.begin()
        self.displays.begin()
        self._output.begin(given)
        began = monotonic_ns()
        _, error = self._boundary.cross(self._run, text, number)
        wall, forced = monotonic_ns() - began, self._boundary.forced
        if self._libraries.any_figure and getpid() == self._process:
            error = self._show_figures() or error
        result = self._result(error)
        if result.status == results.INTERRUPTED:
            result.interrupted_by = self._interrupted_by(forced)
        del error  # The frames of an exception lead back to this one.
        foreign = self._output.foreign()
        if foreign:
            self._boundary.cross(flush_all, foreign)
        self._output.end()
        if getpid() != self._process:
            self._leave(result)
        result.wall_ns = wall
        return result

    def inspect(self, fields: dict[int, bytes]) -> bytes:
        """The body of the answer to an INSPECT. What is printed meanwhile belongs to no execution."""
        self._namespace.begin()
        self._output.begin()
        inspection = deferred("inspection").Inspection(fields, self._namespace.variables)
        answer: bytes = inspection.answer(self._boundary)
        self._output.end()
        return answer

    def _run(self, text: str, number: int) -> None:
        name = self._sources.add(number, text)
        try:
            codes, cell = self._compile(text, name), None
        except SyntaxError:
            codes, cell = [], deferred("cell").rewrite(text)
            if cell is None:
                raise
        # Outside of the handler: what the code raises has nothing to do with that error.
        if cell is None:
            self._run_codes(codes)
        else:
            self._run_cell(cell, name)

    def _run_cell(self, cell: Any, name: str) -> None:
        """Code with a notebook's syntax."""
        notebook = self._lend_notebook()
        around = notebook.around(*cell.around, self._namespace.variables) if cell.around is not None else None
        codes = self._compile(cell.text, name, around is None or not around.hides_value)
        if around is None:
            self._run_codes(codes)
        else:
            with around:
                self._run_codes(codes)

    def _lend_notebook(self) -> Any:
        if self._notebook is None:
            self._notebook = deferred("notebook").Notebook(self.displays, self._libraries.choose_inline)
        self._namespace.lend(deferred("cell").NAME, self._notebook)
        return self._notebook

    def _run_codes(self, codes: list[CodeType]) -> None:
        self._coroutines.cancelled = False
        if any(code.co_flags & _COROUTINE for code in codes):
            self._coroutines.run(self._run_async(codes))
        else:
            for code in codes:
                exec(code, self._namespace.variables)

    async def _run_async(self, codes: list[CodeType]) -> None:
        """All in one task, so that what comes before the first await also has a running loop."""
        for code in codes:
            coroutine = eval(code, self._namespace.variables)
            if code.co_flags & _COROUTINE:
                await coroutine

    def _compile(self, text: str, name: str, shows_value: bool = True) -> list[CodeType]:
        """The code of all statements but a last expression, and the code of that, which shows its value."""
        codes = []
        tree: Any = compile(text, name, "exec", _ONLY_AST | _TOP_LEVEL_AWAIT | self._future, True)
        last: Any = tree.body[-1] if tree.body else None
        shows = shows_value and type(last) is Expr and not _ends_with_semicolon(text, last)
        if shows:
            tree.body.pop()
        if tree.body:
            codes.append(self._code(tree, name, "exec"))
        if shows:
            codes.append(self._code(Interactive([last]), name, "single"))
            self._namespace.expect_value(codes[-1])
        return codes

    def _code(self, tree: Any, name: str, mode: str) -> CodeType:
        code: CodeType = compile(tree, name, mode, _TOP_LEVEL_AWAIT | self._future, True)
        self._future |= code.co_flags & _FUTURE_FEATURES
        return code

    def _show_figures(self) -> BaseException | None:
        """Returns what interrupts the execution; a figure that fails does not fail the code."""
        _, error = self._boundary.cross(self._libraries.figures.show)
        if error is None or not isinstance(error, Exception):
            return error
        self._boundary.cross(self._report, error)
        return None

    def _report(self, error: BaseException) -> None:
        print(Formatter(self._sources).format(error), end="", file=sys.stderr)

    def _result(self, error: BaseException | None) -> Result:
        if error is None:
            result = Result(results.OK)
            result.value = self._namespace.take_value()
            return result
        strip_driver(error)
        if isinstance(error, SystemExit):
            described, failed = self._boundary.cross(_exit_result, error)
        else:
            described, failed = self._boundary.cross(self._error_result, error)
        return described or _undescribed(error, failed)

    def _error_result(self, error: BaseException) -> Result:
        result = Result(results.INTERRUPTED if isinstance(error, KeyboardInterrupt) else results.ERROR)
        result.error_type = type_name(error)
        result.message = message(error)
        formatter = Formatter(self._sources)
        result.traceback = formatter.format(error)
        result.frames = formatter.frames(error)
        return result

    def _interrupted_by(self, forced: bool) -> int:
        if forced:
            return results.BY_FORCE
        return results.BY_CANCEL if self._coroutines.cancelled else results.BY_KEYBOARD

    def _leave(self, result: Result) -> None:
        """Ends a forked child that ran to the end of the execution's code, as a script would end there."""
        if result.traceback is not None:
            self._boundary.cross(lambda: print(result.traceback, end="", file=sys.stderr, flush=True))
        self._output.end()
        _exit(1 if result.status in (results.ERROR, results.INTERRUPTED) else (result.exit_code or 0) & 0xFF)


def _ends_with_semicolon(text: str, last: Any) -> bool:
    """As in a notebook, a semicolon behind the last expression hides its value."""
    lines = text.split("\n")[last.end_lineno - 1 :]
    lines[0] = lines[0].encode()[last.end_col_offset :].decode()
    return "\n".join(lines).lstrip(" \t\r\n)\\").startswith(";")


def _exit_result(error: SystemExit) -> Result:
    """The exit code as a script's: an int as it is, nothing for 0, anything else is printed and means 1."""
    result = Result(results.EXIT)
    code = error.code
    if code is None:
        result.exit_code = 0
    elif isinstance(code, int):
        number = int.__int__(code)
        result.exit_code = number if -(1 << 31) <= number < 1 << 31 else -1
    else:
        result.message = exact(str(code))
        result.exit_code = 1
        print(result.message, file=sys.stderr)
    return result


def _undescribed(error: BaseException, failed: BaseException | None) -> Result:
    """For an exception whose description failed or was interrupted; runs no user code."""
    if isinstance(error, SystemExit):
        result = Result(results.EXIT)
        result.exit_code = 1
        return result
    try:
        name = type_name(error)
    except Exception:
        name = "Exception"
    reason = "interrupted" if isinstance(failed, KeyboardInterrupt) else "impossible"
    result = results.failure(name, f"<its description was {reason}>")
    if isinstance(error, KeyboardInterrupt):
        result.status = results.INTERRUPTED
    return result
