# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Requests to the spawner that overtake each other, and what it hands over."""

from __future__ import annotations

import os
import secrets
import select
import struct
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

import spawner_client as wire
from host import IMAGE, scaled, wait_until
from spawner_client import Incarnation, Limits, SpawnerClient, SpawnerError, Statistics
from spawner_process import SpawnerProcess, own_users

if TYPE_CHECKING:
    from collections.abc import Iterator

USERS = own_users(3, 2048)


@pytest.fixture(scope="module")
def spawner() -> Iterator[SpawnerProcess]:
    process = SpawnerProcess(f"test-races-{os.getpid()}", USERS)
    try:
        process.start()
        yield process
    finally:
        process.remove()


@pytest.fixture
def client(spawner: SpawnerProcess) -> Iterator[SpawnerClient]:
    with closing(spawner.connect()) as connection:
        yield connection
    with closing(spawner.connect()) as cleaner:
        for key in cleaner.sessions():
            cleaner.destroy(key)
        assert cleaner.statistics().sessions == 0
    assert wait_until(lambda: not spawner.resources().processes), spawner.resources().processes


def answers(client: SpawnerClient, numbers: list[int]) -> dict[int, object]:
    """One answer to each request, in whatever order."""
    found: dict[int, object] = {}
    while set(found) != set(numbers):
        number, value = client.receive()
        assert number not in found
        if number:
            found[number] = value
    return found


def outcome(value: object) -> str:
    """In one word; descriptors are given back."""
    if isinstance(value, Incarnation):
        value.close()
        return "incarnation"
    if isinstance(value, SpawnerError):
        return value.code
    assert value is None
    return "done"


def at_once(client: SpawnerClient, second: int, pause: float, body: bytes = b"") -> tuple[bytes, str, str]:
    """What a creation, and another request for the same session a moment later, are answered."""
    key = secrets.token_bytes(16)
    create = client.send(wire.CREATE, key, wire.create_body(IMAGE))
    time.sleep(pause)
    other = client.send(second, key, body)
    found = answers(client, [create, other])
    return key, outcome(found[create]), outcome(found[other])


def pauses() -> list[float]:
    """Through every state of a start, which takes some 20 ms."""
    count = scaled(40, least=10)
    return [0.0, *(0.03 * number / count for number in range(count))]


def test_a_session_destroyed_while_it_starts(client: SpawnerClient) -> None:
    seen = set()
    for pause in pauses():
        _, created, destroyed = at_once(client, wire.DESTROY, pause)
        assert destroyed == "done"
        assert created in ("busy", "incarnation")
        seen.add(created)
        assert client.sessions() == []
    assert "busy" in seen


def test_a_session_adopted_while_it_starts(client: SpawnerClient) -> None:
    """Whoever asked last gets it; the first is told so, not left waiting."""
    seen = set()
    for pause in pauses():
        key, created, adopted = at_once(client, wire.ADOPT, pause)
        assert adopted == "incarnation"
        assert created in ("busy", "incarnation")
        seen.add(created)
        assert client.sessions() == [key]
        client.destroy(key)
    assert "busy" in seen


def test_a_session_renewed_while_it_starts(client: SpawnerClient) -> None:
    for pause in pauses()[::4]:
        key, created, renewed = at_once(client, wire.RENEW, pause)
        assert created == "incarnation"
        assert renewed in ("busy", "incarnation")
        client.destroy(key)


def test_a_session_destroyed_twice(client: SpawnerClient) -> None:
    key, incarnation = client.create(IMAGE)
    incarnation.close()
    numbers = [client.send(wire.DESTROY, key), client.send(wire.DESTROY, key)]
    found = [outcome(answer) for _, answer in sorted(answers(client, numbers).items())]
    assert found in (["busy", "done"], ["done", "no_such_session"])
    assert client.sessions() == []


def test_a_renewal_and_a_destruction(client: SpawnerClient) -> None:
    key, incarnation = client.create(IMAGE)
    incarnation.close()
    renewed, destroyed = client.send(wire.RENEW, key), client.send(wire.DESTROY, key)
    found = answers(client, [renewed, destroyed])
    assert (outcome(found[renewed]), outcome(found[destroyed])) == ("busy", "done")
    assert client.sessions() == []


def test_many_creations_at_once_are_all_answered(client: SpawnerClient) -> None:
    count = scaled(60, least=10)
    keys = [secrets.token_bytes(16) for _ in range(count)]
    limits = replace(Limits(), memory_bytes=64 * wire.MIB, workspace_bytes=4 * wire.MIB)
    numbers = [client.send(wire.CREATE, key, wire.create_body(IMAGE, limits=limits)) for key in keys]
    found = answers(client, numbers)
    assert {outcome(answer) for answer in found.values()} == {"incarnation"}
    assert sorted(client.sessions()) == sorted(keys)


def test_no_answer_goes_to_another_connection(spawner: SpawnerProcess) -> None:
    """The next daemon numbers its requests as the one before did."""
    for pause in pauses()[::5]:
        first = spawner.connect()
        key = secrets.token_bytes(16)
        number = first.send(wire.CREATE, key, wire.create_body(IMAGE))
        time.sleep(pause)
        first.close()
        with closing(spawner.connect()) as second:
            assert second.send(wire.STATISTICS, bytes(16)) == number
            answered, value = second.receive()
            assert answered == number
            assert isinstance(value, Statistics)
            ready, _, _ = select.select([second.socket], [], [], 0.3)
            assert not ready, second.receive()
            try:
                adopted = second.incarnation(wire.ADOPT, key)
            except SpawnerError:
                # The first connection was gone before its request was read.
                assert second.statistics().sessions == 0
                continue
            with closing(adopted.driver()) as driver:
                assert driver.execute("6 * 7", 20).value == "42"
            adopted.close()
            second.destroy(key)


def test_the_memory_limit_cannot_be_lifted(spawner: SpawnerProcess, client: SpawnerClient) -> None:
    key, incarnation = client.create(IMAGE)
    limit = incarnation.descriptors["memory_max"]
    assert int(os.pread(limit, 64, 0)) == Limits().memory_bytes
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.write(limit, b"1073741824")
    with wire.acting_as(spawner.daemon_user, spawner.daemon_group), pytest.raises(PermissionError):
        os.open(f"/proc/self/fd/{limit}", os.O_WRONLY)
    incarnation.close()
    client.destroy(key)


def test_each_role_comes_once_and_again(client: SpawnerClient) -> None:
    key, first = client.create(IMAGE)
    again = client.incarnation(wire.ADOPT, key)
    optional = {"memory_peak"}
    expected = {role for role in wire.ROLES if not role.startswith("command_")}
    for incarnation in (first, again):
        assert set(incarnation.descriptors) | optional == expected
        assert len(set(incarnation.descriptors.values())) == len(incarnation.descriptors)
    for role, number in first.descriptors.items():
        here, there = os.fstat(number), os.fstat(again.descriptors[role])
        assert (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino), role
    first.close()
    again.close()


def test_the_least_number_of_open_files(client: SpawnerClient) -> None:
    _, incarnation = client.create(IMAGE, limits=replace(Limits(), open_files=64))
    with closing(incarnation.driver()) as driver:
        assert driver.execute("import resource; resource.getrlimit(resource.RLIMIT_NOFILE)", 20).value == "(64, 64)"
        code = "import subprocess; subprocess.run(['echo', 'out'], capture_output=True, text=True).stdout"
        assert driver.execute(code, 20).value == repr("out\n")
        answer = driver.execute("held = [open('/dev/null') for _ in range(100)]", 20)
        assert "Too many open files" in (answer.error or "")
        assert driver.execute("6 * 7", 20).value == "42"
    incarnation.close()


def test_an_interrupt_for_what_has_not_started(client: SpawnerClient) -> None:
    key, created, interrupted = at_once(client, wire.INTERRUPT, 0, struct.pack("<I", 1))
    assert (created, interrupted) == ("incarnation", "no_driver")
    client.destroy(key)
