# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Source lines with the marks below them that show where an exception came from."""

from __future__ import annotations

from itertools import islice
from os import O_NONBLOCK as _NONBLOCK
from os import fstat
from os import open as _open
from stat import S_ISREG

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType

    from .sources import Sources

_ONLY_AST = 0x400
_MAX_FILE = 4 << 20
_ESCAPED = "backslashreplace"


class Excerpts:
    """Finds source lines, of executions and of files. Files are read once and forgotten with this object."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._files: dict[str, list[str]] = {}

    def of_frame(self, code: CodeType, instruction: int, number: int) -> str:
        """The line of a frame, indented by four, and its marks; empty when the source is unknown."""
        line = self.line(code.co_filename, number)
        if line is None or not line.strip():
            return ""
        shown = line.strip()
        marks = _marks(code, instruction, number, line)
        return f"    {shown}\n    {marks}\n" if marks else f"    {shown}\n"

    def of_syntax_error(self, error: SyntaxError) -> Iterator[str]:
        """The place of a syntax error, its line and the carets below it."""
        number = error.lineno
        if not isinstance(number, int):
            return
        name = error.filename if isinstance(error.filename, str) else "<string>"
        yield f'  File "{name}", line {number}\n'
        text = error.text if isinstance(error.text, str) else self.line(name, number)
        if text is None:
            return
        text = text.rstrip("\n")
        shown = text.lstrip(" \n\f")
        yield f"    {shown}\n"
        start, end = error.offset, error.end_offset
        if not isinstance(start, int):
            return
        if not isinstance(end, int) or end in (0, -1, start):
            end = start + 1
        if isinstance(error.end_lineno, int) and error.end_lineno > number:
            end = len(text) + 1
        first = start - 1 - (len(text) - len(shown))
        if first >= 0:
            blanks = "".join(c if c.isspace() else " " for c in shown[:first])
            yield f"    {blanks}{'^' * max(1, end - start)}\n"

    def line(self, name: str, number: int) -> str | None:
        """The line without its end; None when the source is unknown."""
        if self._sources.knows(name):
            return self._sources.line(name, number)
        if name not in self._files:
            self._files[name] = _read(name)
        lines = self._files[name]
        return lines[number - 1] if 0 < number <= len(lines) else None


def _read(name: str) -> list[str]:
    if name.startswith("<"):
        return []
    try:
        # Not blocking: the name may be that of a FIFO.
        with open(name, "rb", opener=_opener) as file:
            status = fstat(file.fileno())
            if not S_ISREG(status.st_mode) or status.st_size > _MAX_FILE:
                return []
            return file.read(_MAX_FILE).decode("utf-8", _ESCAPED).splitlines()
    except (OSError, ValueError):
        return []


def _opener(name: str, flags: int) -> int:
    return _open(name, flags | _NONBLOCK)


def _marks(code: CodeType, instruction: int, number: int, line: str) -> str:
    """Marks below the part of the line that was running; empty when that is all of it."""
    position = next(islice(code.co_positions(), instruction // 2, None), None)
    if position is None:
        return ""
    first_line, last_line, first, last = position
    if first_line != number or first is None or last is None:
        return ""
    encoded = line.encode("utf-8", _ESCAPED)
    indent = len(line) - len(line.lstrip())
    width = len(line.strip())
    start = len(encoded[:first].decode("utf-8", "replace"))
    if last_line == number:
        end = len(encoded[:last].decode("utf-8", "replace"))
        left, right = _anchor(encoded[first:last])
    else:
        end = indent + width
        left, right = 0, 0
    if right <= left and end - start >= width:
        return ""
    length = end - start
    marks = "~" * left + "^" * (right - left) + "~" * (length - right) if right > left else "^" * length
    return " " * (start - indent) + marks


def _anchor(segment: bytes) -> tuple[int, int]:
    """Which characters of an expression are its operator or its subscript; (0, 0) when neither."""
    try:
        body = compile(segment, "", "exec", _ONLY_AST, True).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return (0, 0)
    if len(body) != 1 or type(body[0]).__name__ != "Expr":
        return (0, 0)
    expression = body[0].value
    kind = type(expression).__name__
    if kind == "BinOp":
        text = segment[expression.left.end_col_offset : expression.right.col_offset]
        start = expression.left.end_col_offset + _operator(text)
        double = segment[start + 1 : start + 2]
        end = start + (2 if double and not double.isspace() and start + 1 < expression.right.col_offset else 1)
    elif kind == "Subscript":
        start, end = expression.value.end_col_offset, expression.slice.end_col_offset + 1
    else:
        return (0, 0)
    return (len(segment[:start].decode("utf-8", "replace")), len(segment[:end].decode("utf-8", "replace")))


def _operator(text: bytes) -> int:
    """The offset of the operator between two operands."""
    return next((i for i, c in enumerate(text) if not (chr(c).isspace() or c in b")\\")), 0)
