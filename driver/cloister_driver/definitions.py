# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""How functions, classes and modules describe themselves."""

from __future__ import annotations

from types import FunctionType

from .private import BUILTINS
from .statics import CLASS, FUNCTION, VARIABLE, classes, kind_of, look_up, type_name
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LONGEST = 64 << 10


def signature(value: Any) -> str | None:
    """The parameters; of a class those of its `__init__`. The defaults' own `repr` is called."""
    function = value
    if kind_of(value) == CLASS:
        function = look_up(value, "__init__")
        if type(function) is not FunctionType:
            return None
    elif kind_of(value) != FUNCTION:
        return None
    import inspect

    try:
        found = inspect.signature(function)
        if function is not value:
            found = found.replace(parameters=list(found.parameters.values())[1:])
        return exact(str(found))[:_LONGEST]
    except (TypeError, ValueError):
        return None


def documentation(value: Any) -> str | None:
    kind = kind_of(value)
    if kind == CLASS:
        text = look_up(value, "__doc__")
    elif kind == VARIABLE:
        text = look_up(type(value), "__doc__")
    else:
        text = value.__doc__ if kind == FUNCTION else look_up(value, "__doc__")
    if type(text) is not str:
        return None
    import inspect

    return inspect.cleandoc(text[:_LONGEST])


def source(value: Any) -> str | None:
    """Of what is written in Python, if the text is known."""
    if type(value) is not FunctionType and kind_of(value) != CLASS:
        return None
    import inspect

    try:
        return exact(inspect.getsource(value))[:_LONGEST]
    except (OSError, TypeError, IndexError):
        return None


def describe(name: str, value: Any, detail: int, text: str) -> str:
    """What an editor shows of an object; `text` stands for it."""
    kind = kind_of(value)
    parts = [("Signature", f"{name}{signature(value) or ''}" if kind in (FUNCTION, CLASS) else "")]
    parts.append(("Type", type_name(type(value))))
    if kind == VARIABLE:
        parts.append(("String form", text))
        parts.append(("Class", ", ".join(type_name(cls) for cls in classes(value)[:-1])))
    found = source(value) if detail else None
    parts.append(("Source", "\n" + found) if found else ("Docstring", documentation(value) or ""))
    return "\n".join(f"{title + ':':<13}{text}" for title, text in parts if text)
