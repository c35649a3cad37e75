# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A spawner with a zygote, and sessions on either path, without a daemon."""

from __future__ import annotations

import ast
import json
import os
import secrets
import time
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spawner_client as wire
from host import IMAGE, in_guest, patience, wait_until
from sandbox import Outcome
from spawner_client import Incarnation, Limits, Pool, SpawnerClient
from spawner_process import SpawnerProcess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from driver_channel import DriverChannel

DATA_IMAGE = "python-datascience"
IMAGES = [IMAGE] if in_guest() else [IMAGE, DATA_IMAGE]
"""The guest has one slow processor and little memory."""

LIMITS = Limits(memory_bytes=1024 * wire.MIB, pids=128, workspace_bytes=64 * wire.MIB, tmp_bytes=64 * wire.MIB)


class RawSession:
    """A session of a spawner; its driver is spoken to directly."""

    def __init__(self, client: SpawnerClient, key: bytes, incarnation: Incarnation) -> None:
        self.key = key
        self.incarnation = incarnation
        self.path = incarnation.path
        self.pooled = incarnation.pooled
        self.driver: DriverChannel = incarnation.driver()
        self._client = client
        self._open = True

    def execute(self, code: str, seconds: float = 60) -> Outcome:
        answer = self.driver.execute(code, patience(seconds))
        return Outcome(answer.status, answer.value, answer.error, answer.traceback, answer)

    def evaluate(self, code: str, seconds: float = 60) -> Any:
        """The value of the last expression, which is a literal."""
        outcome = self.execute(code, seconds)
        assert outcome.status == "ok", f"{outcome.error}\n{outcome.traceback}"
        return None if outcome.value is None else ast.literal_eval(outcome.value)

    def asks(self, code: str, seconds: float = 60) -> Any:
        """The value of the last expression by way of JSON."""
        lines = code.rstrip().splitlines()
        lines[-1] = f"__import__('json').dumps({lines[-1]})"
        return json.loads(self.evaluate("\n".join(lines), seconds))

    @property
    def host_pid(self) -> int:
        """The driver's number on the host: the one of its group that is not init."""
        namespace = _namespace(self.init_pid)
        found = [pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _namespace(pid) == namespace]
        return next(pid for pid in sorted(found) if _inner_pid(pid) == 2)

    @property
    def init_pid(self) -> int:
        text = Path(f"/proc/self/fdinfo/{self.incarnation.descriptors['init']}").read_text()
        return int(next(line.split()[1] for line in text.splitlines() if line.startswith("Pid:")))

    def close(self) -> None:
        if self._open:
            self._open = False
            self.driver.close()
            self.incarnation.close()
            self._client.destroy(self.key)


class ZygoteHost:
    """One connection to a spawner, and the pools of its images."""

    def __init__(self, spawner: SpawnerProcess) -> None:
        self.spawner = spawner
        self.client = spawner.connect()
        self._sessions: list[RawSession] = []

    def prepare(
        self, image: str = IMAGE, limits: Limits = LIMITS, *, holders: int = 0, zygote: bool = True, wait: bool = True
    ) -> Pool:
        self.client.ask(wire.PREPARE, body=wire.prepare_body(image, limits, holders, zygote))
        return self.await_pool(image, holders, zygote) if wait else self.pool(image)

    def await_pool(self, image: str = IMAGE, holders: int = 0, zygote: bool = True) -> Pool:
        """Once it is full."""
        state = "ready" if zygote else "none"

        def full() -> bool:
            found = self.pool(image)
            return found.zygote == state and found.holders >= holders

        assert wait_until(full, 60), f"{self.pool(image)}\n{self.spawner.log.read_text()[-2000:]}"
        return self.pool(image)

    def pool(self, image: str = IMAGE) -> Pool:
        listed: Any = self.client.ask(wire.POOLS)
        found: Pool = next(pool for pool in listed if pool.image == image)
        return found

    def create(self, image: str = IMAGE, limits: Limits = LIMITS, storage: int = wire.POOL) -> RawSession:
        session = RawSession(self.client, *self.client.create(image, storage, limits))
        self._sessions.append(session)
        return session

    def burst(self, count: int, image: str = IMAGE, limits: Limits = LIMITS) -> Burst:
        """Asks for many sessions at once."""
        return Burst(self, count, image, limits)

    def adopt(self, key: bytes, incarnation: Incarnation) -> RawSession:
        """Closes it with the others."""
        session = RawSession(self.client, key, incarnation)
        self._sessions.append(session)
        return session

    def forget(self, session: RawSession) -> None:
        """Who closes it has done so."""
        self._sessions.remove(session)

    def reconnect(self) -> None:
        """After another connection has been the daemon's."""
        self.client.close()
        self.client = self.spawner.connect()

    def close_sessions(self) -> None:
        for session in self._sessions:
            with suppress(wire.SpawnerError, ConnectionError, BrokenPipeError):
                session.close()
        self._sessions = []

    def close(self) -> None:
        self.close_sessions()
        self.client.close()


@dataclass(frozen=True)
class Served:
    """One creation of a burst."""

    session: RawSession
    seconds: float
    answer: str | None


class Burst:
    """Creations under way on one connection."""

    def __init__(self, host: ZygoteHost, count: int, image: str, limits: Limits) -> None:
        self._host = host
        self._start = time.monotonic()
        self._asked: dict[int, bytes] = {}
        self.served: list[Served] = []
        for _ in range(count):
            key = secrets.token_bytes(16)
            self._asked[host.client.send(wire.CREATE, key, wire.create_body(image, wire.POOL, limits))] = key

    def take(self, count: int | None = None) -> list[Served]:
        """Takes answers as they come, each session at once made to compute something of its own."""
        for _ in range(len(self._asked) if count is None else count):
            number, value = self._host.client.receive()
            if isinstance(value, wire.SpawnerError):
                raise value
            assert isinstance(value, Incarnation), value
            session = self._host.adopt(self._asked.pop(number), value)
            secret = secrets.randbits(40)
            outcome = session.execute(f"mine = {secret}; mine * 3 + 1")
            right = outcome.value == str(secret * 3 + 1)
            self.served.append(Served(session, time.monotonic() - self._start, None if right else str(outcome)))
        return self.served

    def check(self, longest: float) -> None:
        """All right, all different, none too late."""
        assert not self._asked
        assert [one.answer for one in self.served if one.answer is not None] == []
        users = [one.session.evaluate("open('/proc/self/uid_map').read().split()[4]") for one in self.served]
        assert len(set(users)) == len(users)
        taken = sorted(one.seconds for one in self.served)
        paths = [one.session.path for one in self.served]
        counted = {path: paths.count(path) for path in set(paths)}
        print(f"{len(taken)} sessions {counted}, median {taken[len(taken) // 2]:.3f} s, slowest {taken[-1]:.3f} s")
        assert taken[-1] < patience(longest)


@contextmanager
def zygote_host(label: str, users: range, flags: Sequence[str] = (), *, pool_size: str = "4G") -> Iterator[ZygoteHost]:
    """A running spawner with nothing prepared."""
    spawner = SpawnerProcess(f"test-{label}-{os.getpid()}", users, flags, pool_size=pool_size)
    try:
        spawner.start()
        with closing(ZygoteHost(spawner)) as host:
            yield host
    finally:
        spawner.remove()


def _namespace(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return ""


def _inner_pid(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(next(line.split()[-1] for line in text.splitlines() if line.startswith("NSpid:")))
