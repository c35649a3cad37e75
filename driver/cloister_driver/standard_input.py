# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Standard input: nothing, or what an execution was given."""

from __future__ import annotations

import builtins
import sys
from os import O_CLOEXEC, O_RDWR, O_TMPFILE, SEEK_SET, close, dup2, lseek, memfd_create, write
from os import open as open_descriptor

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from io import TextIOWrapper

_input = builtins.input
_FOLDER = "/tmp"


class StandardInput:
    """The stream over descriptor 0 and the builtin that reads a line of it."""

    def __init__(self) -> None:
        self._text = _open()
        self._given = False
        self._install_builtin()

    def begin(self, data: bytes | None) -> None:
        """Descriptor 0 is the driver's own again; now it becomes a file with the data, if there is any."""
        if self._given or self._text.closed:
            # What an earlier execution has left unread lies in the old one's buffer.
            self._text = _open()
        self._given = data is not None
        if data is not None:
            _put(data)

    def install(self) -> None:
        # Another stream is a text that user code wants to be read, but for an execution with input of its own.
        if self._given or getattr(sys, "stdin", None) in (None, sys.__stdin__):
            sys.stdin = self._text
        sys.__stdin__ = self._text  # type: ignore[misc]

    def _install_builtin(self) -> None:
        def read_line(prompt: object = "", /) -> str:
            """Read a line from standard input. Without any it raises EOFError."""
            if sys.stdin is sys.__stdin__ and not self._given:
                raise EOFError("input() has nothing to read: this execution was given no standard input")
            return _input(prompt)

        read_line.__name__ = read_line.__qualname__ = "input"
        read_line.__module__ = "builtins"
        builtins.input = read_line


def _open() -> TextIOWrapper:
    return open(0, encoding="utf-8", errors="surrogateescape", closefd=False)


def _put(data: bytes) -> None:
    file = _make_file()
    try:
        left = memoryview(data)
        while left:
            left = left[write(file, left) :]
        lseek(file, 0, SEEK_SET)
        dup2(file, 0)
    finally:
        close(file)


def _make_file() -> int:
    try:
        return open_descriptor(_FOLDER, O_TMPFILE | O_RDWR | O_CLOEXEC, 0o600)
    except OSError:
        return memfd_create("stdin")
