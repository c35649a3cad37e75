# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Spares a zygote's forks the hooks that would only find everything in order.

`threading` and `logging` make their locks anew in every child, in case another thread held one. Where there never was
another thread that changes nothing, but it writes to some 150 pages, each of which is copied for it.
"""

from __future__ import annotations

import os
import sys

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_SPARED = ("threading", "logging")


class Hooks:
    """Stands between `os.register_at_fork` and the modules that a zygote imports."""

    def __init__(self) -> None:
        self._spares = False
        self._register = os.register_at_fork

    def watch(self) -> None:
        """From now on what the two modules register is called through this object."""
        self._replace(self._watched)

    def unwatch(self) -> None:
        self._replace(self._register)

    def spare(self) -> None:
        """The next forks have one thread and no lock that is held, if it is so now."""
        threading: Any = sys.modules.get("threading")
        self._spares = threading is None or (len(threading._active) == 1 and not threading._limbo)

    def spare_no_more(self) -> None:
        """The driver's own forks are a program's."""
        self._spares = False

    def _watched(self, **hooks: Callable[[], object]) -> None:
        if any(getattr(hook, "__module__", None) in _SPARED for hook in hooks.values()):
            hooks = {name: self._sparing(hook) for name, hook in hooks.items()}
        self._register(**hooks)

    def _sparing(self, hook: Callable[[], object]) -> Callable[[], object]:
        def call() -> None:
            if not self._spares:
                hook()

        return call

    def _replace(self, register: Any) -> None:
        for name in ("os", "posix"):
            if name in sys.modules:
                sys.modules[name].register_at_fork = register  # type: ignore[attr-defined]
