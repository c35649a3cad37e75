# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The wire format from the daemon's side, read strictly."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from typing import Any

HEADER = struct.Struct("<BBHI16s")
FIELD = struct.Struct("<HHI")
MORE = 1
MAGIC = b"\xf7display"
REPEATABLE = (48, 49, 100, 101, 121, 122)
SHOW, UPDATE, CLEAR = range(3)
EXECUTE, REPEAT, PING, WARM, HELLO, RESULT, PONG, UNKNOWN = 1, 2, 3, 4, 65, 66, 67, 68
OK, ERROR, INTERRUPTED, EXIT = range(4)


def packet(kind: int, nonce: bytes, body: bytes, flags: int = 0) -> bytes:
    return HEADER.pack(1, kind, flags, len(body), nonce) + body


def tagged(tag: int, data: bytes) -> bytes:
    return FIELD.pack(tag, 0, len(data)) + data


def split(body: bytes) -> dict[int, list[bytes]]:
    result: dict[int, list[bytes]] = {}
    position = 0
    while position < len(body):
        tag, zero, length = FIELD.unpack_from(body, position)
        position += FIELD.size
        assert zero == 0
        assert tag not in result or tag in REPEATABLE
        result.setdefault(tag, []).append(body[position : position + length])
        assert len(result[tag][-1]) == length
        position += length
    return result


def bundle(entries: list[bytes]) -> dict[str, bytes]:
    """MIME entries by their type."""
    result = {}
    for entry in entries:
        size = int.from_bytes(entry[:2], "little")
        kind = entry[2 : 2 + size].decode()
        assert kind not in result
        result[kind] = entry[2 + size :]
    return result


def frame_of(data: bytes) -> tuple[int, str, str, str]:
    line, rest, names = int.from_bytes(data[:4], "little"), data[4:], []
    for _ in range(2):
        size = int.from_bytes(rest[:2], "little")
        names.append(rest[2 : 2 + size].decode())
        rest = rest[2 + size :]
    return line, names[0], names[1], rest.decode()


def frames(data: bytes) -> list[Display]:
    """What a display socket carried: whole frames and nothing else."""
    result = []
    while data:
        assert data.startswith(MAGIC)
        size = int.from_bytes(data[8:12], "little")
        body = data[12 : 12 + size]
        assert len(body) == size <= 16 << 20
        data = data[12 + size :]
        fields = split(body)
        metadata = json.loads(fields[65][0]) if 65 in fields else {}
        name = fields[66][0].decode() if 66 in fields else None
        waits = fields[67][0][0] if 67 in fields else None
        result.append(Display(fields[64][0][0], bundle(fields.get(48, [])), metadata, name, waits))
    return result


@dataclass
class Display:
    """One frame of the display socket."""

    kind: int
    data: dict[str, bytes]
    metadata: dict[str, Any]
    id: str | None
    waits: int | None

    @property
    def text(self) -> str:
        return self.data["text/plain"].decode()


@dataclass
class Message:
    kind: int
    nonce: bytes
    body: bytes
    packets: int

    @property
    def fields(self) -> dict[int, bytes]:
        """Those of which there is one."""
        return {tag: all_of[0] for tag, all_of in split(self.body).items()}

    def repeated(self, tag: int) -> list[bytes]:
        return split(self.body).get(tag, [])


@dataclass
class Reply:
    """A RESULT with what came on the output sockets before it."""

    message: Message
    stdout: bytes = b""
    stderr: bytes = b""
    arrivals: list[tuple[float, bytes]] = field(default_factory=list)
    seconds: float = 0.0
    displays: list[Display] = field(default_factory=list)

    def text(self, tag: int) -> str | None:
        data = self.message.fields.get(tag)
        return None if data is None else data.decode()

    @property
    def status(self) -> int:
        return self.message.fields[32][0]

    @property
    def value(self) -> str | None:
        return self.text(33)

    @property
    def entries(self) -> dict[str, bytes]:
        """The value's representations beside its text."""
        return bundle(self.message.repeated(48))

    @property
    def metadata(self) -> Any:
        return json.loads(self.text(39) or "{}")

    @property
    def error(self) -> tuple[str | None, str | None]:
        return self.text(34), self.text(35)

    @property
    def frames(self) -> list[tuple[int, str, str, str]]:
        """Line, file, function and source line of each frame."""
        return [frame_of(data) for data in self.message.repeated(49)]

    @property
    def traceback(self) -> str:
        return self.text(36) or ""

    @property
    def wall_ns(self) -> int:
        return int.from_bytes(self.message.fields[37], "little")

    @property
    def exit_code(self) -> int | None:
        data = self.message.fields.get(38)
        return None if data is None else int.from_bytes(data, "little", signed=True)
