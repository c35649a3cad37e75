# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Commands that are ended: by their time, by limits, with their incarnation, and while the daemon is away."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from api_client import ApiError
from commands import Commands, text
from fixtures import own_instance
from host import patience, processes_in, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Session, Sessions

MIB = 1 << 20
IGNORES = "trap '' TERM; sh -c 'trap \"\" TERM; while :; do sleep 0.05; done' & echo $!; while :; do sleep 0.05; done"
FORKS = "for n in $(seq 200); do sleep 100 & done; echo unreached; wait"
BOMB = "heap = [b'x' * (1 << 20) for _ in range(1 << 10)]"


@pytest.fixture(scope="module")
def instance() -> Iterator[Instance]:
    """One whose daemon may be killed."""
    with own_instance("commands") as running:
        yield running


@pytest.fixture
def commands(client: Client, session: Session) -> Commands:
    return Commands(client, session.id)


def outcome(command: JSON) -> tuple[str, int | None, str | None]:
    return command["status"], command["exit_code"], command["signal"]


def names(commands: Commands) -> list[str]:
    """Names of the session's processes, but those that find out."""
    line = "for d in /proc/[0-9]*; do read name 2>/dev/null < $d/comm && echo $name; done"
    return sorted(text(commands.shell(line)).split())


# Time


def test_one_that_takes_too_long_is_told_to_end(commands: Commands) -> None:
    began = time.monotonic()
    command = commands.shell("trap 'echo told; exit 5' TERM; while :; do sleep 0.05; done", timeout_seconds=0.5)
    assert outcome(command) == ("timeout", 5, None)
    assert (text(command), command["timeout_seconds"]) == ("told\n", 0.5)
    assert 0.5 <= time.monotonic() - began < patience(2)


def test_a_tree_that_does_not_listen_is_killed(commands: Commands) -> None:
    began = time.monotonic()
    command = commands.shell(IGNORES, timeout_seconds=0.3)
    assert outcome(command) == ("timeout", None, "SIGKILL")
    # The grace is two seconds.
    assert 2 <= time.monotonic() - began < patience(5)
    assert commands.run("test", "-e", f"/proc/{text(command).strip()}")["exit_code"] == 1


def test_nobody_waits_for_ever(commands: Commands) -> None:
    assert commands.run("true")["timeout_seconds"] == 120
    assert commands.run("true", wait=False)["timeout_seconds"] is None


def test_a_caller_that_goes_away_ends_nothing(commands: Commands) -> None:
    stream = commands.stream("sleep 0.5; echo done > file")
    next(iter(stream))
    stream.close()
    assert wait_until(lambda: text(commands.shell("cat file")) == "done\n", patience(5))


# Limits


def test_processes_count_for_the_session(commands: Commands, session: Session) -> None:
    command = commands.shell(FORKS, timeout_seconds=2)
    assert "unreached" not in text(command)
    assert "fork" in command["stderr"]["text"].lower()
    assert session.execute("1 + 1").value == "2"


def test_memory_counts_for_the_session(commands: Commands, client: Client, session: Session) -> None:
    session.execute("kept = 1")
    command = commands.run("python3", "-c", BOMB)
    assert outcome(command) == ("signaled", None, "SIGKILL") or command["status"] == "lost"
    if command["status"] == "signaled":
        assert command["out_of_memory"]
    assert wait_until(lambda: client.session(session.id)["state"] == "ready", patience(10))
    assert text(commands.run("echo", "on")) == "on\n"
    assert session.execute("kept").value == "1"


def test_there_is_an_end_to_how_many_run(commands: Commands) -> None:
    started = [commands.start("exec sleep 100") for _ in range(32)]
    assert {commands.get(command)["state"] for command in started} == {"running"}
    with pytest.raises(ApiError) as caught:
        commands.start("exec sleep 100")
    assert (caught.value.status, caught.value.code) == (429, "too_many_commands")
    commands.signal(started[0], "SIGKILL")
    assert outcome(commands.result(started[0])) == ("signaled", None, "SIGKILL")
    assert wait_until(lambda: _starts(commands), patience(5))


def _starts(commands: Commands) -> bool:
    try:
        return bool(commands.start("exec sleep 100"))
    except ApiError:
        return False


# With the incarnation


@pytest.mark.parametrize("checkpoint", ["auto", "off"])
def test_commands_end_with_their_incarnation(client: Client, new_session: Sessions, checkpoint: str) -> None:
    """Whether the session goes back to a checkpoint or begins anew."""
    session = new_session(checkpoint=checkpoint)
    commands = Commands(client, session.id)
    session.execute("x = 1")
    command = commands.start("echo said; while :; do sleep 0.05; done")
    assert commands.said(command, "said")
    lost = client.execute(session.id, "import os; os._exit(3)")
    assert lost["verdict"]["state"] == ("rolled_back" if checkpoint == "auto" else "lost")
    ended = commands.result(command)
    assert (ended["status"], ended["incarnation"], text(ended)) == ("lost", 1, "said\n")
    assert commands.run("true")["incarnation"] == 2
    assert not any("sleep" in name for name in names(commands))


def test_one_that_is_started_while_the_session_restarts_waits(
    commands: Commands, client: Client, session: Session
) -> None:
    client.execute(
        session.id,
        "import os, threading, time\nthreading.Thread(target=lambda: (time.sleep(0.3), os._exit(1))).start()",
    )
    until = time.monotonic() + 1
    while time.monotonic() < until:
        try:
            assert commands.run("true")["status"] in ("exited", "lost")
        except ApiError as error:
            # It met the moment.
            assert error.code == "conflict"  # noqa: PT017
    assert commands.run("true")["incarnation"] == 2


def test_commands_end_with_their_session(instance: Instance, client: Client) -> None:
    session = client.create()["id"]
    commands = Commands(client, session)
    command = commands.start("while :; do sleep 0.05; done")
    stream = commands.events(command)
    client.delete(session)
    assert list(stream)[-1]["command"]["status"] == "lost"
    with pytest.raises(ApiError) as caught:
        commands.get(command)
    assert caught.value.code == "session_not_found"


def test_no_session_no_command(client: Client) -> None:
    with pytest.raises(ApiError) as caught:
        Commands(client, "ses_local_" + "a" * 26).run("true")
    assert (caught.value.status, caught.value.code) == (404, "session_not_found")


# The daemon is killed


def test_a_running_command_goes_on(instance: Instance, client: Client, commands: Commands) -> None:
    line = "i=0; while [ $i -lt 200 ]; do echo line $i; i=$((i+1)); sleep 0.01; done; read word; echo $word; exit 7"
    command = commands.start(line, stdin_open=True, timeout_seconds=60)
    assert commands.said(command, "line 20\n")
    instance.kill_daemon()
    time.sleep(0.3)
    instance.start()
    now = commands.get(command)
    assert (now["state"], now["incarnation"], now["timeout_seconds"]) == ("running", 1, 60)
    commands.write(command, b"word\n")
    with commands.events(command) as stream:
        events = list(stream)
    assert "".join(e["text"] for e in events if e["type"] == "stdout") == (
        "".join(f"line {i}\n" for i in range(200)) + "word\n"
    )
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert outcome(events[-1]["command"]) == ("exited", 7, None)
    assert client.session(commands.path.split("/")[3])["incarnation"] == 1


def test_one_that_ended_meanwhile(instance: Instance, commands: Commands) -> None:
    command = commands.start("echo on; sleep 0.4; echo last; exit 3")
    assert commands.said(command, "on")
    instance.kill_daemon()
    time.sleep(1)
    instance.start()
    ended = commands.result(command)
    assert (outcome(ended), text(ended)) == (("exited", 3, None), "on\nlast\n")


def test_much_output_while_nobody_reads(instance: Instance, commands: Commands) -> None:
    code = """
import sys, hashlib
digest = hashlib.sha256()
for i in range(400):
    block = f'{i:06} '.encode() + b'z' * 50000 + b'\\n'
    digest.update(block)
    sys.stdout.buffer.write(block)
sys.stdout.flush()
print(digest.hexdigest(), end='', file=sys.stderr)"""
    command = commands.run("python3", "-c", code, wait=False)["id"]
    assert wait_until(lambda: len(commands.output(command)) > 0, patience(10), 0.001)
    instance.kill_daemon()
    time.sleep(0.3)
    instance.start()
    ended = commands.result(command)
    whole = commands.output(command)
    assert ended["stdout"]["bytes"] == len(whole) == 400 * 50008
    assert ended["stderr"]["text"] == hashlib.sha256(whole).hexdigest()


def test_its_time_is_still_the_one_from_the_start(instance: Instance, commands: Commands) -> None:
    began = time.monotonic()
    command = commands.start("sleep 100", timeout_seconds=3)
    instance.kill_daemon()
    instance.start()
    assert outcome(commands.result(command)) == ("timeout", None, "SIGTERM")
    assert 3 <= time.monotonic() - began < patience(4.5)


def test_finished_ones_are_kept(instance: Instance, commands: Commands) -> None:
    done = commands.shell("echo out; echo err >&2; exit 4")
    running = commands.start("sleep 100")
    instance.kill_daemon()
    instance.start()
    assert commands.get(done["id"]) == done
    assert commands.output(done["id"], "stderr") == b"err\n"
    assert [command["id"] for command in commands.list()] == [done["id"], running]
    commands.signal(running, "SIGINT")
    assert outcome(commands.result(running)) == ("signaled", None, "SIGINT")


def test_one_whose_input_went_with_the_daemon_is_lost(instance: Instance, commands: Commands) -> None:
    """It would otherwise read less than it was given, and nobody would know."""
    command = commands.start("sleep 5; wc -c", stdin="x" * (3 * MIB))
    instance.kill_daemon()
    instance.start()
    ended = commands.result(command)
    assert (ended["status"], text(ended)) == ("lost", "")


def test_with_the_spawner_everything_ends(instance: Instance, client: Client) -> None:
    session = client.create()["id"]
    commands = Commands(client, session)
    command = commands.start("echo said; sleep 100")
    assert commands.said(command, "said")
    instance.kill_spawner()
    instance.start()
    assert wait_until(lambda: commands.get(command)["state"] == "finished", patience(10))
    ended = commands.get(command)
    assert (ended["status"], text(ended)) == ("lost", "said\n")
    with pytest.raises(ApiError) as caught:
        commands.run("true")
    assert caught.value.code == "session_failed"
    client.delete(session)


# Nothing is left


def test_fifty_leave_nothing_behind(instance: Instance, client: Client) -> None:
    before = instance.warm_up()
    session = client.create()["id"]
    commands = Commands(client, session)
    commands.run("true")
    settled = instance.resources()
    with ThreadPoolExecutor(8) as pool:
        ended = list(pool.map(lambda number: commands.shell(f"echo {number}; exit {number}"), range(50)))
    assert [outcome(command) for command in ended] == [("exited", number, None) for number in range(50)]
    assert instance.leaks(settled) == {}
    for _ in range(10):
        commands.start("sleep 100")
    client.delete(session)
    assert instance.leaks(before) == {}


def test_a_deleted_session_has_no_process_left(instance: Instance, client: Client) -> None:
    session = client.create()["id"]
    commands = Commands(client, session)
    namespace = text(commands.run("readlink", "/proc/self/ns/pid")).strip()
    commands.start("setsid sleep 100 & sleep 100")
    assert len(processes_in(namespace)) >= 3
    client.delete(session)
    assert wait_until(lambda: processes_in(namespace) == [], patience(10))
