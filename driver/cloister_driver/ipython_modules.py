# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The modules of IPython that code written for notebooks imports, made of the driver's own functions."""

from __future__ import annotations

from .deferred import deferred
from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .displays import Displays

_VERSION = (9, 0, 0, "")
_ALIASES = {
    "display_html": "text/html",
    "display_markdown": "text/markdown",
    "display_svg": "image/svg+xml",
    "display_png": "image/png",
    "display_jpeg": "image/jpeg",
    "display_pdf": "application/pdf",
    "display_latex": "text/latex",
    "display_json": "application/json",
    "display_javascript": "application/javascript",
}
_classes: dict[str, Any] = {}


def fill(module: Any, displays: Displays) -> None:
    """Gives a module that was imported its content."""
    if module.__name__ == "IPython":
        module.version_info, module.__version__ = _VERSION, "9.0.0"
        module.get_ipython = _get_ipython
        module.display = displays.functions()["display"]
    elif module.__name__ == "IPython.core.display_functions":
        vars(module).update(functions(displays))
    elif module.__name__ != "IPython.core":
        vars(module).update(functions(displays))
        vars(module).update(classes())


def functions(displays: Displays) -> dict[str, Any]:
    publisher = displays.publisher

    def publish_display_data(data: Any, metadata: Any = None, *, transient: Any = None, update: bool = False) -> None:
        """Show a MIME bundle."""
        publisher.display(data, raw=True, metadata=metadata, transient=transient, update=update)

    made = {**displays.functions(), "publish_display_data": publish_display_data, "DisplayHandle": publisher.Handle}
    made.update((name, _of_type(publisher, name, kind)) for name, kind in _ALIASES.items())
    return made


def classes() -> dict[str, Any]:
    """Made once: an object is of the same class whichever module it was imported from."""
    if not _classes:
        for file in ("text_objects", "page_objects", "media_objects"):
            module = deferred(file)
            for name in module.NAMES:
                _classes[name] = one = vars(module)[name]
                one.__module__ = "IPython.core.display"
    return _classes


def _of_type(publisher: Any, name: str, kind: str) -> Any:
    def display_one_type(*objects: Any, raw: bool = False, metadata: Any = None, **_more: Any) -> None:
        for one in objects:
            if raw:
                publisher.display({kind: one}, raw=True, metadata=metadata)
            else:
                publisher.display(one, include=[kind, "text/plain"], metadata=metadata)

    display_one_type.__name__ = display_one_type.__qualname__ = name
    display_one_type.__doc__ = f"Show objects as {kind}."
    return display_one_type


def _get_ipython() -> None:
    """There is no IPython shell here."""


_get_ipython.__name__ = _get_ipython.__qualname__ = "get_ipython"
