# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The other ways to get a result: bwrap, runc and ipykernel, each measured by a helper process.

A helper takes a count on each line of its input, takes so many samples and answers with their seconds as JSON. So the
rival's samples and Cloister's alternate, and what disturbs the machine disturbs both.
"""

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from container import bwrap
from figures import Rival, milliseconds

HERE = Path(__file__).resolve().parent
READY_SECONDS = 60


class RivalError(Exception):
    """The rival cannot be measured here."""


class Helper:
    """A helper process; it ends with the `with` block."""

    def __init__(self, name: str, command: list[str], does: str) -> None:
        self.name = name
        self.does = does
        self.samples: list[float] = []
        self._command = command

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._line() != "ready":
            raise RivalError(f"the helper of {self.name} did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        _pipe(self._process.stdin).close()
        try:
            self._process.wait(READY_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def rival(self) -> Rival:
        """What it took, to compare with."""
        return Rival(self.name, milliseconds(self.samples), self.does)

    def measure(self, count: int, *, keep: bool = True) -> None:
        """Takes so many samples."""
        pipe = _pipe(self._process.stdin)
        pipe.write(f"{count}\n")
        pipe.flush()
        samples = json.loads(self._line())
        if keep:
            self.samples += samples

    def _line(self) -> str:
        line = _pipe(self._process.stdout).readline()
        if not line:
            raise RivalError(f"the helper of {self.name} ended with {self._process.wait()}")
        return line.strip()


def container_helper(kind: str, image: Path, code: str) -> Helper:
    """bwrap or runc on the image's file, mounted where only the helper sees it."""
    if kind == "bwrap":
        does = " ".join(bwrap(Path("ROOT"), repr(code)))
    else:
        does = f"runc run --bundle BUNDLE NAME (runc spec; args: python3 -X utf8 -c {code!r})"
    command = ["unshare", "--mount", "--propagation", "private", sys.executable, "-B", str(HERE / "container.py")]
    return Helper(f"{kind} + python", [*command, kind, str(image), code], does)


def kernel_helper(python: Path, what: str) -> Helper:
    """ipykernel, from the virtual environment in which it is installed: `warm` executions, or a `start` each."""
    does = "start_new_kernel(); execute('1+1')" if what == "start" else "client.execute('1+1')"
    return Helper("ipykernel", [str(python), "-B", str(HERE / "kernel.py"), what], f"{does} (jupyter_client)")


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RivalError("the helper has no pipes")
    return stream
