# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The "Did you mean" of a misspelt name, as the interpreter's own top level prints it."""

from __future__ import annotations

from .private import BUILTINS

__builtins__ = BUILTINS

_MAX_NAMES = 750
_MAX_LENGTH = 40
_MOVE, _CASE = 2, 1


def suggestion(error: BaseException) -> str:
    """Text to put behind the message; empty when there is nothing near."""
    if not isinstance(error, (NameError, AttributeError)):
        return ""
    try:
        name = error.name
        if type(name) is not str or len(name) > _MAX_LENGTH:
            return ""
        nearest = _nearest(name, _candidates(error))
    except Exception:
        return ""
    return f". Did you mean: '{nearest}'?" if nearest else ""


def _candidates(error: NameError | AttributeError) -> list[str]:
    if isinstance(error, AttributeError):
        # The attribute is None when the exception was raised by hand.
        return [] if error.obj is None else dir(error.obj)
    entry = error.__traceback__
    if entry is None:
        return []
    while entry.tb_next is not None:
        entry = entry.tb_next
    frame = entry.tb_frame
    return [*frame.f_locals, *frame.f_globals, *frame.f_builtins]


def _nearest(name: str, candidates: list[str]) -> str | None:
    if len(candidates) > _MAX_NAMES:
        return None
    best, nearest = None, None
    for candidate in candidates:
        if type(candidate) is not str or candidate == name or not candidate or len(candidate) > _MAX_LENGTH:
            continue
        limit = (len(name) + len(candidate) + 3) * _MOVE // 6
        if best is not None:
            limit = min(limit, best - 1)
        distance = _distance(name, candidate, limit)
        if distance <= limit:
            best, nearest = distance, candidate
    return nearest


def _distance(a: str, b: str, limit: int) -> int:
    """Levenshtein distance where a difference of case costs half; above `limit` any number above it."""
    if abs(len(a) - len(b)) * _MOVE > limit:
        return limit + 1
    row = list(range(0, _MOVE * (len(b) + 1), _MOVE))
    for x in a:
        diagonal, row[0] = row[0], row[0] + _MOVE
        for j, y in enumerate(b, 1):
            change = 0 if x == y else _CASE if x.lower() == y.lower() else _MOVE
            diagonal, row[j] = row[j], min(diagonal + change, row[j] + _MOVE, row[j - 1] + _MOVE)
        if min(row) > limit:
            return limit + 1
    return row[-1]
