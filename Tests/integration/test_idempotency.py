# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Requests that are repeated with an Idempotency-Key happen once."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from api_client import ApiError

if TYPE_CHECKING:
    from api_client import JSON, Client
    from sandbox import Session


@pytest.fixture
def key() -> str:
    return secrets.token_hex(16)


def test_a_repeated_creation_is_one_session(client: Client, key: str) -> None:
    settings: JSON = {"metadata": {"a": "b"}}
    first = client.send("POST", "/v1/sessions", settings, Idempotency_Key=key)
    again = client.send("POST", "/v1/sessions", settings, Idempotency_Key=key)
    assert (again.status, again.json()) == (first.status, first.json())
    other = client.send("POST", "/v1/sessions", settings, Idempotency_Key=key + "x")
    assert other.json()["id"] != first.json()["id"]
    with pytest.raises(ApiError) as refusal:
        client.send("POST", "/v1/sessions", {"metadata": {"a": "c"}}, Idempotency_Key=key)
    assert (refusal.value.status, refusal.value.code) == (409, "idempotency_conflict")
    for made in (first, other):
        client.delete(made.json()["id"])


def test_a_failure_is_not_kept(client: Client, key: str) -> None:
    for _ in range(2):
        with pytest.raises(ApiError) as refusal:
            client.send("POST", "/v1/sessions", {"image": "no-such-image"}, Idempotency_Key=key)
        assert (refusal.value.status, refusal.value.code) == (400, "invalid_request")
    made = client.send("POST", "/v1/sessions", {}, Idempotency_Key=key)
    assert made.status == 201
    client.delete(made.json()["id"])


def test_a_repeated_execution_runs_once(client: Client, session: Session, key: str) -> None:
    at = f"/v1/sessions/{session.id}/executions"
    session.execute("count = 0")
    body = {"code": "count += 1\nprint('once')\ncount"}
    first = client.send("POST", at, body, Idempotency_Key=key).json()
    assert client.send("POST", at, body, Idempotency_Key=key).json() == first
    assert session.execute("count").value == "1"
    with pytest.raises(ApiError) as refusal:
        client.send("POST", at, {"code": "count += 2"}, Idempotency_Key=key)
    assert (refusal.value.status, refusal.value.code) == (409, "idempotency_conflict")
    lines = client.send("POST", at, body, Idempotency_Key=key, Accept="application/x-ndjson").body.splitlines()
    assert len(lines) == 3
    assert first["id"].encode() in lines[0]


def test_repetitions_at_once_wait_for_the_same_execution(client: Client, session: Session, key: str) -> None:
    at = f"/v1/sessions/{session.id}/executions"
    body = {"code": "import time; time.sleep(0.3); seen = seen + 1 if 'seen' in globals() else 1; seen"}

    def ask(_: int) -> JSON:
        answer: JSON = client.send("POST", at, body, Idempotency_Key=key).json()
        return answer

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    assert {answer["id"] for answer in answers} == {answers[0]["id"]}
    assert answers[0]["value"] == {"text/plain": "1"}
    assert session.execute("seen").value == "1"


def test_one_key_for_two_sessions_is_a_conflict(client: Client, session: Session, key: str) -> None:
    other = client.create()["id"]
    body = {"code": "1"}
    client.send("POST", f"/v1/sessions/{session.id}/executions", body, Idempotency_Key=key)
    with pytest.raises(ApiError) as refusal:
        client.send("POST", f"/v1/sessions/{other}/executions", body, Idempotency_Key=key)
    assert refusal.value.code == "idempotency_conflict"
    client.delete(other)


def test_a_repeated_deletion_is_done(client: Client, key: str) -> None:
    session = client.create()["id"]
    for _ in range(2):
        assert client.send("DELETE", f"/v1/sessions/{session}", Idempotency_Key=key).status == 204
    with pytest.raises(ApiError) as refusal:
        client.delete(session)
    assert refusal.value.status == 404


def test_a_repeated_upload_and_its_deletion(client: Client, session: Session, key: str) -> None:
    at = client.file_path(session.id, "f")
    headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": key}
    first = client.request("PUT", at, b"once", headers)
    assert first.status == 201
    session.execute("open('f', 'a').write(' and more')")
    again = client.request("PUT", at, b"once", headers)
    assert (again.status, again.json()) == (201, first.json())
    assert client.download(session.id, "f") == b"once and more"
    for _ in range(2):
        assert client.request("DELETE", at, headers={"Idempotency-Key": key + "d"}).status == 204
