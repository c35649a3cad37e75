# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Many sessions: one after another they leave nothing, side by side they do not mix, and their number costs nothing."""

from __future__ import annotations

import secrets
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from host import has_tmpfs_workspaces, patience, scaled

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance

MIB = 1 << 20
SMALL = {"memory_bytes": 64 * MIB, "workspace_bytes": 4 * MIB, "tmp_bytes": MIB}


def resident(pid: int) -> int:
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]) * 1024


def test_sessions_leave_nothing(instance: Instance) -> None:
    """Each leaves a daemon of its own behind, files, an artifact, and every third a crash."""
    client = instance.client
    before = instance.warm_up()
    servers = (instance.spawner_pid, instance.daemon_pid)
    memory = 0
    count = scaled(100, least=20)
    for number in range(count):
        session = client.create(storage="tmpfs" if number % 10 == 9 and has_tmpfs_workspaces() else "pool")["id"]
        code = f"""
import subprocess
subprocess.Popen(['sleep', '600'], start_new_session=True)
open('/workspace/artifacts/number.txt', 'w').write('{number} {secrets.token_hex(4)}')
open('/tmp/file', 'w').write('x' * 100000)
{number}"""
        execution = client.execute(session, code)
        assert execution["value"] == {"text/plain": str(number)}
        assert [artifact["path"] for artifact in execution["artifacts"]] == ["number.txt"]
        if number % 3 == 0:
            ended = client.execute(session, "import os; os._exit(1)")
            assert ended["verdict"]["cause"] == "exited", ended
        client.delete(session)
        if number == count // 2:
            memory = resident(instance.daemon_pid)
    assert instance.leaks(before, 30) == {}
    assert (instance.spawner_pid, instance.daemon_pid) == servers
    assert client.get("/v1/status")["spawner"]["sessions"] == 0
    grown = resident(instance.daemon_pid) - memory
    print(f"the second half of {count} sessions added {grown / MIB:.1f} MiB to the daemon")
    assert grown < 16 * MIB


def test_failed_creations_leave_nothing(instance: Instance) -> None:
    client = instance.client
    before = instance.warm_up()
    for settings in ({"image": "no-such-image"}, {"limits": {"memory_bytes": 1 << 60}}, {"limits": {"pids": 1}}):
        for _ in range(5):
            response = client.request("POST", "/v1/sessions", _json(settings), {"Content-Type": "application/json"})
            assert 400 <= response.status < 500, response
    assert instance.leaks(before) == {}


def _json(content: JSON) -> bytes:
    import json

    return json.dumps(content).encode()


def test_parallel_sessions_do_not_mix(instance: Instance) -> None:
    client = instance.client
    rounds = scaled(10, least=3)

    def work(number: int) -> list[str]:
        """One caller: every answer must be its own."""
        wrong = []
        session = client.create(limits=SMALL)["id"]
        try:
            secret = f"{number}-{secrets.token_hex(8)}"
            client.upload(session, "mine.txt", secret.encode())
            client.execute(session, f"mine = {secret!r}")
            for turn in range(rounds):
                code = f"print(mine, {turn})\nopen('artifacts/{turn}.txt', 'w').write(mine)\nopen('mine.txt').read()"
                execution = client.execute(session, code)
                if execution["value"] != {"text/plain": repr(secret)}:
                    wrong.append(f"value {execution['value']}")
                if execution["stdout"]["text"] != f"{secret} {turn}\n":
                    wrong.append(f"stdout {execution['stdout']}")
                for artifact in execution["artifacts"]:
                    body = client.send("GET", f"/v1/artifacts/{artifact['sha256']}").body
                    if body != secret.encode():
                        wrong.append(f"artifact {body!r}")
            executions = client.pages(f"/v1/sessions/{session}/executions", "executions")
            if [execution["number"] for execution in executions] != list(range(1, rounds + 2)):
                wrong.append("numbers")
        finally:
            client.delete(session)
        return wrong

    with ThreadPoolExecutor(20) as pool:
        assert [found for found in pool.map(work, range(20)) if found] == []


def test_a_burst_of_creations(instance: Instance) -> None:
    client = instance.client
    count = scaled(50, least=10)

    def create(_: int) -> tuple[str, float]:
        start = time.monotonic()
        session = client.create(limits=SMALL)["id"]
        return session, time.monotonic() - start

    with ThreadPoolExecutor(count) as pool:
        made = list(pool.map(create, range(count)))
        for session, _ in made:
            client.delete(session)
    taken = sorted(seconds for _, seconds in made)
    print(f"{count} at once: median {taken[count // 2] * 1e3:.0f} ms, slowest {taken[-1] * 1e3:.0f} ms")
    assert len({session for session, _ in made}) == count
    assert taken[-1] < patience(20)


def test_creation_costs_the_same_beside_many(instance: Instance) -> None:
    client = instance.client
    few, many = 10, scaled(300, least=40)
    live: list[str] = []
    try:
        _fill(client, live, few)
        beside_few = _creation_cost(client)
        _fill(client, live, many)
        beside_many = _creation_cost(client)
        print(f"creation beside {few}: {beside_few * 1e3:.1f} ms, beside {many}: {beside_many * 1e3:.1f} ms")
        assert client.execute(live[0], "1 + 1")["value"] == client.execute(live[-1], "1 + 1")["value"]
        listed = {session["id"] for session in client.pages("/v1/sessions", "sessions", limit=100)}
        assert set(live) <= listed
        assert beside_many < 10 * beside_few
    finally:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(client.delete, live))


def _fill(client: Client, live: list[str], count: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        live += [session["id"] for session in pool.map(lambda _: client.create(limits=SMALL), range(count - len(live)))]


def _creation_cost(client: Client) -> float:
    """Median seconds from the request to the first answer of the interpreter."""
    taken = []
    for _ in range(scaled(20, least=5)):
        start = time.monotonic()
        session = client.create(limits=SMALL)["id"]
        client.execute(session, "1")
        taken.append(time.monotonic() - start)
        client.delete(session)
    return statistics.median(taken)
