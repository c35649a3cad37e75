# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""System calls of a running process that fail or kill it on demand."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from host import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def injected(pid: int, call: str, effect: str, *, children: bool) -> Iterator[None]:
    """As strace's `-e inject=CALL:EFFECT`, for the process alone or for the children that it will have as well."""
    words = ["strace", "-qq", "-o", "/dev/null", *(["-f"] if children else [])]
    words += ["-e", f"trace={call}", "-e", f"inject={call}:{effect}", "-p", str(pid)]
    tracer = subprocess.Popen(words, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        assert wait_until(lambda: _is_traced(pid) or tracer.poll() is not None)
        assert tracer.poll() is None, tracer.stderr and tracer.stderr.read()
        yield
    finally:
        tracer.terminate()
        tracer.wait(20)


def _is_traced(pid: int) -> bool:
    return "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text()
