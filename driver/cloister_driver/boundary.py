# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The border between the driver and user code: signals, trace functions, the recursion limit."""

from __future__ import annotations

# The C module: the public one builds enums, which costs more than the rest of the start.
from _signal import SIG_UNBLOCK, SIGINT, default_int_handler, pthread_sigmask, signal
from sys import getprofile, getrecursionlimit, gettrace, setprofile, setrecursionlimit, settrace

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any, TypeVar

    T = TypeVar("T")

_LEAST_RECURSION = 1_000
_ATTEMPTS = 100
FORCE = 63
"""The signal for code that has made nothing of SIGINT."""
_OWN = __file__.rpartition("/")[0] + "/"


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """The handler of SIGINT while no user code runs. Not SIG_IGN, which background subprocesses would inherit."""


def _force(_number: int, frame: FrameType | None) -> None:
    """Raises KeyboardInterrupt, and once more at the next line of whatever catches it."""
    settrace(_raise)
    while frame is not None:
        if not frame.f_code.co_filename.startswith(_OWN):
            frame.f_trace = _raise
        frame = frame.f_back
    raise KeyboardInterrupt


def _raise(frame: FrameType, event: str, _argument: object) -> Any:
    if event == "line" and not frame.f_code.co_filename.startswith(_OWN):
        # The interpreter stops tracing after this.
        raise KeyboardInterrupt
    return _raise


class Boundary:
    """Calls user code so that whatever it does, the driver goes on behind it."""

    def __init__(self) -> None:
        self._trace: Any = None
        self._profile: Any = None
        self.forced = False
        """Whether the last call was interrupted by FORCE."""
        signal(SIGINT, _ignore)
        signal(FORCE, _ignore)

    def cross(self, call: Callable[..., T], *arguments: object) -> tuple[T | None, BaseException | None]:
        """Runs a call with SIGINT meaning KeyboardInterrupt. Returns its value or what it raised.

        A signal that arrives between the end of the call and the change of the handler is dropped. The loop exists
        because such a signal, or a hostile profile function, raises in the middle of this very function.
        """
        outcome: tuple[T | None, BaseException | None] | None = None
        begun = False
        for _attempt in range(_ATTEMPTS):
            try:
                if not begun:
                    begun = True
                    self._enter()
                    try:
                        outcome = (call(*arguments), None)
                    except BaseException as error:
                        outcome = (None, error)
                # A Python function called before this line would still be traced.
                if gettrace() is not None or getprofile() is not None:
                    self._trace, self._profile = gettrace(), getprofile()
                    setprofile(None)
                    settrace(None)
                signal(SIGINT, _ignore)
                signal(FORCE, _ignore)
                if getrecursionlimit() < _LEAST_RECURSION:
                    setrecursionlimit(_LEAST_RECURSION)
                break
            except BaseException as late:
                if outcome is None:
                    outcome = (None, late)
        try:
            return outcome or (None, KeyboardInterrupt())
        finally:
            # The frames of an exception lead back to this one, which must not hold the exception.
            del outcome

    def _enter(self) -> None:
        pthread_sigmask(SIG_UNBLOCK, (SIGINT, FORCE))
        signal(SIGINT, default_int_handler)
        self.forced = False
        signal(FORCE, self._note_force)
        if self._profile is not None:
            setprofile(self._profile)
        if self._trace is not None and self._trace is not _raise:
            settrace(self._trace)
        self._trace = self._profile = None

    def _note_force(self, number: int, frame: FrameType | None) -> None:
        self.forced = True
        _force(number, frame)
