# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The syntax of notebooks, rewritten as Python line by line: no statement moves to another line."""

from __future__ import annotations

from .private import BUILTINS
from .scanner import Scanner

__builtins__ = BUILTINS

NAME = "__notebook__"
"""What the rewritten lines call: a builtin of executions that have any."""
AROUND = ("capture", "time")
"""Magics of a cell whose body is run as Python."""
_TOP_LEVEL_AWAIT = 0x2000
_OTHERS = tuple(f"pip {command}" for command in ("freeze", "install ", "list", "show ", "uninstall "))
"""Commands that notebooks know without a sign before them."""


class Cell:
    """Rewritten text, and the magic that its execution is wrapped in, with its arguments."""

    def __init__(self, text: str, around: tuple[str, str] | None = None) -> None:
        self.text = text
        self.around = around


def rewrite(text: str) -> Cell | None:
    """None when there is nothing of a notebook's in it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    start = len(text) - len(text.lstrip())
    if text.startswith("%%", start):
        return _whole_cell(text, start)
    rewritten = "\n".join(_lines(text.split("\n")))
    return Cell(rewritten) if rewritten != text else None


def _whole_cell(text: str, start: int) -> Cell:
    first, _, body = text[start + 2 :].partition("\n")
    name, _, line = first.strip().partition(" ")
    blank = "\n" * text.count("\n", 0, start)
    if name in AROUND:
        inner = rewrite(body)
        return Cell(f"{blank}\n{inner.text if inner is not None else body}", (name, line.strip()))
    return Cell(f"{blank}{NAME}.cell({name!r}, {line.strip()!r}, {body!r})")


def _lines(lines: list[str]) -> list[str]:
    result: list[str] = []
    scanner = Scanner()
    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        indent = line[: len(line) - len(line.lstrip())]
        if scanner.at_statement and _is_magic(line.strip()):
            first = position
            while line.endswith("\\") and position < len(lines):
                line = line[:-1] + lines[position]
                position += 1
            result.append(indent + _statement(line.strip()))
            result.extend([""] * (position - first))
        else:
            scanner.feed(line)
            result.append(line)
    return result


def _is_magic(line: str) -> bool:
    return _statement(line) != line


def _statement(line: str) -> str:
    """The Python of one line; itself when it is Python or nothing known."""
    if line.startswith("!!"):
        return _call("lines", line[2:].strip())
    if line.startswith("!"):
        return _call("system", line[1:].strip())
    if line.startswith(_OTHERS):
        return _magic(line)
    if line.endswith("?") or line.startswith("?"):
        return _help(line)
    if line.startswith("%"):
        return _magic(line.lstrip("%"))
    return _assignment(line)


def _call(method: str, *arguments: object) -> str:
    return f"{NAME}.{method}({', '.join(map(repr, arguments))})"


def _help(line: str) -> str:
    name = line.strip("?").strip()
    marks = len(line) - len(line.replace("?", ""))
    plain = name.lstrip("%").replace(".", "").replace("[", "").replace("]", "")
    return _call("help", name, marks > 1) if plain.isidentifier() else line


def _magic(line: str) -> str:
    name, _, arguments = line.partition(" ")
    arguments = arguments.strip()
    return _timed(arguments) if name == "time" and arguments else _call("line", name, arguments)


def _assignment(line: str) -> str:
    target, sign, command = line.partition("=")
    command = command.lstrip()
    if not sign or not command.startswith(("!", "%")) or not target.strip() or set(target) & set("!%#\"'("):
        return line
    call = _call("lines", command[1:].strip()) if command.startswith("!") else _magic(command.lstrip("%"))
    return f"{target}= {call}"


def _timed(code: str) -> str:
    """Compiled with the cell, so that it sees the same names and may await."""
    if _compiles(f"lambda: ({code}\n)", "eval", 0):
        return f"{NAME}.timed(lambda: ({code}))"
    statement = f"with {NAME}.timer(): {code}"
    return statement if _compiles(statement, "exec", _TOP_LEVEL_AWAIT) else _call("timed_text", code)


def _compiles(code: str, mode: str, flags: int) -> bool:
    try:
        compile(code, "<magic>", mode, flags, True)
    except (SyntaxError, ValueError):
        return False
    return True
