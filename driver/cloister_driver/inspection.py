# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Answers to INSPECT: what the session's variables are, between executions."""

from __future__ import annotations

from time import monotonic

from .completion import Completion, resolve, split_name
from .definitions import describe
from .details import Details
from .facts import facts_of
from .private import BUILTINS
from .protocol import (
    CODE,
    CURSOR,
    END,
    FOUND,
    HAS_MORE,
    IS_CUT,
    LIMIT,
    MATCH,
    MILLISECONDS,
    MIME_ENTRY,
    START,
    TOTAL,
    VARIABLE,
    WHAT,
    field,
)
from .statics import MISSING
from .text import clip, encode
from .variable_fields import LONGEST_NAME, encoded, encoded_details, named, u32

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from .boundary import Boundary

_LIST, _ONE, _COMPLETE, _INSPECT, _INSPECT_MORE = range(5)
_MOST = 1_000
_ROOM = 1 << 20


class Inspection:
    """One answer. Its fields are added as they are found: an interrupt costs those that are missing."""

    def __init__(self, fields: dict[int, bytes], variables: dict[str, Any]) -> None:
        self._what = _number(fields, WHAT)
        self._text = fields.get(CODE, b"").decode()
        self._cursor = _number(fields, CURSOR)
        self._limit = min(_number(fields, LIMIT), _MOST)
        self._end = monotonic() + _number(fields, MILLISECONDS) / 1e3
        self._variables = variables
        self._parts: list[bytes] = []
        self._found = True
        self._is_cut = False
        self._details: Details | None = None

    def answer(self, boundary: Boundary) -> bytes:
        steps = (self._list, self._one, self._complete, self._inspect, self._inspect)
        step = steps[self._what] if self._what < len(steps) else self._nothing
        _, error = boundary.cross(step)
        if error is not None:
            self._is_cut = True
        if self._details is not None:
            self._parts.append(encoded_details(self._details))
        flags = bytes((0 if self._found else 1,)), bytes((int(self._is_cut),))
        return field(FOUND, flags[0]) + field(IS_CUT, flags[1]) + b"".join(self._parts)

    def _nothing(self) -> None:
        self._found = False

    def _list(self) -> None:
        """Those behind the name that is given, in the order of their names."""
        names = sorted(filter(_is_listed, list(self._variables)))
        self._parts.append(field(TOTAL, u32(len(names))))
        behind = [name for name in names if name > self._text]
        for name in behind[: self._limit]:
            if monotonic() > self._end:
                self._is_cut = True
                break
            value = self._variables.get(name, MISSING)
            if value is not MISSING:
                self._parts.append(field(VARIABLE, encoded(name, facts_of(value))))
        if len(behind) > self._limit:
            self._parts.append(field(HAS_MORE, b"\x01"))

    def _one(self) -> None:
        value = self._variables.get(self._text, MISSING)
        if value is MISSING:
            self._found = False
            return
        facts = facts_of(value)
        # From here on the answer has what `fill` has come to.
        self._details = Details(facts)
        self._details.fill(value)

    def _complete(self) -> None:
        completion = Completion(self._text[: self._cursor], self._variables)
        matches: dict[str, str] = {}
        self._parts.append(field(END, u32(min(self._cursor, len(self._text)))))
        found = completion.matches()
        self._parts.append(field(START, u32(completion.start)))
        try:
            for name, kind in self._within_time(found):
                if len(matches) >= self._limit:
                    self._is_cut = True
                    break
                if len(name) <= LONGEST_NAME:
                    matches.setdefault(name, kind)
        finally:
            ordered = sorted(matches.items(), key=lambda match: (match[0].startswith("_"), match[0]))
            self._parts += [field(MATCH, named(name, encode(kind))) for name, kind in ordered]

    def _within_time(self, found: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        for index, one in enumerate(found):
            if index % 64 == 0 and monotonic() > self._end:
                self._is_cut = True
                return
            yield one

    def _inspect(self) -> None:
        """The name around the cursor, or that of the function in whose parentheses it stands."""
        for name in _names_at(self._text, self._cursor):
            value = resolve(name, self._variables)
            if value is not MISSING:
                text = describe(name, value, self._what - _INSPECT, facts_of(value).text)
                self._parts.append(field(MIME_ENTRY, named("text/plain", encode(clip(text, _ROOM)))))
                return
        self._found = False


def _names_at(text: str, cursor: int) -> list[str]:
    end = min(cursor, len(text))
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    names = ["".join(split_name(text[:end]))]
    depth = 0
    for position in range(min(cursor, len(text)) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(text[position], 0)
        if depth < 0:
            names.append("".join(split_name(text[:position])))
            break
    return [name for name in names if name]


def _is_listed(name: Any) -> bool:
    if type(name) is not str or name.startswith("_") or not name.isidentifier():
        return False
    return len(encode(name)) <= LONGEST_NAME


def _number(fields: dict[int, bytes], tag: int) -> int:
    return int.from_bytes(fields.get(tag, b""), "little")
