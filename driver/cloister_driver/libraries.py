# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What libraries look for in a notebook: IPython's names, also where it is not installed, and ways to display.

Only watchers are made at the start. What they do is loaded with the libraries that they wait for.
"""

from __future__ import annotations

from sys import meta_path, modules

from .deferred import deferred
from .imports import when_loaded
from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .displays import Displays

_Spec: Any = type(__spec__)
_PACKAGES = ("IPython", "IPython.core")
_MODULES = (*_PACKAGES, "IPython.display", "IPython.core.display", "IPython.core.display_functions")


class Libraries:
    """A finder behind all others: what it finds is found nowhere else.

    Its `get_ipython` returns None, as IPython's own does in a plain program: a shell with events, magics and
    formatters to register is not there, and libraries that ask for one then do without.
    """

    def __init__(self, displays: Displays) -> None:
        self._displays = displays
        self.figures: Any = None
        meta_path.insert(_behind_paths(), self)
        when_loaded("matplotlib", self._watch_figures)
        when_loaded("pandas", lambda module: deferred("notebook_hooks").set_up_pandas(module))
        when_loaded("plotly.io._renderers", lambda module: deferred("notebook_hooks").set_up_plotly(module))
        when_loaded("tqdm.notebook", lambda module: deferred("notebook_hooks").set_up_tqdm(module))
        when_loaded("IPython.core.display_functions", self._take_over)

    def choose_inline(self) -> None:
        """Figures are shown again, whatever backend user code has chosen before."""
        if self.figures is not None:
            self.figures.choose_inline()

    @property
    def any_figure(self) -> bool:
        return self.figures is not None and self.figures.any_open

    def find_spec(self, name: str, *_more: object) -> Any:
        if name not in _MODULES or (name != "IPython" and not self._is_own(modules.get("IPython"))):
            return None
        return _Spec(name, self, origin="cloister", is_package=name in _PACKAGES)

    def create_module(self, spec: Any) -> None:
        """The import system makes a plain one."""

    def exec_module(self, module: Any) -> None:
        deferred("ipython_modules").fill(module, self._displays)

    def _watch_figures(self, matplotlib: Any) -> None:
        self.figures = deferred("figures").Figures(self._displays, matplotlib)
        when_loaded("matplotlib.pyplot", self.figures.watch)

    def _is_own(self, module: Any) -> bool:
        return getattr(module, "__loader__", None) is self

    def _take_over(self, functions: Any) -> None:
        """The installed IPython displays, too, though none of its shells runs."""
        if not self._is_own(functions):
            vars(functions).update(deferred("ipython_modules").functions(self._displays))


def _behind_paths() -> int:
    """The place after the finder of files; others, which modules have put there, come after this one."""
    for place, finder in enumerate(meta_path):
        if getattr(finder, "__name__", "") == "PathFinder":
            return place + 1
    return len(meta_path)
