# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A throw-away instance: its own name, pool, state and range of users."""

from __future__ import annotations

import os
import shlex
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from api_client import Client
from host import IMAGE, ROOT, run, wait_until
from resources import Owner, Resources, settle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCRIPT = ROOT / "scripts" / "instance"
MIB = 1 << 20

CONFIG = """
[daemon]
instance = "{name}"

[sessions]
default_image = "{image}"
max_sessions = 1000
interrupt_grace_seconds = 2

[sessions.limits]
memory_bytes = "256MiB"
cpus = 1.0
pids = 64
workspace_bytes = "16MiB"
tmp_bytes = "16MiB"

[sessions.maximum]
workspace_bytes = "512MiB"
"""

# What most tests want: they count what an instance holds.
NOTHING_KEPT = """
[pool]
zygote = false
ready = 0
holders = 0
"""


class Instance:
    """A spawner and a daemon that scripts/instance started."""

    def __init__(
        self,
        name: str,
        *,
        environment: Mapping[str, str] | None = None,
        spawner_flags: Sequence[str] = (),
        pool_size: str = "8G",
        config: str = "",
        kept: str = NOTHING_KEPT,
    ) -> None:
        """`config` is more TOML, of sections that CONFIG does not have; `kept` is the table [pool]."""
        self.name = name
        self._config = CONFIG.format(name=name, image=IMAGE) + kept + config
        self._environment = dict(environment or {})
        self._flags = ["--pool-size", pool_size]
        self._spawner_flags = ["--", "--pool-overcommit", "1000", *spawner_flags]
        places = dict(word.split("=", 1) for word in shlex.split(run(SCRIPT, "paths", name)))
        self.socket = Path(places["api_socket"])
        self.spawner_socket = Path(places["spawner_socket"])
        self.state_directory = Path(places["state_dir"])
        self.log_directory = Path(places["log_dir"])
        self.pool = Path(places["pool_dir"])
        self.client = Client(self.socket)
        self._users = range(0)

    @property
    def directories(self) -> tuple[Path, ...]:
        """Everything of the instance on the host's file systems."""
        return (self.state_directory, self.log_directory, self.socket.parent, self.spawner_socket.parent)

    @property
    def spawner_pid(self) -> int:
        return self._pid("spawner")

    @property
    def daemon_pid(self) -> int:
        return self._pid("daemon")

    @property
    def users(self) -> range:
        """The host's user ids that the instance's sessions have. Known once the spawner has run."""
        try:
            words = Path(f"/proc/{self.spawner_pid}/cmdline").read_bytes().decode().split("\0")
        except OSError:
            return self._users
        if "--uid-base" in words:
            base, count = (int(words[words.index(flag) + 1]) for flag in ("--uid-base", "--uid-count"))
            self._users = range(base, base + count)
        return self._users

    def start(self) -> None:
        """Starts what does not run: both servers, or the one that is missing."""
        config = Path(f"/tmp/cloister-{self.name}.toml")
        config.write_text(self._config)
        try:
            self._run("start", self.name, "--config", str(config), *self._flags, *self._spawner_flags)
        finally:
            config.unlink()

    def remove(self) -> None:
        self._run("remove", self.name)

    def restart_daemon(self) -> None:
        """Ends the daemon politely and starts it again."""
        self._end_daemon(signal.SIGTERM)
        self.start()

    def kill_daemon(self) -> None:
        """SIGKILL. The instance then has no daemon until `start`."""
        self._end_daemon(signal.SIGKILL)

    def kill_spawner(self) -> None:
        """SIGKILL. The instance then has no spawner until `start`."""
        pid = self.spawner_pid
        assert pid, "the spawner does not run"
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: self.spawner_pid != pid, 30)

    def resources(self) -> Resources:
        users = self.users
        return Owner(self.name, users, self.spawner_pid, self.daemon_pid, self.pool, self.directories).look()

    def leaks(self, before: Resources, seconds: float = 15) -> dict[str, dict[str, int]]:
        """What has come since `before` and does not go."""
        return settle(self.resources, before, seconds)

    def warm_up(self) -> Resources:
        """What the instance holds when it has worked once and is idle."""
        session = self.client.create()
        assert self.client.execute(session["id"], "1 + 1")["value"] == {"text/plain": "2"}
        self.client.delete(session["id"])
        before = self.resources()
        while True:
            time.sleep(2.5)
            now = self.resources()
            if not before.growth(now):
                return now
            before = now

    def log(self, role: str, lines: int = 40) -> str:
        path = self.log_directory / f"{role}.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""

    def _run(self, *arguments: str) -> None:
        run(SCRIPT, *arguments, environment=self._environment, seconds=180)

    def _pid(self, role: str) -> int:
        """0 when it does not run."""
        try:
            pid = int((self.spawner_socket.parent / f"{role}.process").read_text().split()[0])
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (OSError, ValueError, IndexError):
            return 0
        return 0 if state == "Z" else pid

    def _end_daemon(self, number: signal.Signals) -> None:
        pid = self.daemon_pid
        assert pid, "the daemon does not run"
        os.kill(pid, number)
        assert wait_until(lambda: self.daemon_pid != pid, 30), f"the daemon survives signal {number}"
