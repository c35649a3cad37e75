# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Callers that go on through any number of the daemon's deaths, and keep everything that they were told."""

from __future__ import annotations

import hashlib
import http.client
import random
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from api_client import ApiError
from host import patience, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

    from api_client import JSON, Client

    T = TypeVar("T")

AWAY = (OSError, http.client.HTTPException, ValueError)
"""What a client sees of a daemon that dies while it answers; ValueError is half a line."""


def persist(ask: Callable[[], T], seconds: float = 60) -> T:
    """Asks until somebody answers."""
    deadline = time.monotonic() + patience(seconds)
    while True:
        try:
            return ask()
        except ApiError as error:
            if error.status != 503 or time.monotonic() > deadline:
                raise
        except AWAY:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def follow(client: Client, session: str, execution: str) -> list[JSON]:
    """All events to the last, over as many connections as it takes; each is asked for once."""
    events: list[JSON] = []

    def rest() -> None:
        after = events[-1]["seq"] if events else 0
        with client.events(session, execution, after) as stream:
            events.extend(stream)
        if not events or events[-1]["type"] != "result":
            raise ConnectionError("the stream ended before the result")

    persist(rest)
    return events


def output(events: list[JSON], stream: str) -> str:
    """What the events carry of one stream, which must be without gaps and repetitions."""
    parts = [event for event in events if event["type"] == stream]
    position = 0
    for event in parts:
        assert event["offset"] == position, f"{stream} goes on at {event['offset']} instead of {position}"
        position += len(event["text"].encode())
    return "".join(event["text"] for event in parts)


@dataclass
class Task:
    """Code and what must come of it."""

    code: str
    stdout: str
    stderr: str
    artifact: bytes | None
    events: list[JSON] = field(default_factory=list)


class Recorder(threading.Thread):
    """One caller with one session, who runs one thing after another until told to stop."""

    def __init__(self, client: Client, seed: int) -> None:
        super().__init__(daemon=True)
        self.client = client
        self.session: str = client.create()["id"]
        client.execute(self.session, "import sys, time, os\ncount = 0")
        self.tasks: list[Task] = []
        self.failure: BaseException | None = None
        self._random = random.Random(seed)
        self._stopping = threading.Event()

    def run(self) -> None:
        try:
            while not self._stopping.is_set():
                task = self._task(len(self.tasks))
                execution = self._submit(task)
                task.events = follow(self.client, self.session, execution)
                self.tasks.append(task)
        except BaseException as error:
            self.failure = error

    def stop(self) -> None:
        self._stopping.set()
        self.join(patience(120))
        if self.failure:
            raise self.failure
        assert not self.is_alive()

    def _submit(self, task: Task) -> str:
        """The key makes it one execution, however often it is sent."""
        at, key = f"/v1/sessions/{self.session}/executions", secrets.token_hex(16)
        body = {"code": task.code, "wait": False, "timeout_seconds": patience(20)}
        answer: JSON = persist(lambda: self.client.send("POST", at, body, Idempotency_Key=key)).json()
        return str(answer["id"])

    def _task(self, number: int) -> Task:
        lines, width = self._random.choice([(0, 0), (10, 20), (60, 10), (400, 100), (40, 20_000)])
        pause = self._random.choice([0, 0, 0.002, 0.01]) if lines < 100 else 0
        errors = self._random.choice([0, 3])
        artifact = f"{self.session} {number}".encode() if self._random.random() < 0.4 else None
        code = f"""
count += 1
for i in range({lines}):
    print({number}, i, 'x' * {width}, flush=i % 3 == 0)
    time.sleep({pause})
for i in range({errors}):
    print('error', {number}, i, file=sys.stderr)
"""
        if artifact:
            code += f"open('artifacts/{number}', 'wb').write({artifact!r})\n"
        return Task(
            code + "count",
            "".join(f"{number} {i} {'x' * width}\n" for i in range(lines)),
            "".join(f"error {number} {i}\n" for i in range(errors)),
            artifact,
        )

    def check(self) -> None:
        """Nothing that was asked for or told is lost, repeated or another's."""
        listed = self.client.pages(f"/v1/sessions/{self.session}/executions", "executions", limit=500)[1:]
        assert [execution["number"] for execution in listed] == list(range(2, len(self.tasks) + 2))
        for number, (task, execution) in enumerate(zip(self.tasks, listed, strict=True)):
            self._check(task, execution, number + 1)
        wanted = {
            str(n): hashlib.sha256(task.artifact).hexdigest() for n, task in enumerate(self.tasks) if task.artifact
        }
        assert wait_until(lambda: all(artifact["state"] == "stored" for artifact in self._artifacts()), 30)
        assert sorted((artifact["path"], artifact["sha256"]) for artifact in self._artifacts()) == sorted(
            wanted.items()
        )

    def _artifacts(self) -> list[JSON]:
        return self.client.pages(f"/v1/sessions/{self.session}/artifacts", "artifacts", limit=500)

    def _check(self, task: Task, execution: JSON, count: int) -> None:
        events = task.events
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        types = [event["type"] for event in events]
        assert (types[0], types[-1], types.count("result"), types.count("started")) == ("started", "result", 1, 1)
        assert output(events, "stdout") == task.stdout
        assert output(events, "stderr") == task.stderr
        result: Any = events[-1]["execution"]
        assert (result["status"], result["incarnation"]) == ("ok", 1), result["verdict"]
        assert result["value"] == {"text/plain": str(count)}
        assert result["stdout"]["bytes"] == len(task.stdout)
        for key in ("id", "number", "status", "value", "stdout", "stderr", "started_at", "artifacts"):
            assert _settled(execution[key]) == _settled(result[key]), key
        # What was measured may be measured again by the next daemon; how it ended may not change.
        for key in ("state", "cause", "limit", "incarnation"):
            assert execution["verdict"][key] == result["verdict"][key], key


def _settled(value: Any) -> Any:
    """Artifacts without what the uploads change."""
    if not isinstance(value, list):
        return value
    return sorted((artifact["path"], artifact["sha256"], artifact["size"], artifact["mime"]) for artifact in value)
