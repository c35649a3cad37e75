# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Magics of one line."""

from __future__ import annotations

import sys
from os import chdir, environ, getcwd
from os.path import abspath, expanduser

from .pip_magic import run_pip
from .private import BUILTINS
from .usage_error import UsageError

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from .shell import Shell

_COMMANDS = ("cat", "cp", "ls", "mkdir", "mv", "rm", "rmdir")
_IGNORED = ("autoreload", "autosave", "config", "precision", "unload_ext", "xmode")


class LineMagics:
    """Each takes the text behind its name."""

    def __init__(self, shell: Shell, choose_inline: Callable[[], None]) -> None:
        self._shell = shell
        self._choose_inline = choose_inline
        self._previous = ""

    def method(self, name: str) -> Any:
        """None for an unknown magic."""
        if name in _COMMANDS:
            return lambda arguments: self._command(name, arguments)
        if name in _IGNORED:
            return _ignore
        return getattr(self, f"_do_{name}", None) if name.isidentifier() else None

    def run(self, arguments: str, variables: dict[str, Any]) -> None:
        """Runs a file as a script and takes over its variables."""
        path, *rest = arguments.split() or [""]
        if not path:
            raise UsageError("%run needs the name of a file")
        with open(expanduser(path), "rb") as file:
            code = compile(file.read(), abspath(expanduser(path)), "exec", 0, True)
        made: dict[str, Any] = {"__name__": "__main__", "__file__": path}
        before, sys.argv = sys.argv, [path, *rest]
        try:
            exec(code, made)
        finally:
            sys.argv = before
            variables.update((name, value) for name, value in made.items() if not name.startswith("__"))

    def _command(self, name: str, arguments: str) -> None:
        self._shell.system(f"{name} {arguments}")

    def _do_pip(self, arguments: str) -> None:
        run_pip(self._shell, arguments)

    def _do_conda(self, _arguments: str) -> None:
        raise UsageError("there is no conda in this session; use %pip")

    _do_mamba = _do_conda

    def _do_pwd(self, _arguments: str) -> str:
        return getcwd()

    def _do_cd(self, arguments: str) -> None:
        here = getcwd()
        place = arguments.strip().strip("'\"").removeprefix("-q ").strip()
        chdir(self._previous or here if place == "-" else expanduser(place or "~"))
        self._previous = here
        print(getcwd())

    def _do_env(self, arguments: str) -> Any:
        name, sign, value = arguments.partition("=" if "=" in arguments else " ")
        name = name.strip()
        if not name:
            return dict(environ)
        if not sign:
            if name not in environ:
                raise UsageError(f"Environment does not have key: {name}")
            return environ[name]
        environ[name] = value.strip()
        print(f"env: {name}={value.strip()}")
        return None

    _do_set_env = _do_env

    def _do_matplotlib(self, _arguments: str) -> None:
        """Inline is what there is."""
        self._choose_inline()

    _do_pylab = _do_matplotlib

    def _do_load_ext(self, arguments: str) -> None:
        if arguments.strip() != "autoreload":
            print(f"%load_ext {arguments.strip()}: extensions of IPython are not available here", file=sys.stderr)

    _do_reload_ext = _do_load_ext

    def _do_debug(self, _arguments: str) -> None:
        raise UsageError("there is no debugger in executions")

    _do_pdb = _do_debug

    def _do_lsmagic(self, _arguments: str) -> list[str]:
        own = [name.removeprefix("_do_") for name in dir(self) if name.startswith("_do_")]
        return sorted([*own, *_COMMANDS, *_IGNORED, "pinfo", "run", "time", "timeit"])


def _ignore(_arguments: str) -> None:
    """Settings of IPython that change nothing here."""
