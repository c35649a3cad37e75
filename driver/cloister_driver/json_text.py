# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""JSON of what user code made, for notebooks.

Only C code of the standard library is used: the package `json` costs a millisecond to import, a workspace may contain
another one, and user code may have changed it.
"""

from __future__ import annotations

from _json import encode_basestring, make_encoder
from binascii import b2a_base64

from .private import BUILTINS
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DEEPEST = 100


def dumps(value: Any) -> bytes:
    """UTF-8. What JSON does not know is written as Jupyter does: numbers that are none and other objects as text."""
    try:
        return _joined(value)
    except (TypeError, ValueError, RecursionError):
        return _joined(_clean(value, 0))


def _joined(value: Any) -> bytes:
    make: Any = make_encoder
    markers: dict[int, Any] = {}
    encoder = make(markers, _other, encode_basestring, None, ":", ",", False, False, False)
    return "".join(encoder(value, 0)).encode("utf-8", "replace")


def _other(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray, memoryview)):
        return b2a_base64(bytes(value), newline=False).decode()
    for name in ("isoformat", "tolist", "item"):
        convert = getattr(value, name, None)
        if callable(convert) and type(value) is not type:
            return convert()
    if isinstance(value, (set, frozenset, range)):
        return list(value)
    raise TypeError(type(value).__name__)


def _clean(value: Any, depth: int) -> Any:
    """Only dicts, lists, texts and numbers."""
    if depth > _DEEPEST:
        return exact(repr(value))
    if isinstance(value, float):
        number = float.__float__(value)
        return number if number - number == 0 else repr(number)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return exact(value)
    if isinstance(value, dict):
        return {exact(str(key)): _clean(one, depth + 1) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(one, depth + 1) for one in value]
    try:
        return _clean(_other(value), depth + 1)
    except TypeError:
        return exact(repr(value))
