# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""A thread that makes buffered output appear soon. It exists only from the first print on and sleeps while idle."""

from __future__ import annotations

from _signal import SIG_SETMASK, pthread_sigmask, valid_signals
from _thread import _count, allocate_lock, start_new_thread

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import LockType
    from collections.abc import Callable

FIRST_DELAY = 0.02
PERIOD = 0.05
_STOP_TIMEOUT = 5.0


class Flusher:
    """Calls `flush` shortly after `wake`, then periodically until no user code runs any more.

    `_message` is a lock used as a one-place mailbox: the thread waits to acquire it, releasing it wakes the thread.
    """

    def __init__(self, flush: Callable[[], None]) -> None:
        self._flush = flush
        self.reset()

    def reset(self) -> None:
        """The state of a process that has no such thread: at the start, and in a forked child."""
        self._message = allocate_lock()
        self._message.acquire()
        self._gone = allocate_lock()
        self._guard = allocate_lock()
        self._alive = False
        self._forbidden = False
        self._stopping = False
        self._ticking = False
        self._executing = False

    def forbid(self) -> None:
        """From now on there is no thread; every write has to be flushed by its writer."""
        self._forbidden = True

    def begin(self) -> bool:
        """An execution starts. Returns whether the first output has to call `wake`."""
        with self._guard:
            self._executing = True
            return not self._ticking

    def alone(self) -> bool:
        """Whether user code has no thread of its own."""
        return _count() == int(self._alive)

    def end(self) -> None:
        self._executing = False

    def wake(self) -> bool:
        """Output was written. False when there is no thread to flush it, nor can one be made."""
        if self._forbidden or (not self._alive and not self._start()):
            return False
        self._post()
        self._ticking = True
        return True

    def stop(self) -> bool:
        """Ends the thread: a fork must copy neither it nor a lock that it holds. Returns whether it was ticking."""
        if not self._alive:
            return False
        ticking = self._ticking
        self._stopping = True
        self._post()
        self._gone.acquire(timeout=_STOP_TIMEOUT)
        executing = self._executing
        self.reset()
        self._executing = executing
        return ticking

    def _start(self) -> bool:
        self._gone.acquire(blocking=False)
        try:
            start_new_thread(self._run, (self._message, self._gone))
        except RuntimeError:
            return False
        self._alive = True
        return True

    def _post(self) -> None:
        try:
            self._message.release()
        except RuntimeError:
            pass  # A message is waiting already.

    def _run(self, message: LockType, gone: LockType) -> None:
        # A signal delivered here would not end the call that the main thread waits in.
        pthread_sigmask(SIG_SETMASK, valid_signals())
        while not self._stopping:
            message.acquire()
            delay = FIRST_DELAY
            while not self._stopping:
                message.acquire(timeout=delay)
                self._flush()
                delay = PERIOD
                if self._rests():
                    break
        gone.release()

    def _rests(self) -> bool:
        """Nothing more to expect: no execution runs, and this is the only thread beside the main one."""
        with self._guard:
            if self._executing or _count() > 1:
                return False
            self._ticking = False
            return True
