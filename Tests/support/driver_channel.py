# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The daemon's end of a driver's sockets."""

from __future__ import annotations

import os
import select
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

EXECUTE, HELLO, RESULT = 1, 65, 66
STATUSES = ("ok", "error", "interrupted", "exit")

_HEADER = struct.Struct("<BBHI16s")
_FIELD = struct.Struct("<HHI")


@dataclass(frozen=True)
class Answer:
    """What the driver said about one execution."""

    status: str
    value: str | None
    error: str | None
    traceback: str | None
    stdout: bytes
    stderr: bytes


class DriverEnded(Exception):
    """The driver closed its control socket."""


class DriverChannel:
    def __init__(self, control: socket.socket, stdout: socket.socket, stderr: socket.socket) -> None:
        self.control = control
        self._streams = {stdout: bytearray(), stderr: bytearray()}
        self._stdout = stdout
        self._stderr = stderr
        self._number = 0
        # The spawner makes them non-blocking for the daemon.
        for end in (control, stdout, stderr):
            end.setblocking(False)
        self._hello = False

    def execute(self, code: str, seconds: float) -> Answer:
        nonce = self.begin(code)
        return self.finish(nonce, seconds)

    def begin(self, code: str) -> bytes:
        """Sends the request; the answer may be taken later."""
        self._number += 1
        nonce = os.urandom(16)
        text = code.encode()
        body = _field(1, text) + _field(2, struct.pack("<Q", self._number))
        room = 65536 - _HEADER.size
        for start in range(0, len(body), room):
            part = body[start : start + room]
            more = int(start + room < len(body))
            self._send(_HEADER.pack(1, EXECUTE, more, len(part), nonce) + part)
        return nonce

    def finish(self, nonce: bytes, seconds: float) -> Answer:
        body = b""
        while True:
            packet = self._next_packet(seconds)
            _, kind, flags, _, answered = _HEADER.unpack_from(packet)
            if kind == HELLO:
                continue
            assert (kind, answered) == (RESULT, nonce)
            body += packet[_HEADER.size :]
            if not flags & 1:
                break
        self._drain()
        fields = _fields(body)
        return Answer(
            STATUSES[fields[32][0]],
            _text(fields, 33),
            f"{_text(fields, 34)}: {_text(fields, 35)}" if 34 in fields else None,
            _text(fields, 36),
            self._take(self._stdout),
            self._take(self._stderr),
        )

    def close(self) -> None:
        for end in (self.control, self._stdout, self._stderr):
            end.close()

    def _send(self, packet: bytes) -> None:
        while True:
            try:
                self.control.send(packet)
                return
            except BlockingIOError:
                poll = select.poll()
                poll.register(self.control, select.POLLOUT)
                poll.poll(10_000)
            except BrokenPipeError:
                raise DriverEnded from None

    def _next_packet(self, seconds: float) -> bytes:
        while True:
            # Not select(2), which knows no descriptors beyond 1023.
            poll = select.poll()
            for one in (self.control, *self._streams):
                poll.register(one, select.POLLIN)
            ready = {number for number, _ in poll.poll(seconds * 1000)}
            if not ready:
                raise TimeoutError(f"no answer of the driver in {seconds} s")
            self._drain()
            if self.control.fileno() in ready:
                return self._receive()

    def _receive(self) -> bytes:
        try:
            packet = self.control.recv(65536)
        except ConnectionResetError:
            packet = b""
        if not packet:
            raise DriverEnded
        return packet

    def _drain(self) -> None:
        for stream, buffer in self._streams.items():
            try:
                while chunk := stream.recv(1 << 20):
                    buffer.extend(chunk)
            except BlockingIOError:
                continue

    def _take(self, stream: socket.socket) -> bytes:
        buffer = self._streams[stream]
        taken = bytes(buffer)
        buffer.clear()
        return taken


def _field(tag: int, data: bytes) -> bytes:
    return _FIELD.pack(tag, 0, len(data)) + data


def _fields(body: bytes) -> dict[int, bytes]:
    fields = {}
    position = 0
    while position < len(body):
        tag, _, length = _FIELD.unpack_from(body, position)
        position += _FIELD.size
        fields[tag] = body[position : position + length]
        position += length
    return fields


def _text(fields: dict[int, bytes], tag: int) -> str | None:
    return fields[tag].decode(errors="replace") if tag in fields else None
