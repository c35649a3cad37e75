# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Commands as a daemon that has been taken over would ask the spawner for them."""

from __future__ import annotations

import os
import signal
import socket
import struct
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import spawner_client as wire
from host import IMAGE, wait_until
from spawner_client import Command, SpawnerClient, SpawnerError
from spawner_process import SpawnerProcess, own_users

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = 1


@pytest.fixture(scope="module")
def spawner() -> Iterator[SpawnerProcess]:
    process = SpawnerProcess(f"test-commands-{os.getpid()}", own_users(1))
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
        assert wait_until(lambda: cleaner.statistics().commands == 0)


@pytest.fixture
def key(client: SpawnerClient) -> bytes:
    made, incarnation = client.create(IMAGE)
    incarnation.close()
    return made


def specification(*argv: str, cwd: str = "/workspace", env: tuple[str, ...] = ()) -> bytes:
    text = b"".join(word.encode() + b"\0" for word in (cwd, *argv, *env))
    return struct.pack("<5I", 1, len(argv), len(env), len(text), 0) + text


def take(command: Command, role: str) -> socket.socket:
    return socket.socket(fileno=command.descriptors.pop(role))


def tell(command: Command, *argv: str) -> bytes:
    """What comes back before the socket closes."""
    with take(command, "command_control") as control:
        control.setblocking(True)
        control.sendall(specification(*argv))
        return control.recv(64)


def refused(client: SpawnerClient, key: bytes, code: int, *numbers: int) -> str:
    with pytest.raises(SpawnerError) as caught:
        client.ask(code, key, struct.pack(f"<{len(numbers)}I", *numbers))
    return caught.value.code


def test_one_runs_and_its_end_is_told(client: SpawnerClient, key: bytes) -> None:
    command = client.command(wire.START_COMMAND, key, 1, 7)
    assert (command.number, command.incarnation, command.ended) == (7, 1, None)
    assert set(command.descriptors) == {"command_input", "command_output", "command_errors", "command_control"}
    assert tell(command, "sh", "-c", "echo said; exit 3") == b""
    assert client.next_command_event() == wire.CommandEnded(7, 0, 3)
    assert client.statistics().commands == 1
    again = client.command(wire.ADOPT_COMMAND, key, 7)
    assert again.ended == (0, 3)
    with take(again, "command_output") as output:
        assert output.recv(64) == b"said\n"
    client.ask(wire.FORGET_COMMAND, key, struct.pack("<I", 7))
    assert client.statistics().commands == 0
    command.close()
    again.close()


def test_what_cannot_be_is_refused(client: SpawnerClient, key: bytes) -> None:
    assert refused(client, key, wire.START_COMMAND, 2, 1) == "no_driver"
    assert refused(client, key, wire.START_COMMAND, 1, 0) == "bad_request"
    command = client.command(wire.START_COMMAND, key, 1, 1)
    assert refused(client, key, wire.START_COMMAND, 1, 1) == "bad_request"
    assert refused(client, key, wire.FORGET_COMMAND, 1) == "busy"
    for code in (wire.ADOPT_COMMAND, wire.FORGET_COMMAND):
        assert refused(client, key, code, 2) == "no_such_command"
    assert refused(client, key, wire.SIGNAL_COMMAND, 2, signal.SIGINT, GROUP) == "no_such_command"
    assert refused(client, b"x" * 16, wire.START_COMMAND, 1, 1) == "no_such_session"
    command.close()


@pytest.mark.parametrize("body", [(1, 11, 1), (1, 0, 1), (1, 64, 0), (1, 2, 2), (1, 2, 1, 1)])
def test_other_signals_are_no_requests(spawner: SpawnerProcess, body: tuple[int, ...]) -> None:
    with closing(spawner.connect()) as connection:
        connection.send(wire.SIGNAL_COMMAND, b"k" * 16, struct.pack(f"<{len(body)}I", *body))
        with pytest.raises((ConnectionError, BrokenPipeError)):
            connection.receive()


def test_signals_reach_the_process_or_its_group(client: SpawnerClient, key: bytes) -> None:
    command = client.command(wire.START_COMMAND, key, 1, 1)
    assert tell(command, "sh", "-c", "trap '' INT; echo up; sleep 1000 & wait; echo after; wait; sleep 1000") == b""
    with take(command, "command_output") as output:
        output.setblocking(True)
        assert output.recv(64) == b"up\n"
    client.ask(wire.SIGNAL_COMMAND, key, struct.pack("<3I", 1, signal.SIGINT, 0))
    client.ask(wire.SIGNAL_COMMAND, key, struct.pack("<3I", 1, signal.SIGKILL, GROUP))
    assert client.next_command_event() == wire.CommandEnded(1, 1, signal.SIGKILL)
    assert refused(client, key, wire.SIGNAL_COMMAND, 1, signal.SIGINT, GROUP) == "no_such_command"
    command.close()


def test_there_are_no_more_than_32(client: SpawnerClient, key: bytes) -> None:
    commands = [client.command(wire.START_COMMAND, key, 1, number) for number in range(1, 33)]
    assert refused(client, key, wire.START_COMMAND, 1, 33) == "busy"
    for command in commands:
        command.close()


def test_they_end_with_the_incarnation(client: SpawnerClient, key: bytes) -> None:
    for number in range(1, 9):
        client.command(wire.START_COMMAND, key, 1, number).close()
    client.incarnation(wire.RENEW, key).close()
    assert client.statistics().commands == 0
    assert refused(client, key, wire.ADOPT_COMMAND, 1) == "no_such_command"
    assert client.command_events == []
    assert client.command(wire.START_COMMAND, key, 2, 1).incarnation == 2


def test_starts_under_way_end_with_the_session(client: SpawnerClient, key: bytes) -> None:
    asked = {client.send(wire.START_COMMAND, key, struct.pack("<II", 1, number)) for number in range(1, 25)}
    client.send(wire.DESTROY, key)
    while asked:
        number, answer = client.receive()
        if number in asked:
            assert isinstance(answer, Command | SpawnerError)
            if isinstance(answer, SpawnerError):
                assert answer.code in ("busy", "no_driver")
            else:
                answer.close()
        asked.discard(number)
    assert wait_until(lambda: client.statistics().commands == 0)


def test_what_it_is_not_told_it_says(client: SpawnerClient, key: bytes) -> None:
    command = client.command(wire.START_COMMAND, key, 1, 1)
    assert tell(command, "nothing-of-this-name") == struct.pack("<ii", 3, 2)
    assert client.next_command_event() == wire.CommandEnded(1, 0, 127)
    command.close()


def test_descriptors_are_given_back(spawner: SpawnerProcess, client: SpawnerClient, key: bytes) -> None:
    client.command(wire.START_COMMAND, key, 1, 1).close()
    before = client.statistics().descriptors
    for number in range(2, 30):
        command = client.command(wire.START_COMMAND, key, 1, number)
        tell(command, "true")
        command.close()
        assert client.next_command_event().number == number
        client.ask(wire.FORGET_COMMAND, key, struct.pack("<I", number))
    assert client.statistics().descriptors == before
