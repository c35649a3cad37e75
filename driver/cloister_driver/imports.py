# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Does something to a module at the moment it is loaded, without paying for its import."""

from __future__ import annotations

from sys import meta_path, modules

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_finders: list[Any] = meta_path


def when_loaded(name: str, then: Callable[[Any], None]) -> None:
    """Calls `then` with the module: now if it is loaded, else right after its first import."""
    module = modules.get(name)
    if module is not None:
        _try(then, module)
    else:
        _finders.insert(0, _Watcher(name, then))


class _Watcher:
    """A finder that finds one module as the others do and then is gone."""

    def __init__(self, name: str, then: Callable[[Any], None]) -> None:
        self._name = name
        self._then = then

    def find_spec(self, name: str, path: object = None, target: object = None) -> object:
        if name != self._name:
            return None
        if self in _finders:
            _finders.remove(self)
        for finder in list(_finders):
            find = getattr(finder, "find_spec", None)
            spec = find(name, path, target) if find is not None else None
            if spec is not None and spec.loader is None:
                return spec  # A folder of the user's own that has the name.
            if spec is not None:
                spec.loader = _Loader(spec.loader, self._then)
                return spec
        return None


class _Loader:
    """Loads a module as its own loader does."""

    def __init__(self, loader: Any, then: Callable[[Any], None]) -> None:
        self._loader = loader
        self._then = then

    def create_module(self, spec: Any) -> Any:
        return self._loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        module.__loader__ = module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        _try(self._then, module)


def _try(then: Callable[[Any], None], module: Any) -> None:
    """A module of the user's own may have the name, and lack what is expected of it."""
    try:
        then(module)
    except Exception:
        pass
