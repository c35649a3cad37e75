# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The daemon's API over its Unix socket."""

from __future__ import annotations

import http.client
import json
import socket
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class CloisterError(Exception):
    """The daemon refused a request; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self._path)


class Daemon:
    """Each request has a connection of its own: an interrupt passes the execution that it is for."""

    def __init__(self, path: str) -> None:
        self._path = path

    def call(self, method: str, path: str, value: Any = None) -> Any:
        """Sends and receives JSON."""
        with self._request(method, path, value) as response:
            data = response.read()
        return json.loads(data) if data else None

    def lines(self, path: str) -> Iterator[dict[str, Any]]:
        """The lines of a stream, as they come."""
        with self._request("GET", path) as response:
            while line := response.readline():
                yield json.loads(line)

    @contextmanager
    def _request(self, method: str, path: str, value: Any = None) -> Iterator[http.client.HTTPResponse]:
        headers = {} if method == "GET" else {"Idempotency-Key": str(uuid.uuid4())}
        body = None
        if value is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(value).encode()
        connection = _Connection(self._path)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            if response.status >= 400:
                raise _refusal(response)
            yield response
        finally:
            connection.close()


def _refusal(response: http.client.HTTPResponse) -> CloisterError:
    content = response.read()
    try:
        error = json.loads(content)["error"]
        return CloisterError(error["code"], f"{error['message']} {error['remedy']}")
    except (ValueError, KeyError, TypeError):
        return CloisterError("unknown", f"the answer was {response.status}: {content[:200].decode(errors='replace')}")
