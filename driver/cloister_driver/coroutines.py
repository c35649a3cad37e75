# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Top-level await: one event loop for all executions, made at the first one that needs it."""

from __future__ import annotations

from _signal import SIGINT, default_int_handler, getsignal, signal

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    import asyncio
    from collections.abc import Coroutine
    from types import FrameType
    from typing import Any


_SETTLE_TIMEOUT = 1.0


class Coroutines:
    """Runs coroutines to their end. Tasks that they leave go on whenever a later one runs."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self.cancelled = False
        """Whether the last coroutine was cancelled by an interrupt."""

    def run(self, coroutine: Coroutine[Any, Any, object]) -> None:
        import asyncio

        self.cancelled = False
        if self._loop is None or self._loop.is_closed():
            self._loop = asyncio.new_event_loop()
            asyncio.set_event_loop(self._loop)
        task = self._loop.create_task(coroutine)
        interrupt = _Interrupt(self._loop, task)
        try:
            with interrupt:
                self._loop.run_until_complete(task)
        except (KeyboardInterrupt, SystemExit):
            self._settle(task)
            raise
        except asyncio.CancelledError as cancelled:
            if not interrupt.cancelled:
                raise
            self.cancelled = True
            raise KeyboardInterrupt().with_traceback(cancelled.__traceback__) from None

    def _settle(self, task: asyncio.Task[object]) -> None:
        """Ends the task after an exception that went past it, raised in another task say."""
        import asyncio

        if not task.done() and self._loop is not None:
            task.cancel()
            self._loop.run_until_complete(asyncio.wait((task,), timeout=_SETTLE_TIMEOUT))
        if task.done() and not task.cancelled():
            task.exception()  # Marks it as seen, else it is logged.


class _Interrupt:
    """SIGINT while the loop runs: cancels the task that waits, or raises KeyboardInterrupt in code that computes.

    An exception in the middle of the loop's own code could lose a callback and with it a task.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, task: asyncio.Task[object]) -> None:
        self._loop = loop
        self._task = task
        self._installed = False
        self.cancelled = False

    def __enter__(self) -> None:
        if getsignal(SIGINT) is default_int_handler:
            self._installed = True
            signal(SIGINT, self._handle)

    def __exit__(self, *_error: object) -> None:
        if self._installed:
            signal(SIGINT, default_int_handler)

    def _handle(self, _number: int, frame: FrameType | None) -> None:
        name = frame.f_globals.get("__name__", "") if frame is not None else ""
        if not self.cancelled and (name == "selectors" or name.partition(".")[0] == "asyncio"):
            self.cancelled = True
            self._task.cancel()
            # select() starts again after a signal; this ends it.
            self._loop.call_soon_threadsafe(int)
        else:
            raise KeyboardInterrupt
