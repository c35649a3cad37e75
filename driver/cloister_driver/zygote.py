# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""A process that has imported and warmed up what sessions need, and from which their drivers are forked.

Everything that can be done once is done here. What a new driver must not share with the others is in `renewal`.
"""

from __future__ import annotations

import gc
import os
from sys import modules

from .deferred import load_all, remember
from .holes import fill
from .hooks import Hooks
from .output import Output
from .preload import preload, report
from .private import BUILTINS
from .rehearsal import rehearse
from .renewal import Renewal

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ctypes import PyDLL

    from .start import Driver

LIBRARY = 7


class Zygote:
    """Prepares for forks, then waits for them in the native library."""

    def __init__(self, spawner: int, known: set[str]) -> None:
        """`known` names the modules that a driver started otherwise has loaded by now."""
        self._spawner = spawner
        self._hooks = Hooks()
        _unload(known)
        # Objects of the many imports live on; collections in between would only look for garbage in vain.
        gc.disable()

    def output(self) -> Output:
        """Streams find out when they are made whether they can seek. A driver's are sockets, this process' are not."""
        kept = [(number, os.dup(number)) for number in (1, 2)]
        try:
            for number, _ in kept:
                os.dup2(self._spawner, number)
            return Output()
        finally:
            for number, copy in kept:
                os.dup2(copy, number)
                os.close(copy)

    def prepare(self, output: Output, driver: type[Driver]) -> None:
        """Imports, warms up, rehearses, and gets ready what a new driver does first."""
        known = set(modules)
        try:
            library = _library()
            # Before there is much to keep.
            library.cloister_zygote_arenas()
            self._serve, self._collapse = library.cloister_zygote_serve, library.cloister_zygote_collapse
            self._join = library.cloister_zygote_join_mappings
        except Exception as error:
            report("cannot fork drivers", error)
            os._exit(1)
        _unload(known)
        self._hooks.watch()
        preload()
        self._hooks.unwatch()
        known = set(modules)
        remember()
        load_all()
        _unload(known)
        rehearse(driver, output)
        known = set(modules)
        self._renewal = Renewal()
        _unload(known)
        gc.collect()
        gc.enable()

    def serve(self) -> None:
        """Returns in a new driver, and only there."""
        self._hooks.spare()
        self._fillers = fill()
        self._join()
        self._collapse()
        processors = self._serve(self._spawner)
        if processors < 1:
            report(f"the native library gave up: {os.strerror(-processors)}")
            os._exit(1)
        self._hooks.spare_no_more()
        self._renewal.run(processors)


def _unload(known: set[str]) -> None:
    """Takes away the modules that nobody but this process has asked for."""
    package = __name__.partition(".")[0]
    for name in modules.keys() - known:
        if name.partition(".")[0] != package:
            del modules[name]


def _library() -> PyDLL:
    """The spawner's part of a zygote. Its calls keep the interpreter's lock: they return after a fork in its child."""
    from ctypes import PyDLL

    library = PyDLL(f"/proc/self/fd/{LIBRARY}")
    os.close(LIBRARY)
    return library
