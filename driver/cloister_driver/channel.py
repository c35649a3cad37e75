# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The way of displays to the daemon: whole frames, each taken by the daemon before the next output."""

from __future__ import annotations

from _signal import SIGINT, getsignal, raise_signal, signal
from _thread import get_ident
from fcntl import ioctl
from posix import set_blocking, write
from time import monotonic, sleep

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from types import FrameType

MAGIC = b"\xf7display"
_UNREAD = 0x5411
"""SIOCOUTQ: how much of what was written its reader has not taken."""
_SHORTEST, _LONGEST = 20e-6, 1e-3
_PATIENCE = 2.0


class Channel:
    """Frames to the daemon from any thread of the process that owns the socket."""

    def __init__(self, descriptor: int, main_thread: int, lock: LockType) -> None:
        self._descriptor = descriptor
        self._main_thread = main_thread
        self._lock = lock

    def send(self, body: bytes) -> None:
        """Returns once the daemon has taken the frame, or has let it lie for long."""
        frame = MAGIC + len(body).to_bytes(4, "little") + body
        if get_ident() == self._main_thread:
            self._write_uninterrupted(frame)
        else:
            self._write(frame)
        self._wait_until_taken()

    def _write_uninterrupted(self, frame: bytes) -> None:
        """Half a frame would spoil the next one: an interrupt that arrives in the middle is raised behind it.

        Not by a signal mask: the signal might be another thread's to take, and its handler still runs in this one.
        """
        arrived = []

        def note(_number: int, _frame: FrameType | None) -> None:
            arrived.append(True)

        handler = getsignal(SIGINT)
        signal(SIGINT, note)
        try:
            self._write(frame)
        finally:
            signal(SIGINT, handler)
            if arrived:
                raise_signal(SIGINT)

    def _write(self, frame: bytes) -> None:
        left = memoryview(frame)
        with self._lock:
            while left:
                try:
                    left = left[write(self._descriptor, left) :]
                except BlockingIOError:
                    set_blocking(self._descriptor, True)

    def _wait_until_taken(self) -> None:
        unread = bytearray(4)
        pause, end = _SHORTEST, monotonic() + _PATIENCE
        try:
            while ioctl(self._descriptor, _UNREAD, unread) == 0 and any(unread) and monotonic() < end:
                sleep(pause)
                pause = min(2 * pause, _LONGEST)
        except OSError:
            pass  # Refused, say: then the order of text and displays is a matter of luck.
