# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The folder in which one build at a time happens, and what a killed one left there."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Holds the lock; its descriptor is inherited by every tool, so a dead build's helpers are waited for."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  waiting for another image build to end", file=sys.stderr, flush=True)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def clear(folder: Path) -> None:
    """Removes a build's folder, first unmounting what a killed tool may have left mounted in it."""
    if not folder.exists():
        return
    for point in sorted(_mounts(folder), reverse=True):
        subprocess.run(["umount", "--lazy", point], check=True)
    shutil.rmtree(folder)


def _mounts(folder: Path) -> list[str]:
    prefix = f"{folder.resolve()}/"
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        points = [line.split()[4].encode().decode("unicode_escape") for line in table]
    return [point for point in points if point.startswith(prefix)]
