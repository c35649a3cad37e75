# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Sessions through the socket: created, found, listed, deleted."""

from __future__ import annotations

import os
import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from api_client import ApiError
from host import IMAGE, patience, wait_until

if TYPE_CHECKING:
    from api_client import JSON, Client
    from sandbox import Session, Sessions

MIB = 1 << 20


def name() -> str:
    return f"thread-{secrets.token_hex(8)}"


def test_a_new_session_says_what_it_is(client: Client) -> None:
    response = client.send("POST", "/v1/sessions", {"metadata": {"purpose": "test"}})
    created = response.json()
    try:
        assert response.status == 201
        assert re.fullmatch("ses_local_[a-z2-7]{26}", created["id"])
        assert (created["name"], created["image"], created["storage"]) == (None, IMAGE, "pool")
        assert (created["state"], created["incarnation"]) == ("ready", 1)
        assert (created["executions"], created["artifacts"]) == (0, 0)
        assert created["owner_uid"] == os.getuid()
        assert created["metadata"] == {"purpose": "test"}
        assert created["limits"]["memory_bytes"] == 256 * MIB
        assert (created["creation"]["path"], created["creation"]["holder"]) == ("exec", "fresh")
        assert 0 < created["creation"]["milliseconds"] < patience(5) * 1000
        assert {"holder", "driver", "interpreter"} <= set(created["creation"]["phases"])
        found = client.session(created["id"])
        assert found["usage"]["pids"] >= 2
        assert 0 < found["usage"]["memory_bytes"] <= 256 * MIB
        assert {key: found[key] for key in ("id", "limits", "metadata")} == {
            key: created[key] for key in ("id", "limits", "metadata")
        }
    finally:
        client.delete(created["id"])


def test_limits_are_the_ones_asked_for(new_session: Sessions) -> None:
    limits = {"memory_bytes": 96 * MIB, "cpus": 2, "pids": 16, "workspace_bytes": 8 * MIB, "tmp_bytes": 4 * MIB}
    session = new_session(limits=limits)
    assert session.created["limits"] == limits
    assert session.execute("import shutil; shutil.disk_usage('/tmp').total").value == str(4 * MIB)
    told = session.execute("int(open('/proc/meminfo').readline().split()[1])").value
    assert told == str(96 * 1024)
    assert session.execute("import os; os.cpu_count()").value == "2"


def test_a_name_finds_its_session_again(client: Client, new_session: Sessions) -> None:
    mine = name()
    settings: JSON = {"name": mine, "limits": {"pids": 32}, "metadata": {"a": "b"}}
    first = new_session(**settings)
    again = client.send("POST", "/v1/sessions", settings)
    assert (again.status, again.json()["id"]) == (200, first.id)
    # Who names no settings takes it as it is.
    assert client.create(name=mine)["id"] == first.id
    assert [found["id"] for found in client.get("/v1/sessions", name=mine)["sessions"]] == [first.id]
    assert client.get("/v1/sessions", name=name())["sessions"] == []
    first.close()
    second = new_session(**settings)
    assert second.id != first.id


@pytest.mark.parametrize(
    "other",
    [{"limits": {"pids": 33}}, {"metadata": {"a": "c"}}, {"metadata": {}}, {"storage": "tmpfs"}, {"image": "other"}],
)
def test_a_name_with_other_settings_is_refused(client: Client, new_session: Sessions, other: JSON) -> None:
    mine = name()
    session = new_session(name=mine, limits={"pids": 32}, metadata={"a": "b"})
    with pytest.raises(ApiError) as refusal:
        client.create(name=mine, **other)
    assert (refusal.value.status, refusal.value.code) == (409, "name_in_use_with_other_settings")
    assert session.execute("1 + 1").value == "2"


def test_one_name_at_once_is_one_session(client: Client) -> None:
    mine = name()

    def create(_: int) -> tuple[int, str]:
        response = client.send("POST", "/v1/sessions", {"name": mine})
        return response.status, response.json()["id"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(create, range(8)))
    assert len({identifier for _, identifier in answers}) == 1
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    client.delete(answers[0][1])


def test_the_list_has_pages(client: Client, new_session: Sessions) -> None:
    made = [new_session().id for _ in range(5)]
    listed = [session["id"] for session in client.pages("/v1/sessions", "sessions", limit=2)]
    assert len(listed) == len(set(listed))
    assert [identifier for identifier in listed if identifier in made] == made
    page = client.get("/v1/sessions", limit=2)
    assert len(page["sessions"]) == 2
    assert page["next_cursor"]


def test_a_page_goes_on_after_its_last_entry_is_gone(client: Client, new_session: Sessions) -> None:
    made = [new_session() for _ in range(4)]
    seen: list[str] = []
    cursor = None
    while made[1].id not in seen:
        page = client.get("/v1/sessions", limit=1, cursor=cursor)
        seen += [session["id"] for session in page["sessions"]]
        cursor = page["next_cursor"]
    made[1].close()
    rest = client.pages("/v1/sessions", "sessions", limit=100) if cursor is None else []
    while cursor is not None:
        page = client.get("/v1/sessions", limit=1, cursor=cursor)
        rest += page["sessions"]
        cursor = page["next_cursor"]
    assert {made[2].id, made[3].id} <= {session["id"] for session in rest}


def test_a_deleted_session_is_not_found(client: Client, new_session: Sessions) -> None:
    session = new_session()
    execution = client.execute(session.id, "1")["id"]
    assert client.send("DELETE", f"/v1/sessions/{session.id}").status == 204
    session.closed = True
    at = f"/v1/sessions/{session.id}"
    requests: list[tuple[str, str, Any]] = [
        ("GET", at, None),
        ("DELETE", at, None),
        ("POST", f"{at}/executions", {"code": "1"}),
        ("GET", f"{at}/executions", None),
        ("GET", f"{at}/executions/{execution}", None),
        ("GET", f"{at}/files", None),
        ("GET", f"{at}/artifacts", None),
    ]
    for method, path, content in requests:
        with pytest.raises(ApiError) as refusal:
            client.send(method, path, content)
        assert (refusal.value.status, refusal.value.code) == (404, "session_not_found"), (method, path)
    assert session.id not in {listed["id"] for listed in client.pages("/v1/sessions", "sessions")}


def test_deleting_ends_what_runs_and_what_waits(client: Client, new_session: Sessions) -> None:
    session = new_session()
    with client.stream(session.id, "import time; print('on', flush=True); time.sleep(60)") as events:
        lines = iter(events)
        while next(lines)["type"] != "stdout":
            continue
        waiting = client.execute(session.id, "1", wait=False)
        assert waiting["state"] == "queued"
        session.close()
        last = list(lines)[-1]
    assert last["type"] == "result"
    assert (last["execution"]["status"], last["execution"]["verdict"]["cause"]) == ("lost", "killed")


def test_a_session_in_memory(new_session: Sessions) -> None:
    if tuple(map(int, re.findall(r"\d+", os.uname().release)[:2])) < (6, 3):
        with pytest.raises(ApiError) as refusal:
            new_session(storage="tmpfs", limits={"workspace_bytes": 2 * MIB})
        assert refusal.value.status == 400, refusal.value
        pytest.skip("kernels before 6.3 map no ids on tmpfs: such a session is refused, as it should be")
    session = new_session(storage="tmpfs", limits={"workspace_bytes": 2 * MIB})
    assert session.created["storage"] == "tmpfs"
    assert session.execute("open('/workspace/a', 'w').write('kept'); open('/workspace/a').read()").value == "'kept'"
    full = session.execute("open('/workspace/b', 'wb').write(bytes(4 << 20))").execution
    assert (full["verdict"]["state"], full["verdict"]["cause"]) == ("preserved", "disk_full")
    assert full["verdict"]["limit"] == {"name": "workspace_bytes", "value": 2 * MIB}


def test_the_status_shows_it(client: Client, session: Session) -> None:
    session.execute("x = 1")
    status = client.get("/v1/status")
    assert status["daemon"]["healthy"], status["daemon"]["problems"]
    assert status["spawner"]["connected"]
    assert status["spawner"]["sessions"] >= 1
    (shown,) = [entry for entry in status["sessions"] if entry["id"] == session.id]
    assert (shown["state"], shown["executions"]) == ("ready", 1)
    assert client.get("/health/live") == {"status": "ok"}
    assert client.get("/health/ready") == {"status": "ready", "problems": []}


def test_activity_is_noted(client: Client, session: Session) -> None:
    before = client.session(session.id)["last_activity_at"]
    assert wait_until(lambda: session.execute("1").value == "1")
    assert client.session(session.id)["last_activity_at"] > before


def test_an_unknown_image_is_named(client: Client) -> None:
    with pytest.raises(ApiError) as refusal:
        client.create(image="no-such-image")
    assert (refusal.value.status, refusal.value.code) == (400, "invalid_request")
    assert "no-such-image" in refusal.value.error["message"]
