# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""A driver as a subprocess with the daemon's ends of its sockets. No sandbox."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from driver_wire import EXECUTE, HEADER, MORE, OK, RESULT, Message, Reply, frames, packet, tagged

if TYPE_CHECKING:
    from collections.abc import Callable

DRIVER = Path(__file__).resolve().parents[2] / "driver"
PYTHON = "/usr/bin/python3"
HIGH = 100


def spawn(driver: Path, directory: Path, ends: list[int], *flags: str, **more: str) -> int:
    """Executes a driver in `directory` with `ends` as its descriptors from 1 on; `more` is for its environment."""
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(DRIVER), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1", **more}
    null = os.open("/dev/null", os.O_RDONLY)
    # Away from the numbers that they are to have.
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, HIGH) for end in (null, *ends)]
    before = Path.cwd()
    os.chdir(directory)
    try:
        return os.posix_spawn(
            PYTHON,
            ["python3", *flags, "-X", "utf8", str(driver)],
            environment,
            file_actions=[(os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(high)],
        )
    finally:
        os.chdir(before)
        for end in (null, *high):
            os.close(end)


class DriverProcess:
    descriptors = 5
    """How many it gets, from 1 on."""

    def __init__(self, directory: Path, flags: tuple[str, ...] = ()) -> None:
        self._flags = flags
        self.number = 0
        self.control, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.stdout, stdout = socket.socketpair()
        self.stderr, stderr = socket.socketpair()
        self.display, display = socket.socketpair()
        self.keeper, keeper = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs = (stdout, stderr, control, display, keeper)
        try:
            self.pid = self.launch(directory, [end.fileno() for end in theirs[: self.descriptors]])
        finally:
            for end in theirs:
                end.close()
        self.exit_status: int | None = None
        self.hello = self.receive()

    def launch(self, directory: Path, ends: list[int]) -> int:
        """Starts the process with `ends` as its descriptors from 1 on; returns its pid."""
        return spawn(DRIVER, directory, ends, *self._flags)

    # Wire

    def send(self, kind: int, nonce: bytes, body: bytes, room: int = 65_512) -> None:
        for start in range(0, len(body) or 1, room):
            more = MORE if start + room < len(body) else 0
            self.control.send(packet(kind, nonce, body[start : start + room], more))

    def receive(self, timeout: float = 10) -> Message:
        self.control.settimeout(timeout)
        first: tuple[int, bytes] | None = None
        parts = []
        while True:
            data = self.control.recv(70_000)
            if not data:
                raise EOFError(self.drain(self.stderr).decode())
            assert len(data) <= 65_536
            version, kind, flags, length, nonce = HEADER.unpack_from(data)
            assert (version, length) == (1, len(data) - HEADER.size)
            assert first in (None, (kind, nonce))
            first = (kind, nonce)
            parts.append(data[HEADER.size :])
            if not flags & MORE:
                return Message(kind, nonce, b"".join(parts), len(parts))

    def request(self, kind: int, body: bytes = b"", timeout: float = 10) -> Message:
        nonce = os.urandom(16)
        self.send(kind, nonce, body)
        message = self.receive(timeout)
        assert message.nonce == nonce
        return message

    def start(self, code: str | bytes, given: bytes | None = None) -> bytes:
        """Sends an EXECUTE, with standard input if there is any, and returns its nonce."""
        self.number += 1
        nonce = os.urandom(16)
        data = code.encode() if isinstance(code, str) else code
        body = tagged(1, data) + tagged(2, self.number.to_bytes(8, "little"))
        self.send(EXECUTE, nonce, body if given is None else body + tagged(4, given))
        return nonce

    def finish(self, nonce: bytes, timeout: float = 20, marker: Callable[[], None] | None = None) -> Reply:
        """Reads output until the RESULT. `marker` is called once "ready" was printed."""
        out, err, shown = bytearray(), bytearray(), bytearray()
        arrivals: list[tuple[float, bytes]] = []
        began = time.monotonic()
        while True:
            left = began + timeout - time.monotonic()
            ends = [self.stdout, self.stderr, self.display, self.control]
            ready, _, _ = select.select(ends, [], [], max(left, 0))
            if not ready:
                raise TimeoutError(f"no result; stdout {bytes(out)[-500:]!r}, stderr {bytes(err)[-2000:]!r}")
            for stream, collected in ((self.stdout, out), (self.stderr, err), (self.display, shown)):
                if stream in ready:
                    data = stream.recv(1 << 18)
                    collected.extend(data)
                    arrivals.append((time.monotonic() - began, data))
            if marker is not None and b"ready" in out:
                marker()
                marker = None
            if self.control in ready:
                message = self.receive()
                assert (message.kind, message.nonce) == (RESULT, nonce)
                out += self.drain(self.stdout)
                err += self.drain(self.stderr)
                shown += self.drain(self.display)
                return Reply(message, bytes(out), bytes(err), arrivals, time.monotonic() - began, frames(bytes(shown)))

    def run(self, code: str | bytes, timeout: float = 20, interrupt: bool = False, given: bytes | None = None) -> Reply:
        """Runs an execution; with `interrupt` SIGINT is sent once it has printed "ready"."""
        return self.finish(self.start(code, given), timeout, self.interrupt_soon if interrupt else None)

    def value(self, code: str) -> str | None:
        reply = self.run(code)
        assert reply.status == OK, reply.traceback
        return reply.value

    @staticmethod
    def drain(stream: socket.socket) -> bytes:
        data = bytearray()
        while True:
            try:
                part = stream.recv(1 << 18, socket.MSG_DONTWAIT)
            except BlockingIOError:
                return bytes(data)
            if not part:
                return bytes(data)
            data += part

    # Process

    def interrupt(self) -> None:
        os.kill(self.pid, signal.SIGINT)

    def interrupt_soon(self) -> None:
        """Lets the code get from its print into the call that is to be interrupted.

        While several threads contend, CPython has a gap between its last look at signals and a lock's wait.
        """
        time.sleep(0.01)
        self.interrupt()

    def wait(self, timeout: float = 10) -> int:
        """The exit status, negative for a signal."""
        deadline = time.monotonic() + timeout
        while self.exit_status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.exit_status = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                raise TimeoutError("the driver goes on")
            else:
                time.sleep(0.005)
        return self.exit_status

    def close(self) -> None:
        if self.exit_status is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()
        for end in (self.control, self.stdout, self.stderr, self.display, self.keeper):
            end.close()


sys.path.insert(0, str(DRIVER))
