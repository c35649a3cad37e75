# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Requests that break a rule: one shape of answer, with code, message, remedy and request id."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from api_client import Client, Response
    from instance import Instance
    from sandbox import Session

SESSION = "ses_local_" + "a" * 26
EXECUTION = "exe_local_" + "a" * 26
JSON_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Wrong:
    """A request and the refusal that it gets. {id} stands for a session that exists."""

    method: str
    path: str
    content: Any
    status: int
    code: str
    tells: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        text = self.content if isinstance(self.content, bytes) else json.dumps(self.content)
        return f"{self.method} {self.path[:40]} {text[:60]!r} {self.headers or ''}"


def create(content: Any, tells: str, code: str = "invalid_request", status: int = 400) -> Wrong:
    return Wrong("POST", "/v1/sessions", content, status, code, tells)


def execute(content: Any, tells: str, code: str = "invalid_request", status: int = 400) -> Wrong:
    return Wrong("POST", "/v1/sessions/{id}/executions", content, status, code, tells)


def get(path: str, code: str = "invalid_request", tells: str = "") -> Wrong:
    return Wrong("GET", path, None, 404 if code.endswith("not_found") else 400, code, tells)


WRONG = [
    # Bodies
    create(b"{", ""),
    create(b"[]", ""),
    create(b"null", ""),
    create(b'"text"', ""),
    create(b"\xff", ""),
    create(b"{} {}", ""),
    create({"nome": "x"}, "nome", "unknown_field"),
    create({"limits": {"memory": 1}}, "limits.memory", "unknown_field"),
    create({"name": ""}, "name"),
    create({"name": "a b"}, "name"),
    create({"name": "ä"}, "name"),
    create({"name": "x" * 129}, "name"),
    create({"name": 7}, "name"),
    create({"name": ["x"]}, "name"),
    create({"image": "../x"}, "image"),
    create({"image": "A"}, "image"),
    create({"image": ""}, "image"),
    create({"storage": "disk"}, "storage"),
    create({"limits": []}, "limits"),
    create({"limits": {"memory_bytes": 0}}, "limits.memory_bytes"),
    create({"limits": {"memory_bytes": -1}}, "limits.memory_bytes"),
    create({"limits": {"memory_bytes": 1.5}}, "limits.memory_bytes"),
    create({"limits": {"memory_bytes": "1GiB"}}, "limits.memory_bytes"),
    create({"limits": {"memory_bytes": True}}, "limits.memory_bytes"),
    create({"limits": {"memory_bytes": 1 << 62}}, "limits.memory_bytes"),
    create(b'{"limits": {"memory_bytes": 1e30}}', "limits.memory_bytes"),
    create({"limits": {"cpus": 0}}, "limits.cpus"),
    create({"limits": {"cpus": 9}}, "limits.cpus"),
    create({"limits": {"cpus": False}}, "limits.cpus"),
    create({"limits": {"pids": 5000}}, "limits.pids"),
    create({"limits": {"workspace_bytes": 1 << 40}}, "limits.workspace_bytes"),
    create({"limits": {"tmp_bytes": 1 << 40}}, "limits.tmp_bytes"),
    create({"metadata": {"a": 1}}, "metadata"),
    create({"metadata": {"": "a"}}, "metadata"),
    create({"metadata": {"k" * 65: "a"}}, "metadata"),
    create({"metadata": {"k": "v" * 1025}}, "metadata"),
    create({"metadata": {f"k{i}": "v" for i in range(33)}}, "metadata"),
    execute({}, "code"),
    execute({"code": None}, "code"),
    execute({"code": 1}, "code"),
    execute({"code": "1", "language": "python"}, "language", "unknown_field"),
    execute({"code": "1", "timeout_seconds": 0}, "timeout_seconds"),
    execute({"code": "1", "timeout_seconds": True}, "timeout_seconds"),
    execute({"code": "1", "timeout_seconds": 86401}, "timeout_seconds"),
    execute({"code": "1", "queue": "later"}, "queue"),
    execute({"code": "1", "wait": "no"}, "wait"),
    execute({"code": "x" * (9 << 20)}, "", "payload_too_large", 413),
    execute({"code": "x" * (17 << 20)}, "", "payload_too_large", 413),
    # Types of bodies
    Wrong("POST", "/v1/sessions", b"{}", 415, "unsupported_media_type", headers={"Content-Type": "text/plain"}),
    Wrong("POST", "/v1/sessions/{id}/executions", b"1", 415, "unsupported_media_type", headers={"Content-Type": "x"}),
    Wrong("DELETE", "/v1/sessions/{id}", {"force": True}, 400, "unknown_field", "force"),
    # Ids
    get("/v1/sessions/x", "session_not_found"),
    get(f"/v1/sessions/{SESSION}", "session_not_found", SESSION),
    get(f"/v1/sessions/{SESSION.upper()}", "session_not_found"),
    get("/v1/sessions/" + "x" * 5000, "session_not_found"),
    get(f"/v1/sessions/{SESSION}/executions", "session_not_found"),
    get(f"/v1/sessions/{SESSION}/files", "session_not_found"),
    get("/v1/sessions/{id}/executions/x", "execution_not_found"),
    get("/v1/sessions/{id}/executions/" + EXECUTION, "execution_not_found", EXECUTION),
    get("/v1/sessions/{id}/executions/" + EXECUTION + "/events", "execution_not_found"),
    get("/v1/sessions/{id}/executions/" + EXECUTION + "/artifacts", "execution_not_found"),
    get("/v1/sessions/{id}/executions/" + EXECUTION + "/output/stdout", "execution_not_found"),
    Wrong("POST", "/v1/sessions/{id}/executions/" + EXECUTION + "/interrupt", None, 404, "execution_not_found"),
    get("/v1/artifacts/x", "artifact_not_found"),
    get("/v1/artifacts/" + "f" * 64, "artifact_not_found"),
    # Queries
    get("/v1/sessions?color=red", tells="color"),
    get("/v1/sessions?limit=0", tells="limit"),
    get("/v1/sessions?limit=501", tells="limit"),
    get("/v1/sessions?limit=ten", tells="limit"),
    get("/v1/sessions?limit=1&limit=2", tells="limit"),
    get("/v1/sessions?cursor=nonsense", tells="cursor"),
    get("/v1/sessions?cursor=", tells="cursor"),
    get("/v1/sessions?name=%ff", tells="name"),
    get("/v1/sessions/{id}?verbose=1", tells="verbose"),
    get("/v1/sessions/{id}/executions?cursor=nonsense", tells="cursor"),
    get("/v1/sessions/{id}/artifacts?cursor=nonsense", tells="cursor"),
    get("/v1/sessions/{id}/executions/" + EXECUTION + "/events?after=-1", tells="after"),
    get("/v1/status?deep=1", tells="deep"),
    # Places and methods
    get("/", "not_found"),
    get("/v1", "not_found"),
    get("/v2/sessions", "not_found"),
    get("/v1/sessions/{id}/secrets", "not_found"),
    Wrong("PUT", "/v1/sessions", {}, 405, "method_not_allowed"),
    Wrong("PATCH", "/v1/sessions/{id}", {}, 405, "method_not_allowed"),
    Wrong("DELETE", "/v1/status", None, 405, "method_not_allowed"),
    # Idempotency keys
    Wrong("POST", "/v1/sessions", {}, 400, "invalid_request", "Idempotency-Key", {"Idempotency-Key": "a b"}),
    Wrong("POST", "/v1/sessions", {}, 400, "invalid_request", "Idempotency-Key", {"Idempotency-Key": "x" * 129}),
]


@pytest.fixture(scope="module")
def target(instance: Any) -> Any:
    """A session that no wrong request changes."""
    session = instance.client.create()["id"]
    yield session
    assert instance.client.execute(session, "1 + 1")["number"] == 1
    instance.client.delete(session)


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_refusals(client: Client, target: str, wrong: Wrong) -> None:
    body = (
        wrong.content
        if wrong.content is None or isinstance(wrong.content, bytes)
        else json.dumps(wrong.content).encode()
    )
    headers = {**(JSON_TYPE if body is not None else {}), **wrong.headers}
    response = client.request(wrong.method, wrong.path.replace("{id}", target), body, headers)
    error = check_shape(response)
    assert (response.status, error["code"]) == (wrong.status, wrong.code), error
    assert wrong.tells in error["message"], error
    if wrong.code == "method_not_allowed":
        assert response.headers["allow"]


def check_shape(response: Response) -> dict[str, Any]:
    assert response.headers["content-type"].startswith("application/json")
    answer = response.json()
    assert list(answer) == ["error"]
    error: dict[str, Any] = answer["error"]
    assert set(error) == {"code", "message", "remedy", "request_id", "details"}
    assert error["message"].strip()
    assert error["remedy"].strip()
    assert error["request_id"] == response.headers["x-request-id"]
    assert re.fullmatch("[0-9a-f]{16}", error["request_id"])
    return error


def test_every_answer_has_its_own_request_id(client: Client, session: Session) -> None:
    paths = ["/v1/status", "/health/live", "/openapi.json", f"/v1/sessions/{session.id}", "/nothing"]
    ids = [client.request("GET", path).headers["x-request-id"] for path in paths * 3]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    "raw",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"GET /v1/status HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"\0" * 5000,
        b"\x16\x03\x01" * 100,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_is_no_http_is_refused(client: Client, raw: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.settimeout(20)
        end.connect(str(client.path))
        try:
            end.sendall(raw)
            end.shutdown(socket.SHUT_WR)
            answer = b""
            while part := end.recv(65536):
                answer += part
        except (BrokenPipeError, ConnectionResetError):
            answer = b""
    assert answer == b"" or answer.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4"))
    assert client.get("/health/live") == {"status": "ok"}


def test_connections_that_say_nothing_hold_up_nobody(instance: Instance, client: Client) -> None:
    """More than NIO's own backlog, from clients that do not wait for a place in it."""
    silent = []
    # As on a host that is too busy to accept anything.
    os.kill(instance.daemon_pid, signal.SIGSTOP)
    try:
        for _ in range(500):
            end = socket.socket(socket.AF_UNIX)
            end.setblocking(False)
            silent.append(end)
            end.connect(str(client.path))
    finally:
        os.kill(instance.daemon_pid, signal.SIGCONT)
    try:
        assert client.get("/health/ready")["status"] == "ready"
    finally:
        for end in silent:
            end.close()
