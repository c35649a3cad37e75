# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A small client of Cloister in Python's standard library alone. Copy it, read it, change it.

from cloister import Cloister

with Cloister().session() as session:
    session.run("x = 6")
    print(session.run("x * 7")["value"]["text/plain"])
"""

import http.client
import json
import os
import socket
import urllib.parse
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

DEFAULT_SOCKET = "/run/cloister/api.sock"
Body = bytes | IO[bytes]


class CloisterError(Exception):
    """The daemon refused a request; `code` says why, `remedy` what to do."""

    def __init__(self, status: int, error: dict[str, Any]) -> None:
        super().__init__(f"{error['message']} {error['remedy']}")
        self.status = status
        self.code: str = error["code"]
        self.remedy: str = error["remedy"]
        self.request_id: str = error["request_id"]
        self.details: dict[str, Any] | None = error["details"]


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Cloister:
    """A daemon, reached over its Unix socket. Each request has a connection of its own."""

    def __init__(self, path: str | None = None) -> None:
        self.path = path or os.environ.get("CLOISTER_SOCKET") or DEFAULT_SOCKET

    @contextmanager
    def request(
        self, method: str, path: str, body: Body | None = None, headers: dict[str, str] | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request, open for reading."""
        connection = _UnixConnection(self.path)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            if response.status >= 400:
                raise CloisterError(response.status, json.load(response)["error"])
            yield response
        finally:
            connection.close()

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """Sends and receives JSON. Changes carry a fresh idempotency key, so that they may be repeated."""
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}
        body = None
        if value is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(value).encode()
        with self.request(method, path, body, headers) as response:
            data = response.read()
        return json.loads(data) if data else None

    @contextmanager
    def session(self, **settings: Any) -> Iterator["Session"]:
        """A new session, deleted at the end; `name`, `image`, `limits` and so on as the API describes them."""
        session = self.open(**settings)
        try:
            yield session
        finally:
            session.delete()

    def open(self, **settings: Any) -> "Session":
        """A session that stays; with a `name`, the one that has it already."""
        return Session(self, self.call("POST", "/v1/sessions", settings))

    def status(self) -> dict[str, Any]:
        """The whole system at a glance."""
        status: dict[str, Any] = self.call("GET", "/v1/status")
        return status

    def artifact(self, sha256: str) -> bytes:
        """The bytes of an artifact, as long as the daemon serves them itself."""
        with self.request("GET", f"/v1/artifacts/{sha256}") as response:
            return response.read()


class Session:
    """One sandbox. Variables live from one execution to the next."""

    def __init__(self, daemon: Cloister, facts: dict[str, Any]) -> None:
        self.daemon = daemon
        self.facts = facts
        self.id: str = facts["id"]
        self.path = f"/v1/sessions/{self.id}"

    def run(self, code: str, timeout_seconds: float = 120) -> dict[str, Any]:
        """Runs code and answers the finished execution: `status`, `value`, `error`, `stdout`, `verdict` and more."""
        body = {"code": code, "timeout_seconds": timeout_seconds}
        execution: dict[str, Any] = self.daemon.call("POST", f"{self.path}/executions", body)
        return execution

    def stream(self, code: str, timeout_seconds: float = 120) -> Iterator[dict[str, Any]]:
        """Runs code and yields its events as they happen; the last one is the result."""
        headers = {"Content-Type": "application/json", "Accept": "application/x-ndjson"}
        body = json.dumps({"code": code, "timeout_seconds": timeout_seconds}).encode()
        with self.daemon.request("POST", f"{self.path}/executions", body, headers) as response:
            for line in response:
                yield json.loads(line)

    def upload(self, path: str, data: Body) -> dict[str, Any]:
        """Writes a file of the workspace; an open binary file is streamed."""
        with self.daemon.request("PUT", self._file(path), data) as response:
            entry: dict[str, Any] = json.load(response)
            return entry

    def download(self, path: str) -> bytes:
        """The bytes of a file of the workspace."""
        with self.daemon.request("GET", self._file(path)) as response:
            return response.read()

    def artifacts(self) -> Iterator[dict[str, Any]]:
        """What executions have left in /workspace/artifacts."""
        cursor = ""
        while True:
            page = self.daemon.call("GET", f"{self.path}/artifacts{cursor}")
            yield from page["artifacts"]
            if page["next_cursor"] is None:
                return
            cursor = "?" + urllib.parse.urlencode({"cursor": page["next_cursor"]})

    def delete(self) -> None:
        """Ends the session. Its artifacts stay."""
        self.daemon.call("DELETE", self.path)

    def _file(self, path: str) -> str:
        return f"{self.path}/files/{urllib.parse.quote(path)}"
