# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The wire format: packets, messages, REPEAT, PING, and what is dropped."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, EXECUTE, MORE, OK, PING, PONG, REPEAT, RESULT, UNKNOWN, WARM, packet, tagged

from cloister_driver import protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zygote_process import Zygote


def execution(code: str, number: int = 1) -> bytes:
    return tagged(1, code.encode()) + tagged(2, number.to_bytes(8, "little"))


class TestCodec:
    @pytest.mark.parametrize("size", [0, 1, 65_511, 65_512, 65_513, 200_000])
    def test_packets_come_back_whole(self, size: int) -> None:
        body = os.urandom(size)
        assembler = protocol.Assembler()
        packets = protocol.packets(7, b"n" * 16, body)
        messages = [assembler.feed(one) for one in packets]
        assert all(len(one) <= protocol.MAX_PACKET for one in packets)
        assert messages[:-1] == [None] * (len(packets) - 1)
        last = messages[-1]
        assert last is not None
        assert (last.kind, last.nonce, last.body) == (7, b"n" * 16, body)

    @pytest.mark.parametrize(
        "bad",
        [
            b"",
            b"\x01" * 23,
            b"\x02" + packet(3, bytes(16), b"")[1:],
            packet(3, bytes(16), b"abc")[:-1],
            packet(3, bytes(16), b"abc") + b"d",
            packet(3, bytes(16), bytes(65_513)),
        ],
    )
    def test_malformed_packets_are_dropped(self, bad: bytes) -> None:
        assembler = protocol.Assembler()
        assert assembler.feed(bad) is None
        assert assembler.feed(packet(3, bytes(16), b"")) is not None

    def test_a_message_above_the_limit_is_dropped_whole(self) -> None:
        assembler = protocol.Assembler()
        part = packet(1, b"a" * 16, bytes(65_512), MORE)
        for _ in range(protocol.MAX_BODY // 65_512 + 2):
            assert assembler.feed(part) is None
        assert assembler.feed(packet(1, b"a" * 16, b"end")) is None
        whole = assembler.feed(packet(1, b"a" * 16, b"next"))
        assert whole is not None
        assert whole.body == b"next"

    @pytest.mark.parametrize(
        "bad", [b"\x01", tagged(1, b"abc")[:-1], b"\x01\0\x01\0\0\0\0\0", b"\x01\0\0\0\xff\xff\xff\xff"]
    )
    def test_malformed_fields(self, bad: bytes) -> None:
        with pytest.raises(protocol.MalformedError):
            protocol.fields(bad)


def test_hello(driver: DriverProcess) -> None:
    assert (driver.hello.kind, driver.hello.nonce) == (65, bytes(16))
    assert driver.hello.fields[16].startswith(b"3.")
    assert int.from_bytes(driver.hello.fields[17], "little") == driver.pid


def test_ping(driver: DriverProcess) -> None:
    assert driver.request(PING).kind == PONG


TRACES = """
import builtins, gc, inspect, linecache, os, signal, sys, warnings
(
    sorted(globals()), "_" in vars(builtins), sorted(linecache.cache), sorted(sys.modules), hasattr(sys, "last_value"),
    sorted(os.listdir("/proc/self/fd")), len(os.listdir("/proc/self/task")), signal.getsignal(signal.SIGINT),
    gc.isenabled(), sys.getrecursionlimit(), [type(finder).__name__ for finder in sys.meta_path],
)
"""


def test_warming_up_leaves_nothing_behind(
    driver: DriverProcess, start: Callable[..., DriverProcess], plain_zygote: Zygote, tmp_path: Path
) -> None:
    assert driver.request(WARM).kind == PONG
    is_forked = type(driver) is not DriverProcess
    other = plain_zygote.fork(tmp_path) if is_forked else start()
    first, second = driver.run(TRACES), other.run(TRACES)
    assert first.value is not None
    assert (first.value, first.stdout, first.stderr) == (second.value, b"", b"")
    assert driver.run("execution = 1; 1/0").traceback == other.run("execution = 1; 1/0").traceback
    assert driver.request(WARM).kind == PONG
    assert driver.value("execution") == "1"


def test_long_code_and_long_value_take_several_packets(driver: DriverProcess) -> None:
    reply = driver.run(f"text = {'x' * 300_000!r}\ntext")
    assert reply.value == repr("x" * 300_000)
    assert reply.message.packets == 5


@pytest.mark.parametrize("room", [1, 7, 23])
def test_any_packet_size_is_accepted(driver: DriverProcess, room: int) -> None:
    nonce = os.urandom(16)
    driver.send(EXECUTE, nonce, execution("6 * 7"), room)
    assert driver.finish(nonce).value == "42"


def test_partial_messages_are_dropped(driver: DriverProcess) -> None:
    for _ in range(3):
        driver.control.send(packet(EXECUTE, os.urandom(16), tagged(1, b"never = 1")[:10], MORE))
    assert driver.request(PING).kind == PONG
    driver.control.send(packet(EXECUTE, os.urandom(16), b"x" * 60_000, MORE))
    assert driver.value("'never' in dir()") == "False"


def test_malformed_packets_get_no_answer(driver: DriverProcess) -> None:
    driver.control.send(b"\x01\x01")
    driver.control.send(b"\x09" * 100)
    driver.control.send(packet(200, os.urandom(16), b""))
    driver.control.send(packet(RESULT, os.urandom(16), b""))
    assert driver.request(PING).kind == PONG


@pytest.mark.parametrize("body", [b"\x01", tagged(1, b"\xff\xfe")])
def test_an_unreadable_execution_is_answered_with_an_error(driver: DriverProcess, body: bytes) -> None:
    message = driver.request(EXECUTE, body)
    assert (message.kind, message.fields[32][0]) == (RESULT, ERROR)
    assert message.fields[34] in (b"MalformedError", b"UnicodeDecodeError")
    assert driver.value("1") == "1"


def test_unknown_fields_are_ignored(driver: DriverProcess) -> None:
    nonce = os.urandom(16)
    driver.send(EXECUTE, nonce, tagged(900, b"?") + execution("5") + tagged(901, b""))
    assert driver.finish(nonce).value == "5"


def test_an_execution_without_code_is_empty(driver: DriverProcess) -> None:
    message = driver.request(EXECUTE)
    assert message.fields[32][0] == OK


def test_repeat(driver: DriverProcess) -> None:
    assert driver.request(REPEAT, tagged(3, bytes(16))).kind == UNKNOWN
    first = driver.run("print('once'); 'kept'")
    for _ in range(2):
        again = driver.request(REPEAT, tagged(3, first.message.nonce))
        assert (again.kind, again.body) == (RESULT, first.message.body)
    assert driver.drain(driver.stdout) == b""
    second = driver.run("2")
    assert driver.request(REPEAT, tagged(3, first.message.nonce)).kind == UNKNOWN
    assert driver.request(REPEAT, tagged(3, second.message.nonce)).body == second.message.body
    assert driver.request(REPEAT).kind == UNKNOWN
    assert driver.request(REPEAT, b"\x01\x02").kind == UNKNOWN


def test_repeat_of_a_long_result(driver: DriverProcess) -> None:
    first = driver.run("'x' * 200_000")
    again = driver.request(REPEAT, tagged(3, first.message.nonce))
    assert again.body == first.message.body
    assert again.packets == first.message.packets > 1


def test_requests_queue_in_the_socket(driver: DriverProcess) -> None:
    nonces = [driver.start(f"{number}") for number in range(5)]
    assert [driver.finish(nonce).value for nonce in nonces] == list("01234")


def test_the_end_of_the_control_socket_ends_the_driver(driver: DriverProcess) -> None:
    driver.run("import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()")
    driver.control.shutdown(socket.SHUT_RDWR)
    assert driver.wait() == 0
