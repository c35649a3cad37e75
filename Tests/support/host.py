# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What the tests ask of the host: commands, processes, places."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
IMAGE = "python-minimal"
"""The image of all sessions of the tests: nothing in them needs more than the standard library."""


def in_guest() -> bool:
    """Whether this is the slow guest of scripts/vm."""
    return os.environ.get("CLOISTER_VM") == "1"


def patience(seconds: float) -> float:
    """A time limit of a normal host, in the time of this one."""
    return seconds * (8 if in_guest() else 1)


def scaled(count: int, *, least: int = 1) -> int:
    """How often to do something that a slow host should do less often."""
    return max(least, count // 8) if in_guest() else count


def has_tmpfs_workspaces() -> bool:
    """Whether this kernel maps ids on tmpfs, which is what workspaces in memory need."""
    release = os.uname().release.split(".")
    return (int(release[0]), int(release[1])) >= (6, 3)


def run(*command: str | Path, environment: Mapping[str, str] | None = None, seconds: float = 120) -> str:
    """Standard output of a command; its failure carries what it said."""
    words = [str(word) for word in command]
    process = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        timeout=patience(seconds),
        env=None if environment is None else {**os.environ, **environment},
    )
    if process.returncode != 0:
        said = process.stdout + process.stderr
        raise RuntimeError(f"{' '.join(words)} ended with status {process.returncode}:\n{said}")
    return process.stdout


def wait_until(condition: Callable[[], bool], seconds: float = 10, interval: float = 0.02) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + patience(seconds)
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(interval)
    return True


@dataclass(frozen=True)
class Process:
    pid: int
    parent: int
    user: int
    state: str
    name: str


def processes() -> Iterator[Process]:
    """All processes that this one can see, zombies included."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            lines = (entry / "status").read_text().splitlines()
        except OSError:
            continue
        fields = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        yield Process(
            int(entry.name),
            int(fields["PPid"]),
            int(fields["Uid"].split()[1]),
            fields["State"][0],
            fields["Name"],
        )


def processes_in(namespace: str, kind: str = "pid") -> list[int]:
    """The processes whose namespace is called so, as in `pid:[4026531836]`."""
    found = []
    for process in processes():
        try:
            if os.readlink(f"/proc/{process.pid}/ns/{kind}") == namespace:
                found.append(process.pid)
        except OSError:
            continue
    return found
