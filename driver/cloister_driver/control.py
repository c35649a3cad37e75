# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The control socket, and private sockets in general.

A SOCK_SEQPACKET socket keeps packet borders with plain read and write.
"""

from __future__ import annotations

from fcntl import F_DUPFD_CLOEXEC, fcntl
from os import _exit, close, fstat, getpid, read, set_blocking, write
from select import POLLIN, poll
from stat import S_ISSOCK

from .private import BUILTINS
from .protocol import MAX_PACKET, Assembler, Message, packets

__builtins__ = BUILTINS

LOWEST_PRIVATE = 240
"""The driver's own descriptors start here: out of user code's way, within the kernel's 256-entry table."""


def move_high(descriptor: int) -> int:
    """Duplicates a descriptor to a high number that does not survive exec. The old one stays open."""
    try:
        return fcntl(descriptor, F_DUPFD_CLOEXEC, LOWEST_PRIVATE)
    except OSError:
        return fcntl(descriptor, F_DUPFD_CLOEXEC, 3)


class PrivateSocket:
    """Belongs to the process that attached it. Without a socket there it stays unusable."""

    def __init__(self) -> None:
        self.descriptor = -1
        self._owner = 0

    def attach(self, descriptor: int) -> None:
        self.descriptor = -1
        try:
            if S_ISSOCK(fstat(descriptor).st_mode):
                self.descriptor = move_high(descriptor)
                self._owner = getpid()
                close(descriptor)
        except OSError:
            pass

    @property
    def usable(self) -> bool:
        return self.descriptor >= 0 and getpid() == self._owner

    def close_in_child(self) -> None:
        """A forked child must not keep the other end from seeing the driver's end."""
        if self.descriptor < 0:
            return
        descriptor, self.descriptor = self.descriptor, -1
        try:
            close(descriptor)
        except OSError:
            pass


class Control:
    """Messages to and from the daemon. Only the process that attached it may use it; any other one exits."""

    def __init__(self) -> None:
        self._descriptor = -1
        self._owner = 0
        self._assembler = Assembler()
        self._poll = poll()

    def attach(self, descriptor: int) -> None:
        """Takes the socket and this process as their own."""
        self._descriptor = move_high(descriptor)
        close(descriptor)
        self._owner = getpid()
        self._assembler = Assembler()
        self._poll = poll()
        self._poll.register(self._descriptor, POLLIN)

    def receive(self) -> Message:
        """Waits for the next whole message. Ends the process when the daemon's end is closed."""
        while True:
            packet = self._read()
            if not packet:
                _exit(0)
            message = self._assembler.feed(packet)
            if message is not None:
                return message

    def send(self, kind: int, nonce: bytes, body: bytes) -> None:
        for packet in packets(kind, nonce, body):
            self._write(packet)

    def close_in_child(self) -> None:
        """A forked child must not keep the daemon from seeing the driver's end."""
        descriptor, self._descriptor = self._descriptor, -1
        try:
            close(descriptor)
        except OSError:
            pass

    def _read(self) -> bytes:
        while True:
            self._check_owner()
            # An exception that user code's thread throws at this one strikes here, with no packet in hand.
            self._poll.poll()
            try:
                # One byte more than allowed: the assembler then sees an oversized packet as such.
                return read(self._descriptor, MAX_PACKET + 1)
            except BlockingIOError:
                set_blocking(self._descriptor, True)
            except OSError:
                _exit(1)

    def _write(self, packet: bytes) -> None:
        while True:
            self._check_owner()
            try:
                write(self._descriptor, packet)
                return
            except BlockingIOError:
                set_blocking(self._descriptor, True)
            except OSError:
                _exit(1)

    def _check_owner(self) -> None:
        if getpid() != self._owner:
            _exit(1)
