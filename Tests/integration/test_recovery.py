# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The daemon dies and comes back; the spawner dies and another takes its place."""

from __future__ import annotations

import hashlib
import random
import re
import secrets
import threading
import time
from typing import TYPE_CHECKING

import pytest

from api_client import ApiError
from fixtures import own_instance
from host import patience, processes, scaled, wait_until
from recorder import AWAY, Recorder, follow, output
from sandbox import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_client import JSON, Client
    from instance import Instance

MIB = 1 << 20


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """One that other tests do not use."""
    with own_instance("recovery") as running:
        yield running


def begin(client: Client, session: Session, code: str, **settings: object) -> str:
    """Starts code and waits until it has said something."""
    execution: str = client.execute(session.id, code, wait=False, **settings)["id"]
    with client.events(session.id, execution) as events:
        for event in events:
            if event["type"] == "stdout":
                return execution
    raise AssertionError("it said nothing")


def result(client: Client, session: Session, execution: str) -> JSON:
    found: JSON = follow(client, session.id, execution)[-1]["execution"]
    return found


# The daemon is killed


def test_a_running_execution_goes_on(instance: Instance, client: Client, session: Session) -> None:
    session.execute("kept = 41\nimport os, time")
    code = """
open('artifacts/before', 'w').write('before')
for i in range(200):
    print('line', i, flush=True)
    time.sleep(0.01)
while not os.path.exists('go'):
    time.sleep(0.01)
open('artifacts/after', 'w').write('after')
kept + 1"""
    execution = begin(client, session, code)
    time.sleep(0.5)
    instance.kill_daemon()
    time.sleep(0.2)
    instance.start()
    now = client.execution(session.id, execution)
    assert (now["state"], now["incarnation"]) == ("running", 1)
    client.upload(session.id, "go", b"")
    events = follow(client, session.id, execution)
    assert output(events, "stdout") == "".join(f"line {i}\n" for i in range(200))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    found = events[-1]["execution"]
    assert (found["status"], found["value"]) == ("ok", {"text/plain": "42"})
    assert (found["verdict"]["state"], found["verdict"]["incarnation"]) == ("preserved", 1)
    assert {artifact["path"] for artifact in found["artifacts"]} == {"before", "after"}
    assert found["number"] == 2
    assert session.execute("kept").value == "41"
    assert client.session(session.id)["incarnation"] == 1


def test_a_result_that_nobody_waited_for(instance: Instance, client: Client, session: Session) -> None:
    code = "import time\nprint('on', flush=True)\ntime.sleep(0.3)\nprint('end')\nopen('artifacts/a', 'w').write('a')\n7"
    execution = begin(client, session, code)
    instance.kill_daemon()
    time.sleep(1)
    instance.start()
    found = result(client, session, execution)
    assert (found["status"], found["value"], found["stdout"]["text"]) == ("ok", {"text/plain": "7"}, "on\nend\n")
    assert [artifact["path"] for artifact in found["artifacts"]] == ["a"]


def test_an_interpreter_that_died_meanwhile(instance: Instance, client: Client, session: Session) -> None:
    code = "import os, time\nprint('on', flush=True)\ntime.sleep(0.3)\nprint('last', flush=True)\nos._exit(9)"
    execution = begin(client, session, code)
    instance.kill_daemon()
    time.sleep(1)
    instance.start()
    found = result(client, session, execution)
    assert (found["status"], found["verdict"]["cause"]) == ("lost", "exited")
    assert found["verdict"]["exit"] == {"code": 9, "signal": None}
    assert found["stdout"]["text"] == "on\nlast\n"
    assert client.execute(session.id, "1")["incarnation"] == 2


def test_much_output_while_nobody_reads(instance: Instance, client: Client, session: Session) -> None:
    code = """
import os, hashlib
digest = hashlib.sha256()
for i in range(400):
    block = f'{i:06} '.encode() + b'z' * 50000 + b'\\n'
    digest.update(block)
    while block:
        block = block[os.write(1, block):]
digest.hexdigest()"""
    execution = begin(client, session, code)
    instance.kill_daemon()
    time.sleep(0.3)
    instance.start()
    found = result(client, session, execution)
    at = f"/v1/sessions/{session.id}/executions/{execution}/output/stdout"
    whole = client.send("GET", at).body
    assert found["stdout"]["bytes"] == len(whole) == 400 * 50008
    assert found["value"] == {"text/plain": repr(hashlib.sha256(whole).hexdigest())}


def test_the_deadline_is_still_the_one_from_the_start(instance: Instance, client: Client, session: Session) -> None:
    start = time.monotonic()
    code = "kept = 1\nimport time\nprint('on', flush=True)\ntime.sleep(600)"
    execution = begin(client, session, code, timeout_seconds=3)
    instance.kill_daemon()
    instance.start()
    found = result(client, session, execution)
    assert time.monotonic() - start < patience(4.5)
    assert (found["status"], found["verdict"]["state"]) == ("timeout", "preserved")
    assert session.execute("kept").value == "1"


def test_a_running_execution_can_be_interrupted_after(instance: Instance, client: Client, session: Session) -> None:
    execution = begin(client, session, "import time\nprint('on', flush=True)\ntime.sleep(600)")
    instance.kill_daemon()
    instance.start()
    client.send("POST", f"/v1/sessions/{session.id}/executions/{execution}/interrupt")
    assert result(client, session, execution)["status"] == "interrupted"


def test_the_queue_goes_on(instance: Instance, client: Client, session: Session) -> None:
    running = begin(client, session, "import time\nprint('on', flush=True)\norder = ['first']\ntime.sleep(1)")
    waiting = [client.execute(session.id, f"order.append({number})\norder", wait=False)["id"] for number in range(3)]
    instance.kill_daemon()
    instance.start()
    assert result(client, session, running)["status"] == "ok"
    assert [result(client, session, each)["status"] for each in waiting] == ["ok"] * 3
    assert client.execution(session.id, waiting[-1])["value"] == {"text/plain": "['first', 0, 1, 2]"}


def test_everything_else_is_as_it_was(instance: Instance, client: Client, session: Session) -> None:
    name = f"thread-{secrets.token_hex(8)}"
    named = client.create(name=name, metadata={"a": "b"}, limits={"pids": 32})
    client.upload(session.id, "data", b"kept")
    first = client.execute(session.id, "print('said')\nopen('artifacts/a', 'w').write('x')\n1")
    before = client.session(session.id)
    instance.kill_daemon()
    instance.start()
    after = client.session(session.id)
    same = (
        "id",
        "name",
        "image",
        "storage",
        "limits",
        "metadata",
        "created_at",
        "owner_uid",
        "executions",
        "artifacts",
    )
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    assert (after["state"], after["incarnation"]) == ("ready", 1)
    assert client.create(name=name, metadata={"a": "b"})["id"] == named["id"]
    assert client.download(session.id, "data") == b"kept"
    again = client.execution(session.id, first["id"])
    for artifacts in (first["artifacts"], again["artifacts"]):
        for artifact in artifacts:
            del artifact["state"]
    assert again == first
    assert [event["type"] for event in follow(client, session.id, first["id"])] == [
        "started", "stdout", "artifacts", "result",
    ]  # fmt: skip
    # What was captured before is no news after.
    assert client.execute(session.id, "2")["artifacts"] == []
    client.delete(named["id"])


def test_pending_uploads_are_taken_up(instance: Instance, client: Client, session: Session) -> None:
    objects = instance.state_directory / "objects"
    objects.chmod(0)
    try:
        content = secrets.token_hex(100)
        (artifact,) = client.execute(session.id, f"open('artifacts/a', 'w').write({content!r})")["artifacts"]
        assert artifact["state"] == "captured"
        status = client.get("/v1/status")["object_store"]
        assert status["pending"] + status["failed"] >= 1
        # The spool has the bytes meanwhile.
        assert client.send("GET", f"/v1/artifacts/{artifact['sha256']}").body == content.encode()
        instance.kill_daemon()
    finally:
        objects.chmod(0o700)
    instance.start()
    at = f"/v1/sessions/{session.id}/artifacts"
    assert wait_until(lambda: [found["state"] for found in client.pages(at, "artifacts")] == ["stored"], 30)
    assert (objects / artifact["key"]).read_text() == content
    assert client.get("/v1/status")["object_store"]["pending"] == 0


def test_an_upload_into_a_workspace_leaves_no_half_file(instance: Instance, client: Client, session: Session) -> None:
    done = threading.Event()

    def upload() -> None:
        try:
            while not done.is_set():
                client.upload(session.id, "big", bytes(4 * MIB))
        except AWAY:
            pass

    thread = threading.Thread(target=upload)
    thread.start()
    time.sleep(0.1)
    instance.kill_daemon()
    done.set()
    thread.join()
    instance.start()
    sizes = [
        entry["size"] for entry in client.pages(f"/v1/sessions/{session.id}/files", "entries") if entry["name"] == "big"
    ]
    assert sizes in ([], [4 * MIB])


def test_nothing_is_lost_or_repeated(instance: Instance, client: Client) -> None:
    """Killed again and again at random moments under load."""
    seed = secrets.randbits(32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    recorders = [Recorder(client, chance.getrandbits(32)) for _ in range(4)]
    for recorder in recorders:
        recorder.start()
    for _ in range(scaled(10, least=3)):
        time.sleep(chance.uniform(0.02, 1.2))
        instance.kill_daemon()
        instance.start()
    time.sleep(0.5)
    for recorder in recorders:
        recorder.stop()
    for recorder in recorders:
        recorder.check()
        client.delete(recorder.session)
    print(f"{sum(len(recorder.tasks) for recorder in recorders)} executions")


def test_a_polite_restart(instance: Instance, client: Client, session: Session) -> None:
    session.execute("kept = 1")
    execution = begin(
        client, session, "import time\nfor i in range(100):\n    print(i, flush=True)\n    time.sleep(0.01)"
    )
    start = time.monotonic()
    instance.restart_daemon()
    assert time.monotonic() - start < patience(10)
    events = follow(client, session.id, execution)
    assert output(events, "stdout") == "".join(f"{i}\n" for i in range(100))
    assert events[-1]["execution"]["status"] == "ok"
    assert session.execute("kept").value == "1"


def test_a_second_daemon_is_refused(instance: Instance, client: Client) -> None:
    """Whoever comes second does not take the socket from the first."""
    import subprocess

    program = instance.state_directory / "programs" / "daemon" / "cloisterd"
    words = ["setpriv", "--reuid", "cloister", "--regid", "cloister", "--init-groups", str(program)]
    words += ["--config", str(instance.state_directory / "cloister.toml")]
    second = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30, cwd="/")
    assert second.returncode != 0
    assert second.stderr
    assert client.get("/v1/status")["daemon"]["pid"] == instance.daemon_pid


# The spawner is killed


def of_sessions(instance: Instance) -> list[int]:
    users = instance.users
    return [process.pid for process in processes() if process.user in users and process.state != "Z"]


def spawner_is_gone(client: Client) -> bool:
    return client.request("GET", "/health/ready").status == 503


def test_sessions_end_with_the_spawner(instance: Instance, client: Client) -> None:
    before = instance.warm_up()
    name = f"thread-{secrets.token_hex(8)}"
    named = client.create(name=name)["id"]
    session = Session(client)
    done = client.execute(session.id, "open('artifacts/a', 'w').write('kept')\nprint('said')\n1")
    running = begin(client, session, "import time\nprint('on', flush=True)\ntime.sleep(600)")
    waiting = client.execute(session.id, "1", wait=False)["id"]
    daemon = instance.daemon_pid
    instance.kill_spawner()
    assert wait_until(lambda: not of_sessions(instance), 5), of_sessions(instance)
    # The daemon lives, says what is missing, and makes no session.
    assert wait_until(lambda: spawner_is_gone(client), 10)
    assert client.get("/health/live") == {"status": "ok"}
    status = client.get("/v1/status")
    assert (status["daemon"]["healthy"], status["spawner"]["connected"]) == (False, False)
    assert any("spawner" in problem for problem in status["daemon"]["problems"])
    with pytest.raises(ApiError) as refusal:
        client.create()
    assert (refusal.value.status, refusal.value.code) == (503, "spawner_unavailable")
    instance.start()
    assert instance.daemon_pid == daemon
    assert wait_until(lambda: not spawner_is_gone(client), 10)
    _tells_what_was_lost(client, session, running, waiting)
    # What had been told before is still there.
    assert client.execution(session.id, done["id"])["stdout"]["text"] == "said\n"
    assert client.send("GET", f"/v1/artifacts/{done['artifacts'][0]['sha256']}").body == b"kept"
    new = client.create(name=name)
    assert new["id"] != named
    assert client.execute(new["id"], "6 * 7")["value"] == {"text/plain": "42"}
    client.delete(new["id"])
    session.close()
    assert instance.leaks(before, 30) == {}


def _tells_what_was_lost(client: Client, session: Session, running: str, waiting: str) -> None:
    for execution in (running, waiting):
        found = result(client, session, execution)
        assert (found["status"], found["verdict"]["state"]) == ("lost", "lost")
        assert found["verdict"]["cause"] == "host_restart"
    assert client.session(session.id)["state"] == "failed"
    with pytest.raises(ApiError) as refusal:
        client.execute(session.id, "1")
    assert (refusal.value.status, refusal.value.code) == (502, "session_failed")


def test_both_die(instance: Instance, client: Client) -> None:
    session = Session(client)
    running = begin(client, session, "import time\nprint('on', flush=True)\ntime.sleep(600)")
    instance.kill_daemon()
    instance.kill_spawner()
    assert wait_until(lambda: not of_sessions(instance), 5)
    instance.start()
    found = result(client, session, running)
    assert (found["status"], found["verdict"]["cause"], found["stdout"]["text"]) == ("lost", "host_restart", "on\n")
    assert client.session(session.id)["state"] == "failed"
    session.close()
    new = Session(client)
    assert new.execute("6 * 7").value == "42"
    new.close()
    assert wait_until(lambda: _leftovers(instance) == [], 20), _leftovers(instance)


def _leftovers(instance: Instance) -> list[str]:
    """What still names a session."""
    held = instance.resources()
    sessions = [name for name in held.cgroups if re.fullmatch(r"s\d+-\d+", name.rpartition("/")[2])]
    return sessions + [name for name in held.subvolumes if "workspaces/" in name]
