# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Sessions as the tests of isolation use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance


@dataclass(frozen=True)
class Outcome:
    """What came of one execution."""

    status: str
    value: str | None
    error: str | None
    traceback: str | None
    execution: Any = None


class Sandbox(Protocol):
    def execute(self, code: str, seconds: float = 60) -> Outcome: ...

    def close(self) -> None: ...


class Session:
    """A session of the daemon."""

    def __init__(self, client: Client, **settings: Any) -> None:
        self.client = client
        self.created: JSON = client.create(**settings)
        self.id: str = self.created["id"]
        self.closed = False

    def execute(self, code: str, seconds: float = 60) -> Outcome:
        execution = self.client.execute(self.id, code, timeout_seconds=seconds)
        error = execution["error"]
        value = (execution["value"] or {}).get("text/plain")
        told = f"{error['type']}: {error['message']}" if error else str(execution["verdict"])
        return Outcome(execution["status"], value, told, error and error["traceback"], execution)

    def close(self) -> None:
        """Deletes it, unless that has been done."""
        if not self.closed:
            self.closed = True
            self.client.delete(self.id)


class Sessions:
    """Makes sessions and closes all of them."""

    def __init__(self, instance: Instance) -> None:
        self._client = instance.client
        self._made: list[Session] = []

    def __call__(self, **settings: Any) -> Session:
        self._made.append(Session(self._client, **settings))
        return self._made[-1]

    def close(self) -> None:
        for session in self._made:
            session.close()
