# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The result of one execution and its body on the wire."""

from __future__ import annotations

from . import protocol
from .private import BUILTINS
from .text import clip, clip_middle, encode

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .mime import Entries
    from .tracebacks import Frame

OK, ERROR, INTERRUPTED, EXIT = range(4)
BY_KEYBOARD, BY_CANCEL, BY_FORCE = 1, 2, 3

MAX_VALUE = 1 << 20
MAX_TRACEBACK = 1 << 18
MAX_MESSAGE = 1 << 16
MAX_TYPE = 1 << 10
MAX_NAME = 1 << 12


_ROOM = protocol.MAX_BODY - 4_096


class Value:
    """The text of a value and its other representations, if it has any."""

    __slots__ = ("entries", "text")

    def __init__(self, text: str, entries: Entries | None = None) -> None:
        self.text = text
        self.entries = entries

    def encoded(self, room: int) -> bytes:
        """The fields of an answer that have room in it."""
        if self.entries is None:
            return protocol.field(protocol.VALUE, encode(clip(self.text, MAX_VALUE)))
        metadata = self.entries.metadata
        described = protocol.field(protocol.METADATA, metadata) if metadata else b""
        others = self.entries.encoded(room - len(described))
        # It says what has been left out.
        text = encode(clip(self.entries.text or "", MAX_VALUE))
        return protocol.field(protocol.VALUE, text) + described + others


class Result:
    """What an execution ended with. Texts are whole here and cut when they are encoded."""

    __slots__ = (
        "error_type",
        "exit_code",
        "frames",
        "interrupted_by",
        "message",
        "status",
        "traceback",
        "value",
        "wall_ns",
    )

    def __init__(self, status: int) -> None:
        self.status = status
        self.value: Value | None = None
        self.error_type: str | None = None
        self.message: str | None = None
        self.traceback: str | None = None
        self.frames: list[Frame] = []
        self.exit_code: int | None = None
        self.wall_ns = 0
        self.interrupted_by = 0

    def encoded(self) -> bytes:
        parts = [protocol.field(protocol.STATUS, bytes((self.status,)))]
        if self.error_type is not None:
            parts.append(protocol.field(protocol.ERROR_TYPE, encode(clip(self.error_type, MAX_TYPE))))
        if self.message is not None:
            parts.append(protocol.field(protocol.ERROR_MESSAGE, encode(clip(self.message, MAX_MESSAGE))))
        if self.traceback is not None:
            parts.append(protocol.field(protocol.TRACEBACK, encode(clip_middle(self.traceback, MAX_TRACEBACK))))
        parts.extend(map(_encoded_frame, self.frames))
        parts.append(protocol.field(protocol.WALL_NS, self.wall_ns.to_bytes(8, "little")))
        if self.interrupted_by:
            parts.append(protocol.field(protocol.INTERRUPTED_BY, bytes((self.interrupted_by,))))
        if self.exit_code is not None:
            parts.append(protocol.field(protocol.EXIT_CODE, self.exit_code.to_bytes(4, "little", signed=True)))
        if self.value is not None:
            parts.append(self.value.encoded(_ROOM - sum(map(len, parts))))
        return b"".join(parts)


def _encoded_frame(frame: Frame) -> bytes:
    line, *texts = frame
    file, function, source = (encode(clip(text, MAX_NAME)) for text in texts)
    names = b"".join(len(name).to_bytes(2, "little") + name for name in (file, function))
    return protocol.field(protocol.FRAME, line.to_bytes(4, "little") + names + source)


def failure(error_type: str, message: str) -> Result:
    """An error that has no frames to show."""
    result = Result(ERROR)
    result.error_type = error_type
    result.message = message
    result.traceback = f"{error_type}: {message}\n"
    return result
