# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Commands of a notebook's cells."""

from __future__ import annotations

import sys
from _signal import SIGINT, SIGKILL, SIGPIPE
from os import (
    POSIX_SPAWN_CLOSE,
    POSIX_SPAWN_DUP2,
    WNOHANG,
    close,
    environ,
    killpg,
    pipe,
    posix_spawnp,
    read,
    waitpid,
    waitstatus_to_exitcode,
)
from time import monotonic, sleep

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PATIENCE = 1.0
_BLOCK = 65_536


class Lines(list[str]):
    """The lines that a command has printed."""

    @property
    def n(self) -> str:
        return "\n".join(self)

    @property
    def s(self) -> str:
        return " ".join(self)

    @property
    def l(self) -> list[str]:  # noqa: E743 (IPython's name)
        return self


class Shell:
    """Runs commands. They print where subprocesses print, or into the stream that user code has put in its place."""

    def system(self, command: str) -> int:
        return self.run(["/bin/sh", "-c", command])

    def run(self, arguments: list[str], environment: Any = None) -> int:
        """Returns the exit status; negative is a signal."""
        if sys.stdout in (None, sys.__stdout__):
            return self._wait(self._spawn(arguments, [], environment))
        both = sys.stderr is not sys.__stderr__
        return self._piped(arguments, both, _write, environment)

    def lines(self, command: str) -> tuple[int, Lines]:
        parts: list[bytes] = []
        status = self._piped(["/bin/sh", "-c", command], True, parts.append, None)
        return status, Lines(b"".join(parts).decode("utf-8", "replace").splitlines())

    def _piped(self, arguments: list[str], both: bool, take: Any, environment: Any) -> int:
        reader, writer = pipe()
        try:
            actions = [(POSIX_SPAWN_DUP2, writer, 1), (POSIX_SPAWN_CLOSE, reader)]
            if both:
                actions.append((POSIX_SPAWN_DUP2, writer, 2))
            try:
                process = self._spawn(arguments, actions, environment)
            finally:
                close(writer)
            return self._wait(process, lambda: _read_all(reader, take))
        finally:
            close(reader)

    def _spawn(self, arguments: list[str], actions: list[Any], environment: Any) -> int:
        return posix_spawnp(
            arguments[0],
            arguments,
            environ if environment is None else environment,
            file_actions=actions,
            setpgroup=0,
            setsigdef=(SIGINT, SIGPIPE),
            setsigmask=(),
        )

    def _wait(self, process: int, before: Any = None) -> int:
        try:
            if before is not None:
                before()
            return waitstatus_to_exitcode(waitpid(process, 0)[1])
        except ChildProcessError:
            return 0  # User code lets nobody wait for children.
        except BaseException:
            _end(process)
            raise


def _end(group: int) -> None:
    """An interrupt is the command's, too."""
    try:
        killpg(group, SIGINT)
        end = monotonic() + _PATIENCE
        while monotonic() < end:
            if waitpid(group, WNOHANG)[0]:
                return
            sleep(0.01)
        killpg(group, SIGKILL)
        waitpid(group, 0)
    except OSError:
        pass


def _read_all(reader: int, take: Any) -> None:
    while data := read(reader, _BLOCK):
        take(data)


def _write(data: bytes) -> None:
    sys.stdout.write(data.decode("utf-8", "replace"))
