# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A client of the HTTP API over its Unix socket, with the standard library alone."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

JSON = dict[str, Any]


class ApiError(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, body: bytes) -> None:
        super().__init__(f"{status}: {body[:2000].decode(errors='replace')}")
        self.status = status
        try:
            self.error: JSON = json.loads(body)["error"]
        except (ValueError, KeyError, TypeError):
            self.error = {}

    @property
    def code(self) -> str | None:
        return self.error.get("code")


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path, seconds: float) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


class Stream:
    """The events of one execution, as they come."""

    def __init__(self, connection: _Connection, response: http.client.HTTPResponse) -> None:
        self._connection = connection
        self._response = response
        self.headers = dict(response.getheaders())

    def __iter__(self) -> Iterator[JSON]:
        while line := self._response.readline():
            yield json.loads(line)

    def close(self) -> None:
        self._response.close()
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Client:
    """Each request has a connection of its own, so that tests can use one client from many threads."""

    def __init__(self, path: Path, seconds: float = 300) -> None:
        self.path = path
        self.seconds = seconds

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        seconds: float | None = None,
    ) -> Response:
        """Any answer, errors too."""
        connection = _Connection(self.path, seconds or self.seconds)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Response(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def send(self, method: str, path: str, content: Any = None, **headers: str) -> Response:
        """A successful answer to a JSON request; underscores in header names stand for hyphens."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        body = None
        if content is not None:
            body = json.dumps(content).encode()
            named["Content-Type"] = "application/json"
        response = self.request(method, path, body, named)
        if response.status >= 400:
            raise ApiError(response.status, response.body)
        return response

    def get(self, path: str, /, **query: Any) -> Any:
        present = {name: value for name, value in query.items() if value is not None}
        return self.send("GET", f"{path}?{urlencode(present)}" if present else path).json()

    def pages(self, path: str, key: str, /, **query: Any) -> list[JSON]:
        """All entries of a list, page after page."""
        entries: list[JSON] = []
        cursor = None
        while True:
            page = self.get(path, cursor=cursor, **query)
            entries += page[key]
            cursor = page["next_cursor"]
            if cursor is None:
                return entries

    def create(self, **settings: Any) -> JSON:
        session: JSON = self.send("POST", "/v1/sessions", settings).json()
        return session

    def session(self, session: str) -> JSON:
        found: JSON = self.get(f"/v1/sessions/{session}")
        return found

    def delete(self, session: str) -> None:
        self.send("DELETE", f"/v1/sessions/{session}")

    def execute(self, session: str, code: str, **settings: Any) -> JSON:
        """The finished execution, or with `wait=False` the one that has begun."""
        answer: JSON = self.send("POST", f"/v1/sessions/{session}/executions", {"code": code, **settings}).json()
        return answer

    def execution(self, session: str, execution: str) -> JSON:
        found: JSON = self.get(f"/v1/sessions/{session}/executions/{execution}")
        return found

    def stream(self, session: str, code: str, **settings: Any) -> Stream:
        """Runs code and gives its events."""
        body = json.dumps({"code": code, **settings}).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/x-ndjson"}
        return self._stream("POST", f"/v1/sessions/{session}/executions", body, headers)

    def events(self, session: str, execution: str, after: int = 0) -> Stream:
        return self._stream("GET", f"/v1/sessions/{session}/executions/{execution}/events?after={after}", None, {})

    def _stream(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Stream:
        connection = _Connection(self.path, self.seconds)
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        if response.status >= 400:
            content = response.read()
            connection.close()
            raise ApiError(response.status, content)
        return Stream(connection, response)

    def file_path(self, session: str, name: str | bytes) -> str:
        return f"/v1/sessions/{session}/files/{quote(name)}"

    def upload(self, session: str, name: str | bytes, content: bytes) -> JSON:
        headers = {"Content-Type": "application/octet-stream"}
        response = self.request("PUT", self.file_path(session, name), content, headers)
        if response.status >= 400:
            raise ApiError(response.status, response.body)
        entry: JSON = response.json()
        return entry

    def download(self, session: str, name: str | bytes) -> bytes:
        return self.send("GET", self.file_path(session, name)).body
