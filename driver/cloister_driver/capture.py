# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""`%%capture`: the output of a cell is kept instead of shown."""

from __future__ import annotations

import sys
from io import StringIO

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Captured:
    """What a cell has printed and displayed."""

    def __init__(self, stdout: str, stderr: str, outputs: list[dict[str, Any]], publisher: Any) -> None:
        self.stdout, self.stderr, self.outputs = stdout, stderr, outputs
        self._publisher = publisher

    def __str__(self) -> str:
        return self.stdout

    def show(self) -> None:
        """Prints and displays it after all."""
        sys.stdout.write(self.stdout)
        sys.stderr.write(self.stderr)
        for one in self.outputs:
            self._publisher.publish(one["data"], one["metadata"])

    __call__ = show


class Capture:
    """Around the code of a cell. Its value is not shown."""

    hides_value = True

    def __init__(self, arguments: str, variables: dict[str, Any], publisher: Any) -> None:
        words = arguments.split()
        self._name = next((word for word in words if not word.startswith("-")), None)
        self._kept = [kind for kind in ("stdout", "stderr", "display") if f"--no-{kind}" not in words]
        self._variables = variables
        self._publisher = publisher
        self._texts = {"stdout": StringIO(), "stderr": StringIO()}
        self._outputs: list[dict[str, Any]] = []

    def __enter__(self) -> None:
        self._before = {name: getattr(sys, name) for name in self._texts if name in self._kept}
        for name in self._before:
            setattr(sys, name, self._texts[name])
        if "display" in self._kept:
            self._publisher.capture(self._outputs)

    def __exit__(self, *_error: object) -> None:
        if "display" in self._kept:
            self._publisher.capture(None)
        for name, stream in self._before.items():
            setattr(sys, name, stream)
        if self._name:
            out, err = (text.getvalue() for text in self._texts.values())
            self._variables[self._name] = Captured(out, err, self._outputs, self._publisher)


Captured.__module__ = "builtins"
