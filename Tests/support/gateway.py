# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The S3 gateway of the tests, and a way to it that can be closed."""

from __future__ import annotations

import os
import shlex
import socket
import threading
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from host import ROOT, run

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = ROOT / "scripts" / "radosgw"


@contextmanager
def gateway() -> Iterator[dict[str, str]]:
    """The settings of its clients. The one that a test run has started already, or one of its own."""
    if "S3_ENDPOINT" in os.environ:
        yield dict(os.environ)
        return
    directory = Path(f"/tmp/cloister-test-radosgw-{os.getpid()}")
    run(SCRIPT, "start", directory, seconds=180)
    try:
        words = shlex.split((directory / "env").read_text().replace("export ", ""))
        yield {**os.environ, **dict(word.split("=", 1) for word in words)}
    finally:
        run(SCRIPT, "stop", directory)


class Passage:
    """A port of its own that leads to the gateway while it is open."""

    def __init__(self, endpoint: str) -> None:
        host, _, port = endpoint.rpartition("/")[2].partition(":")
        self._target = (host, int(port))
        self._listener = self._listen(0)
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._ends: set[socket.socket] = set()
        self.open()

    def open(self) -> None:
        if self._listener.fileno() < 0:
            self._listener = self._listen(int(self.endpoint.rpartition(":")[2]))
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def close(self) -> None:
        """Cuts what is under way, and refuses what comes."""
        # Without the shutdown, the thread that accepts would keep it open.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in list(self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    @staticmethod
    def _listen(port: int) -> socket.socket:
        return socket.create_server(("127.0.0.1", port), backlog=64)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.create_connection(self._target)
                for pair in ((client, server), (server, client)):
                    threading.Thread(target=self._carry, args=pair, daemon=True).start()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        self._ends.add(source)
        with suppress(OSError):
            while data := source.recv(1 << 16):
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
        self._ends.discard(source)
