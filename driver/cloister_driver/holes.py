# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Uses up the free memory between a zygote's objects.

A driver that put its own objects there would copy a page for nearly each of them. So it starts on pages of its own.
"""

from __future__ import annotations

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_HEADER = b"".__sizeof__()
_POOL = 16_384
_SMALL = range(48, 513, 16)
"""Sizes that CPython's allocator keeps apart, each in pools of its own; larger ones are the C library's."""
_LARGE = (65_536, 32_768, 16_384, 8_192, 4_096, 2_048, 1_536, 1_024, 768, 640, 528)
_CHUNK = 8
"""What the C library adds to each."""
_ROW = 8
_MOST = 4 << 20
"""Bytes of one size; a few hundred thousand are usual."""


def fill() -> list[object]:
    """Returns the objects to keep."""
    kept: list[object] = []
    _extend(kept, 16, _POOL // 32, object)
    _extend(kept, 32, _POOL // 64, complex)
    for size in _SMALL:
        _extend(kept, size, _POOL // (2 * size), bytes, size - _HEADER)
    for size in _LARGE:
        _extend(kept, size, _ROW, bytes, size - _HEADER - _CHUNK)
    return kept


def _extend(kept: list[object], size: int, enough: int, make: Callable[..., object], *arguments: int) -> None:
    """Makes objects until so many lie in a row that it must be a fresh place, which is left free."""
    row = last = 0
    for _ in range(_MOST // size):
        one = make(*arguments)
        row = row + 1 if id(one) == last + size else 0
        last = id(one)
        kept.append(one)
        if row == enough:
            break
    del kept[-row - 1 :]
