# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The spawner alone, spoken to as a daemon that has been taken over would speak."""

from __future__ import annotations

import os
import secrets
import select
import socket
import struct
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import spawner_client as wire
from driver_channel import DriverEnded
from host import IMAGE, wait_until
from spawner_client import Limits, SpawnerClient, SpawnerError
from spawner_process import SpawnerProcess, own_users

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
CEILINGS = {
    "memory_bytes": ("--max-memory", 512 * MIB),
    "pids": ("--max-pids", 128),
    "cpu_millis": ("--max-cpu", 2000),
    "workspace_bytes": ("--max-workspace", 64 * MIB),
    "tmp_bytes": ("--max-tmp", 64 * MIB),
    "open_files": ("--max-open-files", 4096),
}
MAX_SESSIONS = 12
USERS = own_users(0)


@pytest.fixture(scope="module")
def spawner() -> Iterator[SpawnerProcess]:
    flags = ["--max-sessions", str(MAX_SESSIONS)]
    for flag, value in CEILINGS.values():
        flags += [flag, str(value)]
    process = SpawnerProcess(f"test-spawner-{os.getpid()}", USERS, flags)
    try:
        process.start()
        yield process
    finally:
        process.remove()


@pytest.fixture
def client(spawner: SpawnerProcess) -> Iterator[SpawnerClient]:
    """A connection, and afterwards no session."""
    with closing(spawner.connect()) as connection:
        yield connection
    with closing(spawner.connect()) as cleaner:
        for key in cleaner.sessions():
            cleaner.destroy(key)
        assert cleaner.statistics().sessions == 0


# Who may speak


@pytest.mark.parametrize("user", [0, 65534, USERS.start + 17])
def test_only_the_daemons_user_is_heard(spawner: SpawnerProcess, client: SpawnerClient, user: int) -> None:
    try:
        with closing(spawner.connect(user)) as stranger:
            stranger.send(wire.STATISTICS, bytes(16))
            with pytest.raises((ConnectionError, BrokenPipeError)):
                stranger.receive()
    except (PermissionError, BrokenPipeError, ConnectionResetError):
        # The directory keeps others out, and who gets past it is cut off before it can say anything.
        pass
    assert client.statistics().pid == spawner.pid


def test_the_socket_is_closed_to_others(spawner: SpawnerProcess) -> None:
    directory, path = spawner.socket.parent.stat(), spawner.socket.stat()
    assert (directory.st_uid, directory.st_gid, directory.st_mode & 0o777) == (0, spawner.daemon_group, 0o710)
    assert (path.st_uid, path.st_gid, path.st_mode & 0o777) == (0, spawner.daemon_group, 0o660)


def test_the_newest_daemon_is_the_one(spawner: SpawnerProcess, client: SpawnerClient) -> None:
    assert client.statistics().pid == spawner.pid
    with closing(spawner.connect()) as second:
        assert second.statistics().pid == spawner.pid
        with pytest.raises((ConnectionError, BrokenPipeError)):
            client.statistics()


# What may be said

KEY = b"k" * 16
GOOD = wire.request(wire.CREATE, 7, KEY, wire.create_body(IMAGE))


def changed(position: int, value: bytes, packet: bytes = GOOD) -> bytes:
    return packet[:position] + value + packet[position + len(value) :]


MALFORMED = {
    "empty text": b"\0",
    "short": GOOD[:-1],
    "long": GOOD + b"\0",
    "very long": GOOD * 50,
    "version": changed(0, struct.pack("<I", 2)),
    "code 0": changed(4, struct.pack("<I", 0)),
    "code 10": changed(4, struct.pack("<I", 10)),
    "neither a zygote nor none": changed(
        76, struct.pack("<I", 2), wire.request(wire.PREPARE, 7, KEY, wire.prepare_body(IMAGE))
    ),
    "request 0": changed(8, bytes(8)),
    "storage": changed(72, struct.pack("<I", 3)),
    "reserved": changed(76, struct.pack("<I", 1)),
    "after the end": changed(wire.REQUEST_SIZE - 1, b"\1"),
    "image with control characters": changed(32, b"py\nthon"),
    "image after its end": changed(32, b"a\0b"),
    "image that is not ASCII": changed(32, "ä".encode()),
    "trailing bytes of list": wire.request(wire.LIST, 1, bytes(16), b"x"),
    "random": secrets.token_bytes(wire.REQUEST_SIZE),
}


@pytest.mark.parametrize("packet", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_requests_cut_the_connection(spawner: SpawnerProcess, client: SpawnerClient, packet: bytes) -> None:
    client.socket.send(packet)
    with pytest.raises((ConnectionError, BrokenPipeError)):
        client.receive()
    with closing(spawner.connect()) as again:
        assert again.statistics().sessions == 0


def test_random_packets(spawner: SpawnerProcess, client: SpawnerClient) -> None:
    """Bit flips in a good request: refused, answered, or the connection is cut; the spawner lives on."""
    del client
    generator = secrets.SystemRandom()
    cut = 0
    for _ in range(300):
        packet = bytearray(wire.request(generator.randint(2, 7), 1, secrets.token_bytes(16)))
        for _ in range(generator.randint(0, 4)):
            packet[generator.randrange(len(packet))] ^= 1 << generator.randrange(8)
        with closing(spawner.connect()) as one:
            one.socket.send(bytes(packet))
            try:
                one.receive()
            except ConnectionError:
                cut += 1
    assert cut > 50
    with closing(spawner.connect()) as last:
        assert last.statistics().pid == spawner.pid


def test_descriptors_are_not_taken(spawner: SpawnerProcess, client: SpawnerClient) -> None:
    """A daemon sends none. The kernel refuses them, or they are dropped: the spawner keeps nothing."""
    before = client.statistics().descriptors
    with Path("/etc/passwd").open() as file:
        try:
            socket.send_fds(client.socket, [wire.request(wire.STATISTICS, 1, bytes(16))], [file.fileno()] * 8)
            client.receive()
        except (PermissionError, ConnectionError, BrokenPipeError):
            pass
    with closing(spawner.connect()) as again:
        assert again.statistics().descriptors <= before


@pytest.mark.parametrize("name", ["../python-minimal", "/etc/passwd", "", "no-such-image", "python-minimal.erofs", "."])
def test_images_are_names_not_paths(client: SpawnerClient, name: str) -> None:
    with pytest.raises(SpawnerError) as refusal:
        client.create(name)
    assert refusal.value.code in ("no_such_image", "bad_request")


@pytest.mark.parametrize("field", CEILINGS)
def test_ceilings_hold(client: SpawnerClient, field: str) -> None:
    most = CEILINGS[field][1]
    for value in (most + 1, 1 << 31 if field in ("pids", "cpu_millis", "open_files") else 1 << 63, 0):
        changes: Any = {field: value}
        with pytest.raises(SpawnerError) as refusal:
            client.create(IMAGE, limits=replace(Limits(), **changes))
        assert (refusal.value.code, refusal.value.step) == ("ceiling_exceeded", field)
    changes = {field: most}
    key, incarnation = client.create(IMAGE, limits=replace(Limits(), **changes))
    incarnation.close()
    client.destroy(key)


@pytest.mark.parametrize(
    ("field", "value"), [("cpu_weight", 0), ("cpu_weight", 10_001), ("io_read", 1 << 63), ("shm_bytes", 1 << 62)]
)
def test_other_limits_are_checked(client: SpawnerClient, field: str, value: int) -> None:
    changes: Any = {field: value}
    with pytest.raises(SpawnerError) as refusal:
        client.create(IMAGE, limits=replace(Limits(), **changes))
    assert refusal.value.code == "ceiling_exceeded"


def test_no_more_sessions_than_allowed(client: SpawnerClient) -> None:
    held = [client.create(IMAGE) for _ in range(MAX_SESSIONS)]
    with pytest.raises(SpawnerError) as refusal:
        client.create(IMAGE)
    assert refusal.value.code == "too_many_sessions"
    for _, incarnation in held:
        incarnation.close()
    assert sorted(client.sessions()) == sorted(key for key, _ in held)


def test_keys_are_unique_and_known(client: SpawnerClient) -> None:
    key, incarnation = client.create(IMAGE)
    incarnation.close()
    refused = {}
    for name, code, of, body in (
        ("twice", wire.CREATE, key, wire.create_body(IMAGE)),
        ("zero", wire.CREATE, bytes(16), wire.create_body(IMAGE)),
        ("adopt", wire.ADOPT, KEY, b""),
        ("renew", wire.RENEW, KEY, b""),
        ("destroy", wire.DESTROY, KEY, b""),
        ("interrupt", wire.INTERRUPT, KEY, struct.pack("<I", 1)),
        ("list", wire.LIST, KEY, b""),
        ("other incarnation", wire.INTERRUPT, key, struct.pack("<I", 2)),
    ):
        with pytest.raises(SpawnerError) as refusal:
            client.ask(code, of, body)
        refused[name] = refusal.value.code
    missing = dict.fromkeys(("adopt", "renew", "destroy", "interrupt", "list"), "no_such_session")
    assert refused == {"twice": "session_exists", "zero": "bad_request", "other incarnation": "no_driver", **missing}


# What the daemon gets


def test_descriptors_give_no_more_than_they_should(spawner: SpawnerProcess, client: SpawnerClient) -> None:
    """Whatever a taken-over daemon does with them as its own user."""
    _, incarnation = client.create(IMAGE)
    try:
        given = set(incarnation.descriptors)
        assert given - {"memory_peak"} == set(wire.ROLES) - {"memory_peak"} - wire.OF_COMMANDS
        held = incarnation.descriptors
        flags = {name: int(_fdinfo(number, "flags"), 8) & os.O_ACCMODE for name, number in held.items()}
        assert flags["freeze"] == flags["kill"] == os.O_WRONLY
        for name in ("events", "memory_current", "memory_events", "pids_current", "pids_events", "cpu_usage"):
            assert flags[name] == os.O_RDONLY, name
        assert not any("cgroup.procs" in os.readlink(f"/proc/self/fd/{number}") for number in held.values())
        for name in ("workspace", "workspace_writable", "proc_view"):
            assert os.fstat(held[name]).st_mode & 0o170000 == 0o040000, name
        with wire.acting_as(spawner.daemon_user, spawner.daemon_group):
            _use_as_daemon(held)
    finally:
        incarnation.close()


def _use_as_daemon(held: dict[str, int]) -> None:
    with pytest.raises(OSError, match="Read-only"):
        os.mkdir("made", dir_fd=held["workspace"])
    writable = held["workspace_writable"]
    descriptor = os.open("file", os.O_CREAT | os.O_WRONLY, 0o600, dir_fd=writable)
    os.write(descriptor, b"from the daemon")
    os.close(descriptor)
    for path in ("..", "../..", "artifacts/../../.."):
        escaped = os.open(path, os.O_RDONLY | os.O_DIRECTORY, dir_fd=writable)
        here, there = os.fstat(escaped), os.fstat(writable)
        os.close(escaped)
        assert (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino), path
    os.symlink("/etc/passwd", "link", dir_fd=writable)
    with pytest.raises(OSError, match="symbolic links"):
        os.open("link", os.O_RDONLY, dir_fd=writable)
    with pytest.raises(PermissionError):
        os.mknod("node", 0o020666, os.makedev(1, 3), dir_fd=writable)


def _fdinfo(number: int, field: str) -> str:
    lines = Path(f"/proc/self/fdinfo/{number}").read_text().splitlines()
    return next(line.split(":")[1].strip() for line in lines if line.startswith(field))


def test_workspace_is_shared_with_the_daemon_under_its_own_name(spawner: SpawnerProcess, client: SpawnerClient) -> None:
    _, incarnation = client.create(IMAGE)
    with closing(incarnation.driver()) as driver:
        driver.execute("import os; os.umask(0o077); open('/workspace/private', 'w').write('inside')", 20)
        root = incarnation.descriptors["workspace"]
        status = os.stat("private", dir_fd=root)
        assert (status.st_uid, status.st_mode & 0o777) == (spawner.daemon_user, 0o600)
        with wire.acting_as(spawner.daemon_user, spawner.daemon_group):
            descriptor = os.open("private", os.O_RDONLY, dir_fd=root)
        assert os.read(descriptor, 100) == b"inside"
        os.close(descriptor)
        with pytest.raises(OSError, match="Read-only"):
            os.open("new", os.O_CREAT | os.O_WRONLY, dir_fd=root)
        flags = os.fstatvfs(root).f_flag
        assert flags & os.ST_NOSUID
        assert flags & os.ST_NODEV
        assert flags & os.ST_NOEXEC
    incarnation.close()


def test_the_freezer_and_the_accounts_work(client: SpawnerClient) -> None:
    _, incarnation = client.create(IMAGE)
    held = incarnation.descriptors
    with closing(incarnation.driver()) as driver:
        assert driver.execute("6 * 7", 20).value == "42"
        os.write(held["freeze"], b"1")
        assert wait_until(lambda: b"frozen 1" in os.pread(held["events"], 4096, 0))
        nonce = driver.begin("6 * 7")
        with pytest.raises(TimeoutError):
            driver.finish(nonce, 0.3)
        os.write(held["freeze"], b"0")
        assert driver.finish(nonce, 20).value == "42"
        assert int(os.pread(held["memory_current"], 64, 0)) > MIB
        assert int(os.pread(held["pids_current"], 64, 0)) == 2
        assert b"oom_kill 0" in os.pread(held["memory_events"], 4096, 0)
        os.write(held["kill"], b"1")
        with pytest.raises(DriverEnded):
            driver.execute("1", 20)
        ready, _, _ = select.select([held["init"]], [], [], 10)
        assert ready, "the pidfd of init does not tell its end"
    incarnation.close()


# The life of a session


def test_sessions_outlive_their_daemon(spawner: SpawnerProcess, client: SpawnerClient) -> None:
    key, incarnation = client.create(IMAGE)
    driver = incarnation.driver()
    driver.execute("kept = 41", 20)
    nonce = driver.begin("import time; time.sleep(0.5); kept + 1")
    client.close()
    # A daemon that dies takes its copies of the descriptors with it. These are the spawner's.
    copies = driver
    incarnation.close()
    with closing(spawner.connect()) as second:
        assert second.sessions() == [key]
        adopted = second.incarnation(wire.ADOPT, key)
        assert adopted.number == 1
        copies.close()
        with closing(adopted.driver()) as taken:
            assert taken.finish(nonce, 20).value == "42"
            assert taken.execute("kept", 20).value == "41"
        adopted.close()


def test_the_next_incarnation_keeps_the_workspace(client: SpawnerClient) -> None:
    key, first = client.create(IMAGE)
    with closing(first.driver()) as driver:
        driver.execute("open('/workspace/kept', 'w').write('kept'); open('/tmp/gone', 'w'); x = 1", 20)
    first.close()
    second = client.incarnation(wire.RENEW, key)
    assert second.number == 2
    code = "import os; open('/workspace/kept').read(), os.listdir('/tmp'), 'x' in globals(), os.listdir('/dev/shm')"
    with closing(second.driver()) as driver:
        assert driver.execute(code, 20).value == "('kept', [], False, [])"
    second.close()


def test_the_end_of_a_driver_is_told(client: SpawnerClient) -> None:
    key, incarnation = client.create(IMAGE)
    with closing(incarnation.driver()) as driver, pytest.raises(DriverEnded):
        driver.execute("import os; os._exit(7)", 20)
    event = client.next_event()
    assert (event.incarnation, event.kind, event.value) == (1, 0, 7)
    incarnation.close()
    again = client.incarnation(wire.ADOPT, key)
    assert again.ended == (0, 7)
    again.close()
    third = client.incarnation(wire.RENEW, key)
    with closing(third.driver()) as driver, pytest.raises(DriverEnded):
        driver.execute("import os; os.kill(os.getpid(), 9)", 20)
    event = client.next_event()
    assert (event.incarnation, event.kind, event.value) == (2, 1, 9)
    third.close()


CLOCK = """
import os, threading, time
def beat():
    while True:
        os.write(2, time.monotonic_ns().to_bytes(8, "little"))
        time.sleep(0.0002)
threading.Thread(target=beat, daemon=True).start()
"""


def test_nothing_runs_once_a_destruction_is_answered(client: SpawnerClient) -> None:
    """Key and place are free as well; what the kernel has to take apart it does behind that."""
    key, incarnation = client.create(IMAGE)
    beats = socket.socket(fileno=os.dup(incarnation.descriptors["stderr"]))
    beats.settimeout(10)
    with closing(incarnation.driver()) as driver, beats:
        driver.execute(CLOCK, 20)
        time.sleep(0.05)
        asked = time.monotonic_ns()
        client.destroy(key)
        answered = time.monotonic_ns()
        assert client.sessions() == []
        assert client.statistics().sessions == 0
        heard = b""
        while more := beats.recv(1 << 16):
            heard += more
        last = int.from_bytes(heard[-8:], "little")
        assert asked - 20_000_000 < last < answered
    incarnation.close()


def test_an_interrupt_reaches_the_driver(client: SpawnerClient) -> None:
    key, incarnation = client.create(IMAGE)
    with closing(incarnation.driver()) as driver:
        driver.execute("import time", 20)
        nonce = driver.begin("time.sleep(60)")
        wait_until(lambda: False, 0.3)
        client.ask(wire.INTERRUPT, key, struct.pack("<I", 1))
        assert driver.finish(nonce, 20).status == "interrupted"
    incarnation.close()


def test_a_daemon_that_does_not_listen_is_cut_off(spawner: SpawnerProcess, client: SpawnerClient) -> None:
    """The spawner waits for nobody: it serves the next daemon at once."""
    try:
        for _ in range(200_000):
            client.socket.send(wire.request(wire.STATISTICS, 1, bytes(16)), socket.MSG_DONTWAIT)
    except (BlockingIOError, BrokenPipeError, ConnectionResetError):
        pass
    with closing(spawner.connect()) as next_one:
        assert next_one.statistics().pid == spawner.pid
