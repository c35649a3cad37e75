# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""`name?` and `name??`: what an object is."""

from __future__ import annotations

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LONGEST = 500


def describe(name: str, in_detail: bool, variables: dict[str, Any]) -> None:
    """Prints the signature, the type, the documentation and, in detail, the source."""
    try:
        value = eval(name.lstrip("%"), variables)
    except Exception:
        print(f"Object `{name}` not found.")
        return
    import inspect

    parts = [("Signature", _attempt(lambda: f"{name}{inspect.signature(value)}"))]
    parts.append(("Type", type(value).__name__))
    if not callable(value) and not inspect.ismodule(value):
        parts.append(("String form", _attempt(lambda: str(value)[:_LONGEST])))
    parts.append(("File", _attempt(lambda: str(inspect.getfile(value)))))
    source = _attempt(lambda: inspect.getsource(value)) if in_detail else ""
    parts.append(("Source", "\n" + source) if source else ("Docstring", _attempt(lambda: inspect.getdoc(value) or "")))
    for title, text in parts:
        if text:
            print(f"{title + ':':<13}{text}")


def _attempt(ask: Any) -> str:
    try:
        return str(ask())
    except Exception:
        return ""
