# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The user's `__main__` module and what the interpreter's globals look like to it."""

from __future__ import annotations

import builtins
import sys
from sys import _getframe, modules

from .private import BUILTINS
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType

_BUILTINS: ModuleType = builtins
_input = builtins.input
_repr = builtins.repr
_print_value = sys.displayhook


class Namespace:
    """A fresh `__main__` that lives as long as the driver, and the value that an execution shows."""

    def __init__(self) -> None:
        # The driver's own main module is replaced; it has done its work.
        self.module = type(sys)("__main__")
        self.variables = self.module.__dict__
        self._last: CodeType | None = None
        self._text: str | None = None
        modules["__main__"] = self.module
        sys.argv = [""]
        sys.path[0] = ""
        sys.displayhook = self._display
        builtins.input = _refuse_input

    def begin(self) -> None:
        """Restores what an earlier execution may have deleted and every execution needs."""
        modules["__main__"] = self.module
        self.variables["__builtins__"] = _BUILTINS
        self.variables.setdefault("__name__", "__main__")
        self._text = None

    def expect_value(self, code: CodeType | None) -> None:
        """The value printed by this code is an execution's value; others, of nested consoles say, are just printed."""
        self._last = code

    def take_value(self) -> str | None:
        text, self._text, self._last = self._text, None, None
        return text

    def _display(self, value: object) -> None:
        if _getframe(1).f_code is not self._last:
            _print_value(value)
        elif value is not None:
            self._text = _text_of(value)
            vars(_BUILTINS)["_"] = value


_LONG = 1 << 20


def _text_of(value: object) -> str:
    # Never builds the repr of a giant string: only its beginning would be kept.
    if type(value) in (str, bytes, bytearray) and len(value) > _LONG:  # type: ignore[arg-type]
        return f"{_repr(value[:_LONG])}… [cut: length {len(value):,}]"  # type: ignore[index, arg-type]
    return exact(_repr(value))


def _refuse_input(prompt: object = "", /) -> str:
    """Read a line from standard input. Executions have none, so this raises EOFError."""
    if sys.stdin is sys.__stdin__:
        raise EOFError("input() has nothing to read: this execution was given no standard input")
    return _input(prompt)


_refuse_input.__name__ = _refuse_input.__qualname__ = "input"
_refuse_input.__module__ = "builtins"
