# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A spawner of a test's own, without a daemon."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from host import ROOT, run, wait_until
from resources import Owner, Resources, settle
from spawner_client import SpawnerClient

if TYPE_CHECKING:
    from collections.abc import Sequence

BUILD = ROOT / ".build"
READY = "cloister-spawner: ready"


def own_users(slot: int, count: int = 1024) -> range:
    """User ids that no other test run on this host has, and none of scripts/instance; eight slots for one run."""
    first = 1_000_000_000 + os.getpid() % 16_384 * 16_384 + slot * 2048
    return range(first, first + count)


class SpawnerProcess:
    """Has its own pool, socket and users, and is this process's child."""

    def __init__(self, name: str, users: range, flags: Sequence[str] = (), pool_size: str = "1G") -> None:
        self.name = name
        self.users = users
        self.flags = list(flags)
        run(ROOT / "scripts" / "pool", "make", name, "--size", pool_size)
        self.state = Path(f"/var/lib/cloister-{name}")
        self.pool = self.state / "pool"
        self.socket = Path(f"/run/cloister-spawner-{name}/spawner.sock")
        self.log = self.state / "spawner.log"
        account = pwd.getpwnam("cloister")
        self.daemon_user, self.daemon_group = account.pw_uid, account.pw_gid
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    def start(self, through: Sequence[str] = ()) -> None:
        """`through` is a program that becomes the one in its arguments."""
        command = [*self._own_group(), *through, BUILD / "release" / "cloister-spawner"]
        command += ["--instance", self.name, "--socket", self.socket]
        command += ["--daemon-uid", str(self.daemon_user), "--daemon-gid", str(self.daemon_group)]
        command += ["--pool", self.pool, "--images", "/var/lib/cloister/images", "--driver", BUILD / "driver"]
        command += ["--init", BUILD / "cloister-init", "--zygote", BUILD / "cloister-zygote.so"]
        command += ["--uid-base", str(self.users.start)]
        command += ["--uid-count", str(len(self.users)), "--pool-overcommit", "1000", *self.flags]
        self.socket.unlink(missing_ok=True)
        self.socket.parent.mkdir(mode=0o710, exist_ok=True)
        self.log.touch()
        begun = self.log.read_text().count(READY)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/"
            )
        ready = wait_until(lambda: self.log.read_text().count(READY) > begun or self._ended, 20)
        assert ready, self.log.read_text()
        assert not self._ended, self.log.read_text()

    def _own_group(self) -> list[str]:
        """Where version 2 groups are systemd's, the spawner is given some; the process stays this one's child."""
        if not Path("/run/systemd/system").is_dir():
            return []
        self._starts += 1
        scope = f"cloister-spawner-{self.name}-{self._starts}"
        return ["systemd-run", "--quiet", "--scope", "--collect", f"--unit={scope}", "--property=Delegate=yes", "--"]

    @property
    def pid(self) -> int:
        return self._process.pid if self._process and not self._ended else 0

    @property
    def _ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def connect(self, user: int | None = None) -> SpawnerClient:
        return SpawnerClient(self.socket, self.daemon_user if user is None else user, self.daemon_group)

    def resources(self) -> Resources:
        return Owner(self.name, self.users, self.pid, 0, self.pool, (self.state, self.socket.parent)).look()

    def leaks(self, before: Resources, seconds: float = 15) -> dict[str, dict[str, int]]:
        return settle(self.resources, before, seconds)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int | None:
        process = self._process
        if process is None:
            return None
        if process.poll() is None:
            process.send_signal(number)
        return process.wait(60)

    def remove(self) -> None:
        self.end()
        self.socket.unlink(missing_ok=True)
        for name in ("spawner.lock", "stage"):
            path = self.socket.parent / name
            if path.is_dir():
                path.rmdir()
            else:
                path.unlink(missing_ok=True)
        if self.socket.parent.exists():
            self.socket.parent.rmdir()
        self.log.unlink(missing_ok=True)
        run(ROOT / "scripts" / "pool", "remove", self.name)
