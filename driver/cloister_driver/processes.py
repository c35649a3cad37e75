# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Makes the functions that start or end a process flush first, so that output keeps its order and is not lost."""

from __future__ import annotations

import _posixsubprocess
import os

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_OF_OS = ("system", "posix_spawn", "posix_spawnp", "execv", "execve", "abort", "_exit")


def flush_first(flush: Callable[[], None]) -> None:
    """Wraps what `os` and `subprocess` are built on. `os.fork` is not among them: it has hooks of its own."""
    for name in _OF_OS:
        setattr(os, name, _wrapped(getattr(os, name), flush))
    _posixsubprocess.fork_exec = _wrapped(_posixsubprocess.fork_exec, flush)


def _wrapped(function: Callable[..., Any], flush: Callable[[], None]) -> Callable[..., Any]:
    def wrapper(*arguments: Any, **named: Any) -> Any:
        flush()
        return function(*arguments, **named)

    wrapper.__name__ = wrapper.__qualname__ = function.__name__
    wrapper.__module__ = function.__module__
    wrapper.__doc__ = function.__doc__
    return wrapper
