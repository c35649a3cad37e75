# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Checkpoints that callers name and go back to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from api_client import ApiError
from host import wait_until
from sandbox import Sessions

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Session


def save(client: Client, session: Session, name: str) -> JSON:
    made: JSON = client.send("POST", f"/v1/sessions/{session.id}/checkpoints", {"name": name}).json()
    return made


def go_back(client: Client, session: Session, name: str) -> JSON:
    found: JSON = client.send("POST", f"/v1/sessions/{session.id}/rollback", {"name": name}).json()
    return found


def names(client: Client, session: Session) -> list[str]:
    return [one["name"] for one in client.get(f"/v1/sessions/{session.id}/checkpoints")["checkpoints"]]


def test_back_and_forth(client: Client, session: Session) -> None:
    first = client.execute(session.id, "x = 'first'")
    assert save(client, session, "one")["execution_id"] == first["id"]
    session.execute("x = 'second'")
    save(client, session, "two")
    session.execute("x = 'third'")
    assert names(client, session) == ["one", "two"]
    for name, value in [("one", "'first'"), ("two", "'second'"), ("one", "'first'"), ("one", "'first'")]:
        go_back(client, session, name)
        assert session.execute("x").value == value
    assert sorted(names(client, session)) == ["one", "two"]


def test_the_session_says_that_it_went_back(client: Client, session: Session) -> None:
    session.execute("x = 1")
    save(client, session, "a")
    session.execute("import subprocess\nsubprocess.Popen(['sleep', '1000'])\nx = 2")
    go_back(client, session, "a")
    assert client.session(session.id)["incarnation"] == 2
    # What has ended may not have been collected yet.
    listing = "import os\n[open(f'/proc/{n}/stat').read().split()[1:3] for n in os.listdir('/proc') if n.isdigit()]"
    processes = eval(str(session.execute(listing).value))
    assert not [state for name, state in processes if name == "(sleep)" and state != "Z"], processes


def test_a_crash_does_not_cost_it(client: Client, new_session: Sessions) -> None:
    session = new_session(checkpoint="off")
    session.execute("x = 1")
    save(client, session, "safe")
    session.execute("x = 2")
    execution = client.execute(session.id, "import os; os._exit(1)")
    # It is what there is to go back to, whatever the policy.
    assert execution["verdict"]["state"] == "rolled_back"
    assert session.execute("x").value == "1"
    go_back(client, session, "safe")


def test_what_cannot_be(client: Client, session: Session) -> None:
    def refused(status: int, call: Any, *arguments: Any) -> str:
        with pytest.raises(ApiError) as caught:
            call(*arguments)
        assert caught.value.status == status
        return str(caught.value)

    refused(400, save, client, session, "no spaces")
    refused(404, go_back, client, session, "nothing")
    session.execute("import threading, time\nthreading.Thread(target=time.sleep, args=(30,), daemon=True).start()")
    assert "threads" in refused(409, save, client, session, "a")
    with pytest.raises(ApiError):
        client.send("DELETE", f"/v1/sessions/{session.id}/checkpoints/nothing")


def test_not_while_something_runs(client: Client, session: Session) -> None:
    session.execute("x = 1")
    save(client, session, "a")
    runner = threading.Thread(target=session.execute, args=("import time\ntime.sleep(2)",))
    runner.start()
    assert wait_until(lambda: client.session(session.id)["state"] == "running")
    for call in (save, go_back):
        with pytest.raises(ApiError) as caught:
            call(client, session, "b" if call is save else "a")
        assert (caught.value.status, caught.value.code) == (409, "session_busy")
    runner.join()


def test_deleting_one(client: Client, session: Session) -> None:
    session.execute("x = 1")
    save(client, session, "a")
    client.send("DELETE", f"/v1/sessions/{session.id}/checkpoints/a")
    assert names(client, session) == []
    save(client, session, "a")
    assert names(client, session) == ["a"]


def test_a_killed_daemon_keeps_them(instance: Instance, client: Client) -> None:
    sessions = Sessions(instance)
    try:
        session = sessions()
        made = client.execute(session.id, "x = 1")
        named = save(client, session, "kept")
        go_back(client, session, "kept")
        session.execute("x = 2")
        instance.kill_daemon()
        instance.start()
        (found,) = client.get(f"/v1/sessions/{session.id}/checkpoints")["checkpoints"]
        assert (found["name"], found["execution_id"]) == ("kept", made["id"])
        assert found["created_at"] == named["created_at"]
        go_back(client, session, "kept")
        assert session.execute("x").value == "1"
    finally:
        sessions.close()
