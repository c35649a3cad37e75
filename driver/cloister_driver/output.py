# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Standard streams: file descriptors 1 and 2, what `sys` names them, and when they are flushed."""

from __future__ import annotations

import sys
from _thread import get_ident
from os import close, dup2, fstat, set_blocking
from sys import modules

from .control import move_high
from .flusher import Flusher
from .private import BUILTINS
from .standard_input import StandardInput
from .stream import Stream

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Output:
    """Keeps working standard streams, whatever an execution did to them."""

    def __init__(self) -> None:
        self._kept: dict[int, int] = {}
        self._identity: dict[int, tuple[int, int]] = {}
        # With -u the interpreter has also made C's stdio unbuffered, which only this shows.
        self._flushes_c = not getattr(sys.stdout, "write_through", False)
        self._flusher = Flusher(self.flush)
        self._shared = False
        self._out = self._open(1)
        self._err = self._open(2)
        self._in = StandardInput()
        self._install()

    def attach(self) -> None:
        """Takes the descriptors and the thread that are there now as those to restore."""
        self._kept = {number: move_high(number) for number in (0, 1, 2)}
        self._identity = {number: _identity(number) for number in (0, 1, 2)}
        self._main_thread = get_ident()

    def begin(self, given: bytes | None = None) -> None:
        """Restores descriptors and streams, then watches for the first output. `given` becomes standard input."""
        for number, kept in self._kept.items():
            if _identity(number) != self._identity[number]:
                _restore(kept, number)
            # A subprocess shares the flag and may have set it.
            _make_blocking(number)
        if not self._out.usable:
            self._out = self._open(1)
        if not self._err.usable:
            self._err = self._open(2)
        self._in.begin(given)
        self._install()
        if self._shared and self._flusher.alone():
            self._share(False)
        if self._flusher.begin():
            self._arm()

    @property
    def alone(self) -> bool:
        """Whether user code has no thread of its own."""
        return self._flusher.alone()

    def foreign(self) -> list[Any]:
        """The streams that user code has put in place of the driver's. To flush them is to run user code."""
        own = (self._out.text, self._err.text, None)
        streams = (getattr(sys, "stdout", None), getattr(sys, "stderr", None))
        return [stream for stream in streams if all(stream is not one for one in own)]

    def settle(self) -> None:
        """Everything that user code has written is on the sockets afterwards."""
        for number in (1, 2):
            _make_blocking(number)
        self.flush()
        if self._flushes_c:
            _flush_c()

    def end(self) -> None:
        self.settle()
        self._flusher.end()

    def before_thread(self) -> None:
        """User code starts a thread."""
        if not self._shared and sys.version_info < (3, 12, 4):
            self._share(True)

    def before_fork(self) -> None:
        """A child must inherit neither unwritten text, which would appear twice, nor half a thread."""
        self.flush()
        if self._flusher.stop():
            self._arm()

    def after_fork_in_child(self) -> None:
        for kept in self._kept.values():
            try:
                close(kept)
            except OSError:
                pass
        self._flusher.reset()
        self._flusher.begin()
        if get_ident() != self._main_thread:
            # A child that is forked in a thread ends with it, but not while there is another thread.
            self._flusher.forbid()
        self._arm()

    def _share(self, shared: bool) -> None:
        self._shared = shared
        self._out.share(shared)
        self._err.share(shared)

    def _arm(self) -> None:
        # Bytes only while no other thread writes: between taking text from the upper layer and handing it down,
        # a Python function could let another thread's text overtake.
        alone = self._flusher.alone()
        self._out.arm(alone)
        self._err.arm(alone)

    def _open(self, number: int) -> Stream:
        name = "<stdout>" if number == 1 else "<stderr>"
        stream = Stream(number, name, self._flusher.wake, line_buffering=number == 2)
        if self._shared:
            stream.share(True)
        return stream

    def _install(self) -> None:
        self._in.install()
        sys.stdout = sys.__stdout__ = self._out.text  # type: ignore[misc]
        sys.stderr = sys.__stderr__ = self._err.text  # type: ignore[misc]

    def flush(self) -> None:
        """Writes out what the driver's own streams hold."""
        self._out.flush()
        self._err.flush()


def _identity(number: int) -> tuple[int, int]:
    try:
        status = fstat(number)
    except OSError:
        return (0, 0)
    return (status.st_dev, status.st_ino)


def _restore(kept: int, number: int) -> None:
    try:
        dup2(kept, number)
    except OSError:
        pass  # User code closed the kept one too; its output goes nowhere.


def _make_blocking(number: int) -> None:
    try:
        set_blocking(number, True)
    except OSError:
        pass


def flush_all(streams: list[Any]) -> None:
    for stream in streams:
        try:
            stream.flush()
        except Exception:
            pass  # It belongs to user code, as does its failure.


def _flush_c() -> None:
    """Flushes C's stdio if there is a way that costs nothing: `ctypes`, when user code has loaded it (numpy does)."""
    ctypes: Any = modules.get("ctypes")
    if ctypes is None:
        return
    try:
        ctypes.CDLL(None).fflush(None)
    except Exception:
        pass  # The module is user code's to change.
