# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Lets libraries that were loaded for one processor use a session's share. They start threads when they need them."""

from __future__ import annotations

import os
from sys import modules

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_VARIABLES = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "LOKY_MAX_CPU_COUNT")


class Processors:
    """Finds the libraries once; a driver with one processor has nothing to tell them."""

    def __init__(self) -> None:
        # Those that a driver gets: the spawner has given them for its usual limits.
        self._variables = [name for name in _VARIABLES if name in os.environ]
        libraries = _libraries()
        self._blas = [numbers for path in libraries if "blas" in path and (numbers := _openblas(path))]
        self._setters = [setter for path in libraries if "omp" in path and (setter := _openmp(path))]
        arrow: Any = modules.get("pyarrow")
        if arrow is not None:
            self._setters.append(arrow.set_cpu_count)

    def set(self, count: int) -> None:
        text = str(count)
        for name in self._variables:
            if os.environ.get(name) != text:
                os.environ[name] = text
        if count > 1:
            for chosen, started, running in self._blas:
                chosen.value = started.value = count
                running.value = 0
            for setter in self._setters:
                setter(count)


def _libraries() -> list[str]:
    """The files of loaded libraries that may have threads."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        paths = {line.split(maxsplit=5)[-1].rstrip("\n") for line in file}
    return sorted(path for path in paths if path.startswith("/") and ".so" in path)


def _openblas(path: str) -> tuple[Any, Any, Any] | None:
    """Its variables: threads to use, threads started, whether the latter is true.

    openblas_set_num_threads starts threads at once. With the last one cleared, as after a fork, the next
    operation does that, if it is worth it.
    """
    from ctypes import CDLL, c_int

    try:
        library = CDLL(path)
        chosen, started, running = (
            c_int.in_dll(library, name) for name in ("blas_cpu_number", "blas_num_threads", "blas_server_avail")
        )
    except (OSError, ValueError):
        return None
    return chosen, started, running


def _openmp(path: str) -> Callable[[int], object] | None:
    from ctypes import CDLL

    try:
        setter: Callable[[int], object] = CDLL(path).omp_set_num_threads
    except (OSError, AttributeError):
        return None
    return setter
