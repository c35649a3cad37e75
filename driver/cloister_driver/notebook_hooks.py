# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Tells libraries that they are in a notebook where they would ask a shell of IPython's."""

from __future__ import annotations

import sys
from os import environ
from sys import modules

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_Module: Any = type(sys)


def set_up_plotly(renderers: Any) -> None:
    """Outside of a notebook it would look for a browser, and it refuses to display without nbformat."""
    display = __import__("IPython.display", None, None, ("display",))
    users: tuple[Any, ...] = (renderers, modules.get("plotly.io._base_renderers"))
    for module in users:
        if getattr(module, "ipython_display", display) is None:
            module.ipython_display = display
    if renderers.nbformat is None:
        renderers.nbformat = _Module("nbformat")
        renderers.nbformat.__version__ = "5.0.0"
    if not environ.get("PLOTLY_RENDERER"):
        renderers.renderers.default = "plotly_mimetype"


def set_up_tqdm(notebook: Any) -> None:
    """Without widgets its bars would fail; those of a terminal are text."""
    if getattr(notebook, "IProgress", notebook) is None and hasattr(notebook, "std_tqdm"):
        notebook.tqdm = notebook.tqdm_notebook = notebook.std_tqdm


def set_up_pandas(pandas: Any) -> None:
    """Without IPython it takes where it runs for a terminal, whose width decides how many columns it shows."""
    if pandas.get_option("display.max_columns") == 0:
        pandas.set_option("display.max_columns", 20)
