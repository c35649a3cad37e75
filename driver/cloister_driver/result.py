# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The result of one execution and its body on the wire."""

from __future__ import annotations

from . import protocol
from .private import BUILTINS
from .text import clip, clip_middle, encode

__builtins__ = BUILTINS

OK, ERROR, INTERRUPTED, EXIT = range(4)

MAX_VALUE = 1 << 20
MAX_TRACEBACK = 1 << 18
MAX_MESSAGE = 1 << 16
MAX_TYPE = 1 << 10


class Result:
    """What an execution ended with. Texts are whole here and cut when they are encoded."""

    __slots__ = ("error_type", "exit_code", "message", "status", "traceback", "value", "wall_ns")

    def __init__(self, status: int) -> None:
        self.status = status
        self.value: str | None = None
        self.error_type: str | None = None
        self.message: str | None = None
        self.traceback: str | None = None
        self.exit_code: int | None = None
        self.wall_ns = 0

    def encoded(self) -> bytes:
        parts = [protocol.field(protocol.STATUS, bytes((self.status,)))]
        if self.value is not None:
            parts.append(protocol.field(protocol.VALUE, encode(clip(self.value, MAX_VALUE))))
        if self.error_type is not None:
            parts.append(protocol.field(protocol.ERROR_TYPE, encode(clip(self.error_type, MAX_TYPE))))
        if self.message is not None:
            parts.append(protocol.field(protocol.ERROR_MESSAGE, encode(clip(self.message, MAX_MESSAGE))))
        if self.traceback is not None:
            parts.append(protocol.field(protocol.TRACEBACK, encode(clip_middle(self.traceback, MAX_TRACEBACK))))
        parts.append(protocol.field(protocol.WALL_NS, self.wall_ns.to_bytes(8, "little")))
        if self.exit_code is not None:
            parts.append(protocol.field(protocol.EXIT_CODE, self.exit_code.to_bytes(4, "little", signed=True)))
        return b"".join(parts)


def failure(error_type: str, message: str) -> Result:
    """An error that has no frames to show."""
    result = Result(ERROR)
    result.error_type = error_type
    result.message = message
    result.traceback = f"{error_type}: {message}\n"
    return result
