# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The leak oracle: what one instance holds on this host."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from host import patience, processes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_NUMBER = re.compile(r"\[\d+\]$")


@dataclass(frozen=True)
class Resources:
    """Each kind as a multiset of names that do not change between two looks at the same thing."""

    processes: Counter[str]
    mounts: Counter[str]
    cgroups: Counter[str]
    network_namespaces: Counter[str]
    loop_devices: Counter[str]
    subvolumes: Counter[str]
    quota_groups: Counter[str]
    spawner_descriptors: Counter[str]
    daemon_descriptors: Counter[str]

    def growth(self, before: Resources) -> dict[str, dict[str, int]]:
        """What is there now and was not before, by kind."""
        grown = {}
        for field in fields(self):
            more = getattr(self, field.name) - getattr(before, field.name)
            if more:
                grown[field.name] = dict(more)
        return grown


def settle(look: Callable[[], Resources], before: Resources, seconds: float = 15) -> dict[str, dict[str, int]]:
    """The growth that does not go away in time."""
    deadline = time.monotonic() + patience(seconds)
    while (grown := look().growth(before)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return grown


@dataclass(frozen=True)
class Owner:
    """Where to look: one instance's names and numbers. A process id is 0 when the process does not run."""

    name: str
    users: range
    spawner: int
    daemon: int
    pool: Path
    directories: tuple[Path, ...]

    def look(self) -> Resources:
        members = self._processes()
        servers = [pid for pid in (self.spawner, self.daemon) if pid]
        return Resources(
            processes=Counter(f"{name} ({state})" for _, name, state in members),
            mounts=Counter(self._mounts()),
            cgroups=Counter(self._cgroups()),
            network_namespaces=Counter(self._network_namespaces([pid for pid, _, _ in members], servers)),
            loop_devices=Counter(self._loop_devices()),
            subvolumes=Counter(self._btrfs("subvolume", "list", column=-1)),
            quota_groups=Counter(self._btrfs("qgroup", "show", "--raw", column=0)),
            spawner_descriptors=Counter(descriptors(self.spawner)),
            daemon_descriptors=Counter(descriptors(self.daemon)),
        )

    def _processes(self) -> list[tuple[int, str, str]]:
        """Whoever has a uid of the instance's range or descends from its two servers."""
        everybody = {process.pid: process for process in processes()}
        servers = {self.spawner, self.daemon} - {0}

        def belongs(pid: int) -> bool:
            process = everybody.get(pid)
            if process is None or pid in servers:
                return False
            return process.user in self.users or process.parent in servers or belongs(process.parent)

        return [(p.pid, p.name, p.state) for p in everybody.values() if belongs(p.pid)]

    def _mounts(self) -> Iterable[str]:
        """The spawner's mount namespace, and what of the instance the host sees."""
        for pid in {os.getpid(), self.spawner} - {0}:
            for line in _lines(Path(f"/proc/{pid}/mountinfo")):
                left, _, right = line.partition(" - ")
                point = left.split()[4]
                if pid == self.spawner or any(point.startswith(str(place)) for place in self.directories):
                    yield f"{point} {right.split()[0]}"

    def _cgroups(self) -> Iterable[str]:
        own = re.compile(rf"cloister-([a-z]+-)?{re.escape(self.name)}(\.service|-\d+\.scope)?$")
        for line in _lines(Path("/proc/self/mounts")):
            _, point, kind, *_ = line.split()
            if kind not in ("cgroup", "cgroup2"):
                continue
            for directory, _, _ in os.walk(point):
                if any(own.fullmatch(part) for part in Path(directory).relative_to(point).parts):
                    yield _scope(directory)

    @staticmethod
    def _network_namespaces(members: Iterable[int], servers: Iterable[int]) -> Iterable[str]:
        found = {_link(f"/proc/{pid}/ns/net") for pid in members}
        for pid in servers:
            found |= {name for name in raw_descriptors(pid) if name.startswith("net:[")}
        yield from ("net" for name in found - {_link("/proc/self/ns/net"), ""})

    def _loop_devices(self) -> Iterable[str]:
        """Loop devices over the instance's own files; over images those that its spawner holds open."""
        for backing in Path("/sys/block").glob("loop*/loop/backing_file"):
            try:
                name = backing.read_text().strip()
            except OSError:
                continue
            if any(name.startswith(str(place)) for place in self.directories):
                yield name

    def _btrfs(self, *command: str, column: int) -> Iterable[str]:
        words = ["btrfs", *command, str(self.pool)]
        listing = subprocess.run(words, capture_output=True, text=True, check=False).stdout
        for line in listing.splitlines():
            if line[:1].isdigit() or line.startswith("ID "):
                yield line.split()[column]


def raw_descriptors(pid: int) -> list[str]:
    """What the descriptors of a process point at."""
    try:
        numbers = os.listdir(f"/proc/{pid}/fd")
    except OSError:
        return []
    return [name for number in numbers if (name := _link(f"/proc/{pid}/fd/{number}"))]


def descriptors(pid: int) -> list[str]:
    """As `raw_descriptors`, without the numbers of sockets and pipes."""
    return [_scope(_NUMBER.sub("", name)) for name in raw_descriptors(pid)] if pid else []


def _scope(path: str) -> str:
    """Each start of a spawner alone has a scope of its own."""
    return re.sub(r"-\d+\.scope", ".scope", path)


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text().splitlines()
    except OSError:
        return []
