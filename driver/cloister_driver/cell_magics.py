# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Magics of a whole cell whose body is not Python."""

from __future__ import annotations

from os.path import exists, expanduser

from .private import BUILTINS
from .usage_error import UsageError

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .displays import Displays
    from .shell import Shell

_SHOWN = {
    "html": "text/html",
    "HTML": "text/html",
    "javascript": "application/javascript",
    "js": "application/javascript",
    "latex": "text/latex",
    "markdown": "text/markdown",
    "svg": "image/svg+xml",
    "SVG": "image/svg+xml",
}
_PROGRAMS = {"bash": "bash", "sh": "/bin/sh", "system": "/bin/sh", "!": "/bin/sh"}


class CellMagics:
    """Each takes the text behind its name and the body."""

    def __init__(self, shell: Shell, displays: Displays) -> None:
        self._shell = shell
        self._displays = displays

    def method(self, name: str) -> Any:
        """None for an unknown magic."""
        if name in _SHOWN:
            return lambda _arguments, body: self._show(_SHOWN[name], body)
        if name in _PROGRAMS:
            return lambda arguments, body: self._run([_PROGRAMS[name], "-c", body, *arguments.split()])
        return {"writefile": _write_file, "file": _write_file}.get(name)

    def _show(self, kind: str, body: str) -> None:
        self._displays.publisher.publish({kind: body})

    def _run(self, arguments: list[str]) -> None:
        status = self._shell.run(arguments)
        if status:
            from subprocess import CalledProcessError

            raise CalledProcessError(status, arguments[0])


def _write_file(arguments: str, body: str) -> None:
    words = arguments.split()
    append = words[:1] in (["-a"], ["--append"])
    name = " ".join(words[1:] if append else words).strip("'\"")
    if not name:
        raise UsageError("%%writefile needs the name of a file")
    name = expanduser(name)
    print(f"{'Appending to' if append else 'Overwriting' if exists(name) else 'Writing'} {name}")
    with open(name, "a" if append else "w", encoding="utf-8") as file:
        file.write(body if body.endswith("\n") else body + "\n")
