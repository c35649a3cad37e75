# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Short texts of objects. Those of the language's own types are written without running anybody's code."""

from __future__ import annotations

from itertools import islice

from .private import BUILTINS
from .statics import is_a, kind_of, loaded, name_text, package_of, plain_text, type_name
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    Own = Callable[[Any], str] | None

_repr = BUILTINS["repr"]
_DEEPEST = 6
_LONG_INTEGER = 4_096
_ATOMS = (bool, float, complex, type(None), type(...), type(NotImplemented), range)
_TEXTS = (str, bytes, bytearray)
_BRACKETS: dict[type, tuple[str, str, str]] = {
    list: ("[", "]", "[]"),
    tuple: ("(", ")", "()"),
    dict: ("{", "}", "{}"),
    set: ("{", "}", "set()"),
    frozenset: ("frozenset({", "})", "frozenset()"),
}
_STANDARD = {
    "datetime": ("date", "timedelta", "timezone"),
    "decimal": ("Decimal",),
    "pathlib": ("PosixPath", "PurePosixPath"),
    "re": ("Pattern",),
    "uuid": ("UUID",),
}
_SCALARS = (("numpy", "generic"), ("numpy", "dtype"), ("pandas", "Timestamp"), ("pandas", "Timedelta"))


class _Full(Exception):
    """There is no room for more."""


class _Writer:
    def __init__(self, room: int, own: Own) -> None:
        self.parts: list[str] = []
        self._left = room
        self._own = own

    def add(self, text: str) -> None:
        if len(text) > self._left:
            self.parts.append(text[: self._left])
            raise _Full
        self.parts.append(text)
        self._left -= len(text)

    def write(self, value: Any, depth: int) -> None:
        kind = type(value)
        if kind in _TEXTS:
            # Never builds the repr of a giant string.
            self.add(_repr(value if len(value) <= self._left else value[: self._left + 1]))
        elif kind in _BRACKETS:
            self._write_all(kind, value, depth)
        else:
            self.add(self._text(value))

    def _text(self, value: Any) -> str:
        own = self._own
        if own is not None and not _is_number(value):
            return own(value)
        return simple(value)

    def _write_all(self, kind: type, value: Any, depth: int) -> None:
        opening, closing, empty = _BRACKETS[kind]
        if not value:
            self.add(empty)
            return
        self.add(opening)
        if depth >= _DEEPEST:
            self.add("...")
        elif kind is dict:
            self._separated(value.items(), self._pair, depth)
        else:
            self._separated(value, self.write, depth)
        self.add(",)" if kind is tuple and len(value) == 1 else closing)

    def _separated(self, values: Iterable[Any], write: Callable[[Any, int], None], depth: int) -> None:
        # No more than can have room: an element takes three characters or so.
        for index, one in enumerate(islice(values, self._left)):
            if index:
                self.add(", ")
            write(one, depth + 1)

    def _pair(self, pair: tuple[Any, Any], depth: int) -> None:
        self.write(pair[0], depth)
        self.add(": ")
        self.write(pair[1], depth)


def preview(value: Any, room: int, own: Own = None) -> tuple[str, bool]:
    """At most `room` characters, and whether that is not all. With `own`, that is the text of what has its own."""
    writer = _Writer(room, own)
    try:
        writer.write(value, 0)
    except _Full:
        return "".join(writer.parts), True
    except (RuntimeError, RecursionError):
        return "".join(writer.parts), True  # Another thread changes it.
    return "".join(writer.parts), False


def simple(value: Any) -> str:
    """The text of anything but strings and containers. No code of user-defined classes runs."""
    kind = type(value)
    if kind in _ATOMS:
        return exact(_repr(value))
    if kind is int:
        bits = value.bit_length()
        return _repr(value) if bits <= _LONG_INTEGER else f"<int of {bits:,} bits>"
    named = kind_of(value)
    if named:
        return name_text(value, named)
    if not (_is_standard(kind) or _is_scalar(value)):
        return plain_text(value)
    try:
        return exact(_repr(value))
    except Exception:
        return plain_text(value)


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) in _ATOMS


def _is_standard(kind: type) -> bool:
    """A type of the standard library whose text is no business of other types."""
    module, _, name = type_name(kind).rpartition(".")
    return name in _STANDARD.get(module, ()) and loaded(module, name) is kind


def _is_scalar(value: Any) -> bool:
    package = package_of(type(value))
    for module, name in _SCALARS:
        if module == package:
            cls = loaded(module, name)
            if is_a(cls, type) and is_a(value, cls):
                return True
    return False
