# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Values of Python in the commands of a notebook: `{expression}` and `$name`, as IPython fills them in."""

from __future__ import annotations

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def expand(text: str, variables: dict[str, Any]) -> str:
    """Text with braces or dollars that mean nothing in Python is a command's own and stays as it is."""
    try:
        return "".join(_parts(text, variables))
    except Exception:
        return text


def _parts(text: str, variables: dict[str, Any]) -> list[str]:
    parts = []
    position = 0
    while position < len(text):
        character = text[position]
        if text.startswith(("{{", "}}"), position):
            parts.append(character)
            position += 2
        elif character == "{":
            end = _closing(text, position)
            parts.append(str(eval(text[position + 1 : end].strip(), variables)))
            position = end + 1
        elif character == "}":
            raise ValueError("a brace is closed that is not open")
        elif character == "$" and text.count("'", position) % 2 == 0:
            value, position = _dollar(text, position, variables)
            parts.append(value)
        else:
            parts.append(character)
            position += 1
    return parts


def _closing(text: str, position: int) -> int:
    depth = 0
    for index in range(position, len(text)):
        depth += {"{": 1, "}": -1}.get(text[index], 0)
        if depth == 0:
            return index
    raise ValueError("a brace is not closed")


def _dollar(text: str, position: int, variables: dict[str, Any]) -> tuple[str, int]:
    """Two dollars stand for one of the shell's, as does one before a name that is not a variable."""
    start = position + 1
    doubled = text.startswith("$", start)
    end = start + doubled
    while end < len(text) and (text[end].isalnum() or text[end] in "_."):
        end += 1
    path = text[start + doubled : end].rstrip(".")
    end = start + doubled + len(path)
    if doubled or path.partition(".")[0] not in variables:
        return f"${path}", end
    return str(eval(path, variables)), end
