# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The user's `__main__` module and what the interpreter's globals look like to it."""

from __future__ import annotations

import builtins
import sys
from sys import _getframe, modules

from .private import BUILTINS
from .result import Value
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any

    from .displays import Displays

_BUILTINS: ModuleType = builtins
_repr = builtins.repr
_print_value = sys.displayhook


class Namespace:
    """A fresh `__main__` that lives as long as the driver, and the value that an execution shows.

    As in a notebook `_`, `__` and `___` are the latest values. There is no `In` and no `Out`: they would keep every
    value alive.
    """

    def __init__(self) -> None:
        self.displays: Displays | None = None
        # The driver's own main module is replaced; it has done its work.
        self.module = type(sys)("__main__")
        self.variables = self.module.__dict__
        self._last: CodeType | None = None
        self._value: Value | None = None
        modules["__main__"] = self.module
        sys.argv = [""]
        sys.path[0] = ""
        sys.displayhook = self._display
        sys.breakpointhook = _fail_to_debug

    def begin(self) -> None:
        """Restores what an earlier execution may have deleted and every execution needs."""
        modules["__main__"] = self.module
        self.variables["__builtins__"] = _BUILTINS
        self.variables.setdefault("__name__", "__main__")
        self._value = None

    def lend(self, name: str, value: object) -> None:
        """Gives user code a builtin."""
        vars(_BUILTINS)[name] = value

    def expect_value(self, code: CodeType | None) -> None:
        """The value printed by this code is an execution's value; others, of nested consoles say, are just printed."""
        self._last = code

    def take_value(self) -> Value | None:
        value, self._value, self._last = self._value, None, None
        return value

    def _display(self, value: object) -> None:
        if _getframe(1).f_code is not self._last:
            _print_value(value)
        elif value is not None:
            self._value = self._shown(value)
            names = vars(_BUILTINS)
            for older, newer in (("___", "__"), ("__", "_")):
                if newer in names:
                    names[older] = names[newer]
            names["_"] = value

    def _shown(self, value: object) -> Value | None:
        """Most values are of types that have nothing but a text."""
        if self.displays is None or type(value) in _PLAIN:
            return Value(text_of(value))
        shown = self.displays.publisher.value(value)
        return None if shown is None else Value(*shown)


def refuse_debugger(pdb: Any) -> None:
    """It would wait for commands that nobody can give."""
    pdb.set_trace = pdb.post_mortem = pdb.pm = _fail_to_debug


def _fail_to_debug(*_arguments: object, **_named: object) -> None:
    raise RuntimeError("there is no debugger in executions: nobody could give it commands")


_LONG = 1 << 20
_PLAIN = (int, str, float, bool, list, dict, tuple, set, frozenset, complex, bytes, bytearray, range, type)


def text_of(value: object) -> str:
    """Its `repr`."""
    # Never builds the repr of a giant string: only its beginning would be kept.
    if type(value) in (str, bytes, bytearray) and len(value) > _LONG:  # type: ignore[arg-type]
        return f"{_repr(value[:_LONG])}… [cut: length {len(value):,}]"  # type: ignore[index, arg-type]
    return exact(_repr(value))
