# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What the driver does about threads of user code: a word before they start, and tracebacks of their errors."""

from __future__ import annotations

import _thread
import sys

from .imports import when_loaded
from .private import BUILTINS
from .tracebacks import Formatter

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .sources import Sources


def before_threads(prepare: Callable[[], None]) -> None:
    """Calls `prepare` before any thread starts."""
    start: Callable[..., int] = _thread.start_new_thread

    def start_new_thread(*arguments: Any, **named: Any) -> int:
        prepare()
        return start(*arguments, **named)

    start_new_thread.__doc__ = start.__doc__
    start_new_thread.__module__ = "_thread"
    _thread.start_new_thread = _thread.start_new = start_new_thread
    when_loaded("threading", lambda threading: setattr(threading, "_start_new_thread", start_new_thread))


def report_thread_errors(threading: Any, sources: Sources) -> None:
    """Sets `threading.excepthook`, which user code may replace as usual: the interpreter's finds no source lines."""

    def excepthook(arguments: Any, /) -> None:
        error = arguments.exc_value
        if error is None or isinstance(error, SystemExit) or sys.stderr is None:
            return
        name = arguments.thread.name if arguments.thread is not None else "of unknown name"
        sys.stderr.write(f"Exception in thread {name}:\n{Formatter(sources).format(error)}")
        sys.stderr.flush()

    threading.excepthook = excepthook
