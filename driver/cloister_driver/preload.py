# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Imports what the image names and runs its warm-up. Whatever fails there is reported and left out."""

from __future__ import annotations

import os
import sys
from contextvars import copy_context

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = "/usr/share/cloister"

_WHILE_IMPORTING = {
    # Pools of threads would not survive a fork. OpenBLAS and OpenMP make them when they are loaded.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


def preload() -> None:
    """Afterwards the process differs in its loaded modules and what they keep, and in nothing else."""
    environment, folder, path, descriptors = dict(os.environ), os.getcwd(), list(sys.path), _count("fd")
    os.environ.update(_WHILE_IMPORTING)
    # The first entry stands for the current folder, which is another one in every session.
    sys.path[:] = path[1:]
    for name in _read("preload.txt").split():
        _attempt(f"cannot import {name}", __import__, name)
    _attempt("the warm-up failed", copy_context().run, _warm_up)
    os.chdir(folder)
    sys.path[:] = path
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)
    if _count("task") > 1:
        report(f"{_count('task') - 1} threads of imported modules will be missing in drivers")
    if _count("fd") > descriptors:
        report(f"{_count('fd') - descriptors} descriptors are left open")


def report(what: str, error: BaseException | None = None) -> None:
    """A line on descriptor 2, which is the spawner's to read or to drop."""
    reason = f": {type(error).__name__}: {error}" if error is not None else ""
    try:
        os.write(2, f"zygote: {what}{reason}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        pass


def _attempt(failure: str, call: Callable[..., object], *arguments: object) -> None:
    try:
        call(*arguments)
    except BaseException as error:
        report(failure, error)


def _count(kind: str) -> int:
    return len(os.listdir(f"/proc/self/{kind}"))


def _read(name: str) -> str:
    try:
        with open(f"{FOLDER}/{name}", encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def _warm_up() -> None:
    exec(compile(_read("warmup.py"), f"{FOLDER}/warmup.py", "exec", 0, True), {"__name__": "__warmup__"})
