# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Sent as source into sessions, where it runs in a namespace of its own and answers by a display."""

import builtins
import inspect
import keyword
import sys
from collections.abc import Callable
from typing import Any

_main = sys.modules["__main__"]


def answer(value: object) -> None:
    vars(builtins)["display"]({"application/vnd.cloister.answer+json": {"answer": value}}, raw=True)


def show(expression: str) -> None:
    vars(builtins)["display"](eval(expression, vars(_main)))


def names(dotted: str, beginning: str) -> list[str]:
    """Sorted; what begins with an underscore only if that is asked for."""
    if dotted:
        found, target = _resolve(dotted)
        candidates = dir(target) if found else []
    else:
        candidates = [*vars(_main), *vars(builtins), *keyword.kwlist]
    begun = {name for name in candidates if name.startswith(beginning)}
    return sorted(name for name in begun if beginning.startswith("_") or not name.startswith("_"))


def description(dotted: str, detail: int) -> str | None:
    found, target = _resolve(dotted)
    if not found:
        return None
    parts = [
        ("Signature", _or_none(lambda: dotted + str(inspect.signature(target))) if callable(target) else None),
        ("Type", type(target).__name__),
        ("String form", None if callable(target) else _or_none(lambda: str(target)[:500])),
        ("Length", _or_none(lambda: str(len(target)))),
        ("File", _or_none(lambda: inspect.getsourcefile(target))),
        ("Source", _or_none(lambda: inspect.getsource(target)) if detail else None),
        ("Docstring", _or_none(lambda: inspect.getdoc(target)) or "<no docstring>"),
    ]
    return "\n".join(f"{title}:{_separated(text)}" for title, text in parts if text is not None)


def _separated(text: str) -> str:
    return "\n" + text if "\n" in text else " " + text


def _resolve(dotted: str) -> tuple[bool, Any]:
    first, *rest = dotted.split(".")
    for namespace in (vars(_main), vars(builtins)):
        if first in namespace:
            target = namespace[first]
            break
    else:
        return False, None
    try:
        for name in rest:
            target = getattr(target, name)
    except Exception:
        return False, None
    return True, target


def _or_none(ask: Callable[[], str | None]) -> str | None:
    """User objects may refuse any question with any exception."""
    try:
        return ask()
    except Exception:
        return None
