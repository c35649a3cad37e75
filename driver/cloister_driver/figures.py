# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Shows the figures of matplotlib as notebooks do, from the moment on at which user code imports it."""

from __future__ import annotations

from sys import modules

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .displays import Displays

_INLINE = ("inline", "module://matplotlib_inline.backend_inline", "module://ipykernel.pylab.backend_inline")


class Figures:
    """Open figures are displayed and closed by `show` and at the end of an execution.

    That is so for backends without windows, until user code chooses one by `matplotlib.use`.
    """

    def __init__(self, displays: Displays, matplotlib: Any) -> None:
        self._displays = displays
        self._inline = True
        self._open: Any = None
        self._manager: Any = None
        self._watch_choice(matplotlib)

    def choose_inline(self) -> None:
        self._inline = True

    def watch(self, pyplot: Any) -> None:
        manager: Any = getattr(modules.get("matplotlib.backend_bases"), "FigureManagerBase", None)
        self._open = getattr(modules.get("matplotlib._pylab_helpers"), "Gcf", None)
        self._manager = manager
        method = vars(manager).get("pyplot_show") if manager is not None else None
        if isinstance(method, classmethod):
            self._replace(pyplot, manager, method.__func__)

    @property
    def any_open(self) -> bool:
        try:
            return self._open is not None and self._inline and len(self._open.figs) > 0
        except Exception:
            return False  # User code may have changed matplotlib.

    def show(self) -> None:
        """Displays and closes all figures, in the order in which they were used last."""
        managers = [one for one in self._open.get_all_fig_managers() if type(one) is self._manager]
        try:
            for one in managers:
                self._displays.publisher.display(one.canvas.figure)
        finally:
            for one in managers:
                self._open.destroy(one)

    def _watch_choice(self, matplotlib: Any) -> None:
        use = getattr(matplotlib, "use", None)
        if not callable(use):
            return

        def choose(backend: Any, *arguments: Any, **named: Any) -> Any:
            self._inline = backend in _INLINE
            return use("agg" if self._inline else backend, *arguments, **named)

        choose.__name__ = choose.__qualname__ = "use"
        choose.__module__, choose.__doc__ = use.__module__, use.__doc__
        matplotlib.use = choose

    def _replace(self, pyplot: Any, manager: Any, shows: Any) -> None:
        def pyplot_show(cls: Any, *, block: bool | None = None) -> None:
            if cls is manager and self._inline:
                self.show()
            else:
                shows(cls, block=block)

        pyplot_show.__doc__ = shows.__doc__
        manager.pyplot_show = classmethod(pyplot_show)
        show = manager.pyplot_show
        backend: Any = getattr(pyplot, "_backend_mod", None)
        # One that is loaded already keeps the method that was there.
        if backend is not None and getattr(backend.FigureCanvas, "manager_class", None) is manager:
            backend.show = show
