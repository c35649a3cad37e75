# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Modules of the driver that most executions never need: loaded at their first use, or all at once by a zygote.

The package is hidden by then, and user code may have changed how Python imports. So they are found by this module, and
what they import from the package is looked up here. The folder never changes below a running driver.
"""

from __future__ import annotations

from sys import modules

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

DEFERRED = (
    *["json_text", "mime", "figure_image", "representations", "channel", "handle", "publisher"],
    *["display_object", "text_objects", "page_objects", "media_objects", "ipython_modules"],
    *[
        "figures",
        "notebook_hooks",
        "checkpoint",
        "class_sources",
        "scanner",
        "cell",
        "interpolation",
        "usage_error",
        "shell",
        "user_site",
    ],
    *["pip_magic", "line_magics", "cell_magics", "capture", "timing", "object_help", "notebook"],
    *["statics", "preview", "facts", "definitions", "details", "completion", "variable_fields", "inspection"],
)
"""Every module that is loaded in this way, each behind those that it imports."""

_PACKAGE, _, _ = __name__.rpartition(".")
_FOLDER, _, _ = __file__.rpartition("/")
_import = BUILTINS["__import__"]
_module: Any = type(modules[_PACKAGE])
_loader: Any = type(__spec__.loader)
_loaded: dict[str, ModuleType] = {}


def remember() -> None:
    """Keeps the modules of the package that are loaded before it is hidden."""
    prefix = f"{_PACKAGE}."
    _loaded.update((name[len(prefix) :], module) for name, module in modules.items() if name.startswith(prefix))


def load_all() -> None:
    for name in DEFERRED:
        deferred(name)


def deferred(name: str) -> Any:
    """The module of this name."""
    module = _loaded.get(name)
    if module is None:
        # Another thread may have been faster.
        module = _loaded.setdefault(name, _load(f"{_PACKAGE}.{name}", f"{_FOLDER}/{name}.py"))
    return module


def _load(full_name: str, path: str) -> Any:
    module = _module(full_name)
    module.__file__ = path
    module.__package__ = _PACKAGE
    module.__builtins__ = {**BUILTINS, "__import__": _import_own}
    exec(_loader(full_name, path).get_code(full_name), module.__dict__)
    return module


def _import_own(
    name: str, variables: Any = None, local: Any = None, names: tuple[str, ...] = (), level: int = 0, /
) -> Any:
    """The import statement of the modules that are loaded here."""
    if level:
        return deferred(name)
    return _import(name, variables, local, names, level)
