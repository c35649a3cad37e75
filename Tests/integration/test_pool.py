# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Sessions that have started before anybody asks for them."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
import uuid
from operator import le
from typing import TYPE_CHECKING

import pytest

from api_client import ApiError
from fixtures import own_instance
from host import IMAGE, has_tmpfs_workspaces, patience, processes, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_client import JSON, Client
    from instance import Instance

READY = 6
KEPT = f"""
[pool]
zygote = false
ready = {READY}
holders = 0
"""
SAMPLE = re.compile(r'([a-z_]+)(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? (\S+)')


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """One that keeps sessions ready."""
    with own_instance("pool", kept=KEPT, spawner_flags=("--max-sessions", "24")) as running:
        yield running


@pytest.fixture(autouse=True)
def full(client: Client) -> Iterator[None]:
    wait_full(client)
    yield
    for session in client.pages("/v1/sessions", "sessions"):
        client.delete(session["id"])


def pool(client: Client) -> JSON:
    found: JSON = client.get("/v1/status")["pools"][0]
    return found


def wait_full(client: Client, count: int = READY) -> None:
    assert wait_until(lambda: pool(client)["ready"] == count, patience(20)), pool(client)


def path(session: JSON) -> str:
    found: str = session["creation"]["path"]
    return found


def test_a_session_is_there_at_once(client: Client) -> None:
    session = client.create()
    assert path(session) == "ready"
    assert set(session["creation"]["phases"]) == {"assign", "journal"}
    assert session["creation"]["milliseconds"] < patience(0.1) * 1000
    assert (session["state"], session["incarnation"], session["executions"]) == ("ready", 1, 0)
    assert session["owner_uid"] == os.getuid()
    assert abs(time.time() - _seconds(session["created_at"])) < patience(2)
    assert session["created_at"] == session["last_activity_at"]
    assert client.execute(session["id"], "1 + 1")["value"] == {"text/plain": "2"}
    assert {key: client.session(session["id"])[key] for key in ("id", "creation", "limits")} == {
        key: session[key] for key in ("id", "creation", "limits")
    }


def _seconds(stamp: str) -> float:
    whole, fraction = stamp.rstrip("Z").split(".")
    return time.mktime(time.strptime(whole, "%Y-%m-%dT%H:%M:%S")) - time.timezone + float(f"0.{fraction}")


def test_what_waits_is_no_session_of_anybody(client: Client) -> None:
    assert client.pages("/v1/sessions", "sessions") == []
    status = client.get("/v1/status")
    assert status["sessions"] == []
    assert status["spawner"]["sessions"] == READY
    mine = client.create()
    assert [session["id"] for session in client.pages("/v1/sessions", "sessions")] == [mine["id"]]
    assert [session["id"] for session in client.get("/v1/status")["sessions"]] == [mine["id"]]


def test_the_pool_is_filled_again(client: Client) -> None:
    taken = [client.create() for _ in range(3)]
    assert {path(session) for session in taken} == {"ready"}
    wait_full(client)
    assert client.get("/v1/status")["spawner"]["sessions"] == READY + 3
    for session in taken:
        client.delete(session["id"])
    assert wait_until(lambda: client.get("/v1/status")["spawner"]["sessions"] == READY, patience(10))


def test_names_and_metadata_are_the_callers(client: Client) -> None:
    mine = client.create(name="mine", metadata={"purpose": "test"})
    assert (path(mine), mine["name"], mine["metadata"]) == ("ready", "mine", {"purpose": "test"})
    assert client.create(name="mine")["id"] == mine["id"]
    assert client.get("/v1/sessions", name="mine")["sessions"][0]["id"] == mine["id"]
    with pytest.raises(ApiError) as refused:
        client.create(name="mine", metadata={"purpose": "other"})
    assert refused.value.code == "name_in_use_with_other_settings"


def test_one_name_is_one_session(client: Client) -> None:
    made: list[JSON] = []
    threads = [threading.Thread(target=lambda: made.append(client.create(name="one"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len({session["id"] for session in made}) == 1
    assert len(client.pages("/v1/sessions", "sessions")) == 1
    wait_full(client)


def test_a_repeated_key_is_one_session(client: Client) -> None:
    key = str(uuid.uuid4())
    first, second = (client.send("POST", "/v1/sessions", {}, Idempotency_Key=key).json() for _ in range(2))
    assert first == second
    assert path(first) == "ready"
    assert len(client.pages("/v1/sessions", "sessions")) == 1


def test_other_settings_are_made_afresh(client: Client) -> None:
    assert path(client.create(limits={"pids": 48})) == "exec"
    if has_tmpfs_workspaces():
        assert path(client.create(storage="tmpfs")) == "exec"
    assert path(client.create(image=IMAGE, limits={"pids": 64})) == "ready"


def test_a_burst_is_served(client: Client) -> None:
    made: list[JSON] = []
    threads = [threading.Thread(target=lambda: made.append(client.create())) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    paths = [path(session) for session in made]
    assert len(paths) == 16
    assert paths.count("ready") >= READY
    assert len({session["id"] for session in made}) == 16
    for session in made:
        assert client.execute(session["id"], "1")["status"] == "ok"


def test_ready_sessions_give_way(client: Client) -> None:
    """The spawner keeps 24: callers can have all of them."""
    made = [client.create(limits={"pids": 40}) for _ in range(24)]
    assert {path(session) for session in made} == {"exec"}
    assert pool(client)["ready"] == 0
    with pytest.raises(ApiError) as refused:
        client.create(limits={"pids": 40})
    assert refused.value.code == "too_many_sessions"
    for session in made:
        client.delete(session["id"])
    wait_full(client)


def test_a_driver_that_ends_is_replaced(instance: Instance, client: Client) -> None:
    failures = pool(client)["ready_failures"]
    drivers = [process.pid for process in processes() if process.user in instance.users and "init" not in process.name]
    assert len(drivers) == READY
    os.kill(drivers[0], signal.SIGKILL)
    assert wait_until(lambda: pool(client)["ready_failures"] == failures + 1, patience(10))
    wait_full(client)
    assert "driver" in pool(client)["last_failure"]
    assert client.execute(client.create()["id"], "1 + 1")["verdict"]["state"] == "preserved"


def test_a_killed_daemon_leaves_nothing(instance: Instance, client: Client) -> None:
    mine = client.create()
    client.execute(mine["id"], "kept = 1")
    wait_full(client)
    before = _sizes(instance)
    for _ in range(3):
        instance.kill_daemon()
        instance.start()
        wait_full(client)
    assert client.execute(mine["id"], "kept")["value"] == {"text/plain": "1"}
    assert [session["id"] for session in client.pages("/v1/sessions", "sessions")] == [mine["id"]]
    assert client.get("/v1/status")["spawner"]["sessions"] == READY + 1
    assert wait_until(lambda: all(map(le, _sizes(instance), before)), patience(15)), (_sizes(instance), before)


def _sizes(instance: Instance) -> list[int]:
    """How much of each kind there is: one ready session is like another."""
    now = instance.resources()
    kinds = [now.processes, now.mounts, now.cgroups, now.network_namespaces, now.subvolumes, now.quota_groups]
    return [kind.total() for kind in kinds]


def test_a_daemon_killed_in_a_burst_loses_no_session(instance: Instance, client: Client) -> None:
    """A session is in the journal with all that belongs to it, or it is nowhere."""
    named: list[str] = []

    def create(number: int) -> None:
        try:
            named.append(client.create(name=f"burst-{number}")["id"])
        except (OSError, ApiError):
            return

    threads = [threading.Thread(target=create, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    time.sleep(0.02)
    instance.kill_daemon()
    for thread in threads:
        thread.join()
    instance.start()
    wait_full(client)
    kept = client.pages("/v1/sessions", "sessions")
    assert set(named) <= {session["id"] for session in kept}
    for session in kept:
        assert client.execute(session["id"], "2 + 2")["value"] == {"text/plain": "4"}
    assert client.get("/v1/status")["spawner"]["sessions"] == READY + len(kept)


def test_a_restarted_daemon_starts_afresh(instance: Instance, client: Client) -> None:
    mine = client.create()
    client.execute(mine["id"], "1")
    instance.restart_daemon()
    wait_full(client)
    assert client.get("/v1/status")["spawner"]["sessions"] == READY + 1
    assert path(client.create()) == "ready"
    assert client.session(mine["id"])["creation"] == mine["creation"]


def test_a_new_spawner_is_given_a_new_pool(instance: Instance, client: Client) -> None:
    mine = client.create()
    instance.kill_spawner()
    instance.start()
    wait_full(client)
    assert client.session(mine["id"])["state"] == "failed"
    assert path(client.create()) == "ready"


def test_metrics_parse(client: Client) -> None:
    samples = _metrics(client)
    paths = {name for name in samples if name.startswith("cloister_session_creations_total")}
    assert paths == {f'cloister_session_creations_total{{path="{path}"}}' for path in ("ready", "zygote", "exec")}
    before = samples['cloister_session_creations_total{path="ready"}']
    client.create()
    wait_full(client)
    samples = _metrics(client)
    assert samples['cloister_session_creations_total{path="ready"}'] == before + 1
    assert samples['cloister_session_creation_seconds_count{path="ready"}'] == before + 1
    assert samples['cloister_session_creation_phase_seconds_count{path="ready",phase="journal"}'] == before + 1
    assert samples[f'cloister_pool_ready{{image="{IMAGE}"}}'] == READY
    assert samples[f'cloister_pool_refills_total{{image="{IMAGE}",path="exec"}}'] >= READY
    assert samples["cloister_sessions"] == 1
    assert samples["cloister_daemon_resident_bytes"] > 0


def _metrics(client: Client) -> dict[str, float]:
    """Each line is a comment or a sample; each sample belongs to the family before it."""
    response = client.send("GET", "/metrics")
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples: dict[str, float] = {}
    family = ""
    for line in response.body.decode().splitlines():
        if line.startswith("#"):
            family = line.split()[2]
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        assert match[1].startswith(family), line
        key = line.rpartition(" ")[0]
        assert key not in samples, line
        samples[key] = float(match[4])
    return samples
