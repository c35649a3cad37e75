# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The spawner's protocol, spoken without a daemon."""

from __future__ import annotations

import os
import secrets
import socket
import struct
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from driver_channel import DriverChannel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REQUEST_SIZE = 160
CREATE, RENEW, ADOPT, DESTROY, INTERRUPT, LIST, STATISTICS, PREPARE, POOLS = range(1, 10)
START_COMMAND, SIGNAL_COMMAND, ADOPT_COMMAND, FORGET_COMMAND = range(13, 17)
COMMAND, COMMAND_ENDED = 10, 11
INCARNATION, DONE, SESSIONS, STATISTICS_ANSWER, FAILURE, DRIVER_ENDED, POOLS_ANSWER = range(1, 8)
POOL, TMPFS = 1, 2
FAILURES = [
    "system",
    "bad_request",
    "no_such_session",
    "session_exists",
    "no_such_image",
    "ceiling_exceeded",
    "too_many_sessions",
    "busy",
    "no_driver",
    "storage_refused",
    "no_such_checkpoint",
    "no_such_command",
]
ROLES = [
    "control",
    "stdout",
    "stderr",
    "freeze",
    "events",
    "kill",
    "memory_current",
    "memory_peak",
    "memory_events",
    "memory_max",
    "pids_current",
    "pids_events",
    "cpu_usage",
    "init",
    "workspace",
    "workspace_writable",
    "proc_view",
    "display",
    "kill_running",
    "command_input",
    "command_output",
    "command_errors",
    "command_control",
]

OF_COMMANDS = {"command_input", "command_output", "command_errors", "command_control"}
PATHS = ["exec", "zygote", "checkpoint"]
ZYGOTE_STATES = ["none", "starting", "ready", "failed"]

_HEADER = struct.Struct("<IIQ16s")
_LIMITS = struct.Struct("<QIIIIQQQQQ")
MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    memory_bytes: int = 256 * MIB
    pids: int = 64
    cpu_millis: int = 1000
    cpu_weight: int = 100
    open_files: int = 1024
    io_read: int = 0
    io_write: int = 0
    workspace_bytes: int = 16 * MIB
    tmp_bytes: int = 16 * MIB
    shm_bytes: int = 16 * MIB

    def encoded(self) -> bytes:
        return _LIMITS.pack(
            self.memory_bytes,
            self.pids,
            self.cpu_millis,
            self.cpu_weight,
            self.open_files,
            self.io_read,
            self.io_write,
            self.workspace_bytes,
            self.tmp_bytes,
            self.shm_bytes,
        )


class SpawnerError(Exception):
    """A request that the spawner did not carry out."""

    def __init__(self, code: str, number: int, step: str) -> None:
        super().__init__(f"{code} {step} errno {number}")
        self.code = code
        self.number = number
        self.step = step


@dataclass
class Incarnation:
    """One answer with descriptors. They are this process's until `close`."""

    number: int
    layout: int
    ended: tuple[int, int] | None
    phases: tuple[int, ...]
    descriptors: dict[str, int]
    path: str
    pooled: bool

    def close(self) -> None:
        for descriptor in self.descriptors.values():
            os.close(descriptor)
        self.descriptors = {}

    def driver(self) -> DriverChannel:
        """Takes the three sockets over."""
        names = ("control", "stdout", "stderr")
        return DriverChannel(*(socket.socket(fileno=self.descriptors.pop(name)) for name in names))


@dataclass
class Command:
    """One answer with a command's descriptors. They are this process's until `close`."""

    number: int
    incarnation: int
    ended: tuple[int, int] | None
    descriptors: dict[str, int]

    def close(self) -> None:
        for descriptor in self.descriptors.values():
            os.close(descriptor)
        self.descriptors = {}


@dataclass(frozen=True)
class CommandEnded:
    number: int
    kind: int
    value: int


@dataclass(frozen=True)
class Ended:
    incarnation: int
    kind: int
    value: int


@dataclass(frozen=True)
class Statistics:
    pid: int
    layout: int
    sessions: int
    descriptors: int
    landlock: int
    cgroups_pending: int
    subvolumes_pending: int
    users_resting: int
    images: int
    commands: int
    created: int
    failed: int


@dataclass(frozen=True)
class Pool:
    image: str
    zygote: str
    generation: int
    zygote_pid: int
    holders: int
    holder_target: int
    failures: int
    forks: int
    fallbacks: int
    failure: SpawnerError


@contextmanager
def acting_as(user: int, group: int) -> Iterator[None]:
    """Peer credentials are taken when a socket connects."""
    os.setegid(group)
    os.seteuid(user)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def request(code: int, number: int, key: bytes, body: bytes = b"", version: int = 1) -> bytes:
    """One well-formed packet, unless the arguments are not."""
    return (struct.pack("<IIQ", version, code, number) + key + body).ljust(REQUEST_SIZE, b"\0")


def create_body(image: str, storage: int = POOL, limits: Limits | None = None) -> bytes:
    return image.encode().ljust(40, b"\0") + struct.pack("<II", storage, 0) + (limits or Limits()).encoded()


def prepare_body(image: str, limits: Limits | None = None, holders: int = 0, zygote: bool = True) -> bytes:
    return image.encode().ljust(40, b"\0") + struct.pack("<II", holders, zygote) + (limits or Limits()).encoded()


class SpawnerClient:
    """One connection. Answers are taken in the order in which they come."""

    def __init__(self, path: Path, user: int, group: int, seconds: float = 30) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(seconds)
        with acting_as(user, group):
            self.socket.connect(str(path))
        self._number = 0
        self.events: list[Ended] = []
        self.command_events: list[CommandEnded] = []

    def close(self) -> None:
        self.socket.close()

    def send(self, code: int, key: bytes, body: bytes = b"") -> int:
        self._number += 1
        self.socket.send(request(code, self._number, key, body))
        return self._number

    def receive(self) -> tuple[int, object]:
        """The number of the answered request, 0 for an event, and the answer."""
        data, passed, _, _ = socket.recv_fds(self.socket, 16384, 32)
        if not data:
            raise ConnectionError("the spawner has closed the connection")
        version, code, number, _ = _HEADER.unpack_from(data)
        assert version == 1
        return number, _decode(code, data[_HEADER.size :], passed)

    def answer(self, number: int) -> object:
        """The answer to this request. Events that come before it are kept in `events`."""
        while True:
            answered, value = self.receive()
            if isinstance(value, Ended):
                self.events.append(value)
            elif isinstance(value, CommandEnded):
                self.command_events.append(value)
            elif answered == number:
                if isinstance(value, SpawnerError):
                    raise value
                return value
            elif isinstance(value, Incarnation):
                value.close()

    def ask(self, code: int, key: bytes = bytes(16), body: bytes = b"") -> object:
        return self.answer(self.send(code, key, body))

    def incarnation(self, code: int, key: bytes, body: bytes = b"") -> Incarnation:
        value = self.ask(code, key, body)
        assert isinstance(value, Incarnation)
        return value

    def create(self, image: str, storage: int = POOL, limits: Limits | None = None) -> tuple[bytes, Incarnation]:
        key = secrets.token_bytes(16)
        return key, self.incarnation(CREATE, key, create_body(image, storage, limits))

    def destroy(self, key: bytes) -> None:
        self.ask(DESTROY, key)

    def next_event(self) -> Ended:
        if self.events:
            return self.events.pop(0)
        _, value = self.receive()
        assert isinstance(value, Ended)
        return value

    def command(self, code: int, key: bytes, *numbers: int) -> Command:
        value = self.ask(code, key, struct.pack(f"<{len(numbers)}I", *numbers))
        assert isinstance(value, Command)
        return value

    def next_command_event(self) -> CommandEnded:
        if self.command_events:
            return self.command_events.pop(0)
        _, value = self.receive()
        assert isinstance(value, CommandEnded)
        return value

    def sessions(self, after: bytes = bytes(16)) -> list[bytes]:
        listed = self.ask(LIST, after)
        assert isinstance(listed, list)
        return listed

    def statistics(self) -> Statistics:
        value = self.ask(STATISTICS)
        assert isinstance(value, Statistics)
        return value


def _pool(body: bytes) -> Pool:
    state, generation, pid, holders, target, failures = struct.unpack_from("<6I", body, 40)
    forks, fallbacks = struct.unpack_from("<QQ", body, 64)
    failure, number = struct.unpack_from("<Ii", body, 80)
    step = body[88:152].rstrip(b"\0").decode()
    return Pool(
        body[:40].rstrip(b"\0").decode(),
        ZYGOTE_STATES[state - 1],
        generation,
        pid,
        holders,
        target,
        failures,
        forks,
        fallbacks,
        SpawnerError(FAILURES[failure - 1], number, step),
    )


_CHECKPOINT = 4 + 40 + 72
"""Bytes of a checkpoint's listing: number, label, notes."""


def _decode(code: int, body: bytes, passed: list[int]) -> object:
    if code == INCARNATION:
        number, layout, ended, kind, value = struct.unpack_from("<IIIHH", body)
        path, pooled = struct.unpack_from("<II", body, 16)
        phases = struct.unpack_from("<6Q", body, 24)
        (checkpoints,) = struct.unpack_from("<I", body, 72)
        start = 76 + checkpoints * _CHECKPOINT
        (count,) = struct.unpack_from("<I", body, start)
        roles = [ROLES[role - 1] for role in body[start + 4 : start + 4 + count]]
        descriptors = dict(zip(roles, passed, strict=True))
        return Incarnation(
            number, layout, (kind, value) if ended else None, phases, descriptors, PATHS[path - 1], bool(pooled)
        )
    if code == COMMAND:
        number, incarnation, ended, kind, value, count = struct.unpack_from("<IIIHHI", body)
        roles = [ROLES[role - 1] for role in body[20 : 20 + count]]
        return Command(number, incarnation, (kind, value) if ended else None, dict(zip(roles, passed, strict=True)))
    if code == COMMAND_ENDED:
        return CommandEnded(*struct.unpack_from("<IHH", body))
    if code == SESSIONS:
        (count,) = struct.unpack_from("<I", body)
        return [body[4 + i * 72 : 20 + i * 72] for i in range(count)]
    if code == STATISTICS_ANSWER:
        values = struct.unpack_from("<10IQQ", body)
        return Statistics(*values)
    if code == FAILURE:
        failure, number = struct.unpack_from("<Ii", body)
        return SpawnerError(FAILURES[failure - 1], number, body[8:].rstrip(b"\0").decode())
    if code == POOLS_ANSWER:
        (count,) = struct.unpack_from("<I", body)
        return [_pool(body[4 + i * 152 :]) for i in range(count)]
    if code == DRIVER_ENDED:
        return Ended(*struct.unpack_from("<IHH", body))
    return None
