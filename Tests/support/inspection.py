# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What root on the host sees of a process, and does to it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from host import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = 4096


def group_of(pid: int, controller: str) -> Path:
    """The directory of a process's group for a controller, of either version."""
    unified = ""
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, kinds, path = line.split(":", 2)
        if controller in kinds.split(","):
            return Path(_mount("cgroup", controller) + path)
        if not kinds:
            unified = path
    return Path(_mount("cgroup2", "") + unified)


def _mount(kind: str, option: str) -> str:
    for line in Path("/proc/self/mounts").read_text().splitlines():
        _, point, found, options, *_ = line.split()
        if found == kind and (not option or option in options.split(",")):
            return point
    raise LookupError(f"no {kind} {option}")


def descriptors_of(pid: int) -> dict[int, str]:
    """What each descriptor of a process points at, as the host sees it."""
    numbers = sorted(map(int, os.listdir(f"/proc/{pid}/fd")))
    return {number: os.readlink(f"/proc/{pid}/fd/{number}") for number in numbers}


def is_there(pid: int) -> bool:
    return os.path.exists(f"/proc/{pid}")


def stop(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    assert wait_until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")


def mappings(pid: int | str) -> list[tuple[int, int, str, str]]:
    """Start, end, rights and name of each mapping."""
    found = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        places, rights, _, _, _, *name = line.split(maxsplit=5)
        start, end = (int(place, 16) for place in places.split("-"))
        found.append((start, end, rights, name[0] if name else ""))
    return found


def holds(pid: int, needle: bytes) -> bool:
    """Whether any page that a process uses has these bytes. Others are left alone: reading would give it pages."""
    with (
        open(f"/proc/{pid}/mem", "rb", buffering=0) as memory,
        open(f"/proc/{pid}/pagemap", "rb", buffering=0) as pages,
    ):
        for start, end, rights, name in mappings(pid):
            if "r" in rights and name not in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
                for place, length in _used(pages.fileno(), start, end):
                    if _search(memory.fileno(), place, length, needle):
                        return True
    return False


def _used(pages: int, start: int, end: int) -> list[tuple[int, int]]:
    """Starts and lengths of what is present or swapped out."""
    found: list[tuple[int, int]] = []
    words = memoryview(os.pread(pages, (end - start) // PAGE * 8, start // PAGE * 8)).cast("Q")
    for number, word in enumerate(words):
        if word >> 62:
            place = start + number * PAGE
            if found and sum(found[-1]) == place:
                found[-1] = (found[-1][0], found[-1][1] + PAGE)
            else:
                found.append((place, PAGE))
    return found


def _search(memory: int, start: int, length: int, needle: bytes) -> bool:
    step, rest, place = 16 << 20, b"", start
    while place < start + length:
        try:
            chunk = os.pread(memory, min(step, start + length - place), place)
        except OSError:  # gone meanwhile, or beyond the end of a mapped file
            return False
        if not chunk:
            return False
        if needle in rest + chunk:
            return True
        rest = chunk[-len(needle) :]
        place += len(chunk)
    return False


def inside_of(pid: int, *command: str, also: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """A program of the image, run as root in a process's namespaces."""
    words = ["nsenter", f"--target={pid}", "--mount", "--net", "--ipc", "--uts", *also, "--", *command]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


def traced(pid: int, log: Path, act: Callable[[], object]) -> list[str]:
    """The system calls of one process meanwhile."""
    tracer = subprocess.Popen(["strace", "-qq", "-y", "-o", str(log), "-p", str(pid)], stdin=subprocess.DEVNULL)
    try:
        assert wait_until(lambda: "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text())
        act()
    finally:
        tracer.terminate()
        tracer.wait(20)
    return log.read_text().splitlines()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
