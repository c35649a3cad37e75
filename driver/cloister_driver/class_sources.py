# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Lets `inspect` find the source of classes that executions have defined. It does so for functions by itself."""

from __future__ import annotations

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .sources import Sources


def find_classes(inspect: Any, sources: Sources) -> None:
    getfile = inspect.getfile

    def find_file(object: Any) -> Any:  # noqa: A002 (the name of the original)
        if type in type(object).__mro__ and getattr(object, "__module__", None) == "__main__":
            name = _of_methods(object, sources) or sources.defining(f"class {object.__name__}")
            if name is not None:
                return name
        return getfile(object)

    find_file.__name__ = find_file.__qualname__ = "getfile"
    find_file.__module__, find_file.__doc__ = getfile.__module__, getfile.__doc__
    inspect.getfile = find_file


def _of_methods(cls: Any, sources: Sources) -> str | None:
    """The execution whose code the class's own functions are; others may have been put into it later."""
    for value in vars(cls).values():
        code: Any = getattr(value, "__code__", None)
        name = getattr(code, "co_filename", None)
        if isinstance(name, str) and sources.knows(name) and code.co_qualname.startswith(f"{cls.__qualname__}."):
            return name
    return None
