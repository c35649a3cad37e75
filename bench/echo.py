# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What the client itself costs: the same exchange with a process that answers at once."""

import os
import socket
import tempfile
import time
from pathlib import Path

from client import Connection


def client_seconds(prepared: bytes, answer_size: int, count: int) -> list[float]:
    """Seconds of `count` exchanges with a peer that answers every request at once with so many bytes."""
    answer = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    answer += f"Content-Length: {answer_size}\r\n\r\n".encode() + b" " * answer_size
    with tempfile.TemporaryDirectory(prefix="cloister-bench-") as work:
        path = str(Path(work) / "echo.sock")
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(path)
        listener.listen(1)
        child = os.fork()
        if child == 0:
            _serve(listener, answer)
        listener.close()
        try:
            return _measure(Connection(path), prepared, count)
        finally:
            os.waitpid(child, 0)


def _measure(connection: Connection, prepared: bytes, count: int) -> list[float]:
    samples = []
    for _ in range(count):
        start = time.perf_counter()
        connection.exchange(prepared)
        samples.append(time.perf_counter() - start)
    connection.close()
    return samples


def _serve(listener: socket.socket, answer: bytes) -> None:
    try:
        peer, _ = listener.accept()
        while peer.recv(1 << 16):
            peer.sendall(answer)
    finally:
        os._exit(0)
