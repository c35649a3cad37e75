# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A client that costs little: one kept connection, requests made beforehand, answers parsed by hand.

A general HTTP library would take longer than the daemon needs for a warm execution.
"""

import json
import socket
from typing import Any

HEAD_END = b"\r\n\r\n"
PIECE = 1 << 18


class DaemonError(Exception):
    """The daemon answered with an error, or not in HTTP."""


class Connection:
    """A connection to the daemon's socket that stays open."""

    def __init__(self, path: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(180)
        self._socket.connect(path)
        self._rest = b""

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()

    def call(self, method: str, target: str, body: Any = None) -> Any:
        """A request whose answer is JSON, or nothing."""
        status, content = self.exchange(request(method, target, body))
        if status >= 400:
            raise DaemonError(f"{method} {target}: {status} {content[:500].decode('utf-8', 'replace')}")
        return json.loads(content) if content else None

    def exchange(self, prepared: bytes) -> tuple[int, bytes]:
        """Sends a prepared request; returns the answer's status and body."""
        self._socket.sendall(prepared)
        head = self._take_until(HEAD_END)
        status = int(head[9:12])
        fields = dict(line.lower().split(b":", 1) for line in head.split(b"\r\n")[1:] if b":" in line)
        if b"chunked" in fields.get(b"transfer-encoding", b""):
            return status, self._chunks()
        return status, self._take(int(fields.get(b"content-length", b"0")))

    def _chunks(self) -> bytes:
        content = b""
        while size := int(self._take_until(b"\r\n").split(b";")[0], 16):
            content += self._take(size)
            self._take(2)
        self._take_until(b"\r\n")
        return content

    def _take_until(self, end: bytes) -> bytes:
        while (place := self._rest.find(end)) < 0:
            self._receive()
        taken, self._rest = self._rest[:place], self._rest[place + len(end) :]
        return taken

    def _take(self, size: int) -> bytes:
        while len(self._rest) < size:
            self._receive()
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def _receive(self) -> None:
        piece = self._socket.recv(PIECE)
        if not piece:
            raise DaemonError("the daemon closed the connection")
        self._rest += piece


def request(method: str, target: str, body: Any = None) -> bytes:
    """The bytes of a request."""
    content = b"" if body is None else json.dumps(body).encode()
    fields = f"Host: localhost\r\nAccept: application/json\r\nContent-Length: {len(content)}\r\n"
    if content:
        fields += "Content-Type: application/json\r\n"
    return f"{method} {target} HTTP/1.1\r\n{fields}\r\n".encode() + content
