# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The wire format of the control socket: packets, messages, fields. Pure, no I/O."""

from __future__ import annotations

from struct import Struct

from .private import BUILTINS

__builtins__ = BUILTINS

VERSION = 1
MAX_PACKET = 65_536
MAX_BODY = 16 << 20
NONCE_SIZE = 16
NO_NONCE = bytes(NONCE_SIZE)

EXECUTE, REPEAT, PING, WARM, CHECKPOINT, INSPECT = 1, 2, 3, 4, 5, 6
HELLO, RESULT, PONG, UNKNOWN, CHECKPOINTED, INSPECTED = 65, 66, 67, 68, 69, 70

CODE, NUMBER, TARGET, INPUT = 1, 2, 3, 4
PYTHON_VERSION, PROCESS_ID = 16, 17
STATUS, VALUE, ERROR_TYPE, ERROR_MESSAGE, TRACEBACK, WALL_NS, EXIT_CODE = 32, 33, 34, 35, 36, 37, 38
METADATA, INTERRUPTED_BY, MIME_ENTRY, FRAME = 39, 41, 48, 49
CHECKPOINT_NUMBER, FORCED, OUTCOME, REASON = 5, 6, 80, 81
DISPLAY_KIND, DISPLAY_METADATA, DISPLAY_ID, CLEAR_WAITS = 64, 65, 66, 67
WHAT, CURSOR, LIMIT, MILLISECONDS = 7, 8, 9, 10
FOUND, IS_CUT, TOTAL, HAS_MORE, VARIABLE, MATCH, START, END = 96, 97, 98, 99, 100, 101, 102, 103
NAME, KIND, TYPE, LENGTH, SHAPE, DTYPE, BYTES, PREVIEW, PREVIEW_CUT = 112, 113, 114, 115, 116, 117, 118, 119, 120
COLUMN, ITEM, HEAD, SIGNATURE, DOCUMENTATION, SOURCE, VERSION_TEXT, FILE = 121, 122, 123, 124, 125, 126, 127, 128

_HEADER = Struct("<BBHI16s")
_FIELD = Struct("<HHI")
_MORE = 1
_ROOM = MAX_PACKET - _HEADER.size


class MalformedError(Exception):
    """The bytes of a body do not form fields."""


class Message:
    """One whole message: its kind, its nonce (16 bytes), its body put together from all packets."""

    __slots__ = ("body", "kind", "nonce")

    def __init__(self, kind: int, nonce: bytes, body: bytes) -> None:
        self.kind = kind
        self.nonce = nonce
        self.body = body


class Assembler:
    """Turns packets into messages. A message cut off by a packet of another kind or nonce is dropped."""

    def __init__(self) -> None:
        self._key: tuple[int, bytes] | None = None
        self._parts: list[bytes] = []
        self._size = 0

    def feed(self, packet: bytes) -> Message | None:
        """Returns the message that this packet completes. Malformed packets and too large messages are dropped."""
        if not _HEADER.size <= len(packet) <= MAX_PACKET:
            return None
        version, kind, flags, length, nonce = _HEADER.unpack_from(packet)
        if version != VERSION or length != len(packet) - _HEADER.size:
            return None
        if self._key != (kind, nonce):
            self._restart((kind, nonce))
        self._size += length
        if self._size <= MAX_BODY:
            self._parts.append(packet[_HEADER.size :])
        else:
            self._parts.clear()
        if flags & _MORE:
            return None
        complete = self._size <= MAX_BODY
        body = b"".join(self._parts)
        self._restart(None)
        return Message(kind, nonce, body) if complete else None

    def _restart(self, key: tuple[int, bytes] | None) -> None:
        self._key = key
        self._parts.clear()
        self._size = 0


def packets(kind: int, nonce: bytes, body: bytes) -> list[bytes]:
    """Cuts a message into packets, at least one."""
    result = []
    for start in range(0, len(body) or 1, _ROOM):
        part = body[start : start + _ROOM]
        more = _MORE if start + _ROOM < len(body) else 0
        result.append(_HEADER.pack(VERSION, kind, more, len(part), nonce) + part)
    return result


def field(tag: int, data: bytes) -> bytes:
    """Encodes one field."""
    return _FIELD.pack(tag, 0, len(data)) + data


def fields(body: bytes) -> dict[int, bytes]:
    """Decodes the fields of a request; of a repeated one the last counts."""
    result: dict[int, bytes] = {}
    position = 0
    while position < len(body):
        if len(body) - position < _FIELD.size:
            raise MalformedError("a field's header is cut off")
        tag, zero, length = _FIELD.unpack_from(body, position)
        position += _FIELD.size
        if zero or length > len(body) - position:
            raise MalformedError("a field is longer than its message")
        result[tag] = body[position : position + length]
        position += length
    return result
