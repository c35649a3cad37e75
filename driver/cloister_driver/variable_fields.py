# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What is known of variables, as fields of an answer."""

from __future__ import annotations

from .private import BUILTINS
from .protocol import (
    BYTES,
    COLUMN,
    DOCUMENTATION,
    DTYPE,
    FILE,
    HEAD,
    ITEM,
    KIND,
    LENGTH,
    NAME,
    PREVIEW,
    PREVIEW_CUT,
    SHAPE,
    SIGNATURE,
    SOURCE,
    TYPE,
    VARIABLE,
    VERSION_TEXT,
    field,
)
from .text import encode

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .details import Details
    from .facts import Facts

LONGEST_NAME = 255
_LONG = 64 << 10
_NAME = 4 << 10


def u32(number: int) -> bytes:
    return min(number, 0xFFFFFFFF).to_bytes(4, "little")


def _u64(number: int) -> bytes:
    return min(max(number, 0), (1 << 64) - 1).to_bytes(8, "little")


def named(name: str, rest: bytes) -> bytes:
    text = encode(name)
    return len(text).to_bytes(2, "little") + text + rest


def _text(tag: int, text: str | None, limit: int = _NAME) -> bytes:
    return b"" if text is None else field(tag, encode(text[:limit]))


def encoded(name: str, facts: Facts) -> bytes:
    parts = [
        _text(NAME, name),
        field(KIND, bytes((facts.kind,))),
        _text(TYPE, facts.type[:LONGEST_NAME]),
        _text(PREVIEW, facts.text, _LONG),
        field(PREVIEW_CUT, bytes((int(facts.cut),))),
        _text(DTYPE, facts.dtype, LONGEST_NAME),
    ]
    for tag, number in ((LENGTH, facts.length), (BYTES, facts.bytes)):
        if number is not None:
            parts.append(field(tag, _u64(number)))
    if facts.shape is not None:
        parts.append(field(SHAPE, b"".join(map(_u64, facts.shape))))
    return b"".join(parts)


def encoded_details(details: Details) -> bytes:
    parts = [encoded("", details.facts)]
    parts += [field(COLUMN, named(name, encode(dtype))) for name, dtype in details.columns]
    parts += [field(ITEM, encoded(key, facts)) for key, facts in details.items]
    parts += [
        _text(HEAD, details.head, _LONG),
        _text(SIGNATURE, details.signature, _LONG),
        _text(DOCUMENTATION, details.documentation, _LONG),
        _text(SOURCE, details.source, _LONG),
        _text(VERSION_TEXT, details.version, LONGEST_NAME),
        _text(FILE, details.file),
    ]
    return field(VARIABLE, b"".join(parts))
