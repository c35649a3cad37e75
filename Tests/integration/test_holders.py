# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Holders kept in advance are as they were asked for, and nothing of them is left."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import spawner_client as wire
from driver_channel import DriverEnded
from host import IMAGE, has_tmpfs_workspaces, scaled, wait_until
from inspection import group_of, is_there
from spawner_client import Limits
from spawner_process import own_users
from zygotes import IMAGES, LIMITS, RawSession, ZygoteHost, zygote_host

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
USERS = own_users(7)


@pytest.fixture(scope="module")
def host() -> Iterator[ZygoteHost]:
    with zygote_host("holders", USERS, ["--max-holders", "8"]) as running:
        yield running


@pytest.fixture(params=IMAGES)
def image(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def make(host: ZygoteHost) -> Iterator[ZygoteHost]:
    """The sessions end with the test."""
    yield host
    host.close_sessions()


OTHERS = replace(
    LIMITS, memory_bytes=96 * MIB, pids=40, cpu_millis=500, cpu_weight=300, workspace_bytes=8 * MIB, open_files=256
)


def limits_of(session: RawSession) -> dict[str, Any]:
    """Of the session's group, as the host sees them."""
    found: dict[str, Any] = {}
    files = {
        "memory": ("memory.max", "memory.limit_in_bytes"),
        "pids": ("pids.max",),
        "cpu": ("cpu.max", "cpu.cfs_quota_us", "cpu.weight", "cpu.shares"),
    }
    for controller, names in files.items():
        for group in (lowest := group_of(session.host_pid, controller), *lowest.parents[:2]):
            for name in names:
                if (file := Path(group, name)).exists():
                    found.setdefault(name, []).append(file.read_text().strip())
    return found


def changed(fields: dict[str, Any]) -> Limits:
    return replace(LIMITS, **fields)


INSIDE = """
import os, resource
(open("/proc/meminfo").read().split()[1], os.cpu_count(),
 os.statvfs("/workspace").f_blocks * os.statvfs("/workspace").f_frsize,
 resource.getrlimit(resource.RLIMIT_NOFILE), resource.getrlimit(resource.RLIMIT_NPROC),
 open("/proc/cpuinfo").read().count("processor\\t"))
"""
FILL = """
written = 0
try:
    with open("/workspace/fill", "wb") as file:
        for _ in range(64):
            file.write(os.urandom(1 << 20)); file.flush(); os.fsync(file.fileno()); written += 1
except OSError as error: reason = error.errno
(written, reason)
"""
FORKS = """
import os, signal, time
children, reason = [], 0
try:
    while len(children) < 200:
        if (pid := os.fork()) == 0:
            signal.pause()
        children.append(pid)
except OSError as error: reason = error.errno
for pid in children: os.kill(pid, signal.SIGKILL); os.waitpid(pid, 0)
(len(children), reason)
"""


BIG = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'x = bytearray(150 << 20)']).returncode"


def is_too_much(session: RawSession, code: str) -> bool:
    """The process fails or is killed, and with version 2 groups its session with it."""
    try:
        return session.evaluate(code) in (1, -9)
    except DriverEnded:
        return True


@pytest.mark.parametrize("zygote", [False, True], ids=["exec", "zygote"])
def test_a_kept_holder_has_the_limits_that_were_asked_for(make: ZygoteHost, zygote: bool) -> None:
    """As a fresh one with the same limits has them: the files of its groups, what it is told, and what is enforced."""
    make.prepare(limits=replace(LIMITS, tmp_bytes=MIB), holders=1, zygote=zygote)
    fresh = make.create(limits=OTHERS)
    make.prepare(holders=1, zygote=zygote)
    kept = make.create(limits=OTHERS)
    usual = make.create()
    assert (fresh.pooled, kept.pooled) == (False, True)
    assert fresh.path == kept.path == ("zygote" if zygote else "exec")
    assert limits_of(kept) == limits_of(fresh) != limits_of(usual)
    assert str(OTHERS.memory_bytes) in str(limits_of(kept))
    assert int(os.pread(kept.incarnation.descriptors["memory_max"], 64, 0)) == OTHERS.memory_bytes
    told = kept.evaluate(INSIDE)
    assert told == fresh.evaluate(INSIDE) != usual.evaluate(INSIDE)
    assert int(told[0]) == OTHERS.memory_bytes >> 10
    assert told[3] == (256, 256)
    for session in (fresh, kept):
        written, reason = session.evaluate(FILL)
        assert (4 <= written <= 8, reason) == (True, 122), (written, reason)
        forks, reason = session.evaluate(FORKS)
        assert (30 <= forks <= 40, reason) == (True, 11), (forks, reason)
        assert is_too_much(session, BIG)
    assert not is_too_much(usual, BIG)


@pytest.mark.parametrize("change", [{"tmp_bytes": 8 * MIB}, {"shm_bytes": 8 * MIB}, {"io_read": 50 * MIB}], ids=str)
def test_what_a_kept_holder_cannot_be_given_makes_a_fresh_one(make: ZygoteHost, change: dict[str, int]) -> None:
    make.prepare(holders=2)
    session = make.create(limits=changed(change))
    assert not session.pooled
    code = "import os; [os.statvfs(p).f_blocks * os.statvfs(p).f_frsize for p in ('/tmp', '/dev/shm')]"
    expected = [change.get("tmp_bytes", LIMITS.tmp_bytes), change.get("shm_bytes", LIMITS.shm_bytes)]
    assert session.evaluate(code) == expected
    assert make.pool().holders == 2
    assert make.create().pooled


@pytest.mark.skipif(not has_tmpfs_workspaces(), reason="this kernel maps no ids on tmpfs")
def test_a_workspace_in_memory_makes_a_fresh_holder(make: ZygoteHost) -> None:
    make.prepare(holders=1)
    session = make.create(storage=wire.TMPFS)
    assert (session.pooled, session.path) == (False, "zygote")
    assert " tmpfs " in session.evaluate("[l for l in open('/proc/self/mountinfo') if ' /workspace ' in l][0]")


def test_the_pool_fills_up_again(make: ZygoteHost) -> None:
    pool = make.prepare(holders=6)
    assert (pool.holders, pool.holder_target) == (6, 6)
    sessions = [make.create() for _ in range(6)]
    assert all(session.pooled for session in sessions)
    assert len({session.evaluate("open('/proc/self/uid_map').read().split()[1]") for session in sessions}) == 6
    make.await_pool(holders=6)
    # Kept holders are nobody's session.
    assert len(make.client.sessions()) == len(sessions)


def test_fewer_are_kept_when_fewer_are_wanted(make: ZygoteHost) -> None:
    make.prepare(holders=6, zygote=False)
    make.prepare(holders=2, zygote=False, wait=False)
    assert wait_until(lambda: make.pool().holders == 2, 5), make.pool()
    session = make.create()
    assert session.pooled
    assert wait_until(lambda: make.pool().holders == 2, 5), make.pool()


def test_other_usual_limits_make_other_holders(make: ZygoteHost) -> None:
    make.prepare(holders=3)
    other = replace(LIMITS, tmp_bytes=4 * MIB)
    make.prepare(limits=other, holders=3)
    session = make.create(limits=other)
    assert session.pooled
    assert session.evaluate("import os; s = os.statvfs('/tmp'); s.f_blocks * s.f_frsize") == 4 * MIB
    assert not make.create().pooled


def test_no_more_holders_than_allowed(make: ZygoteHost) -> None:
    with pytest.raises(wire.SpawnerError) as refusal:
        make.client.ask(wire.PREPARE, body=wire.prepare_body(IMAGE, LIMITS, 9, True))
    assert (refusal.value.code, refusal.value.step) == ("ceiling_exceeded", "holders")
    with pytest.raises(wire.SpawnerError) as refusal:
        make.client.ask(wire.PREPARE, body=wire.prepare_body("no-such-image", LIMITS, 1, True))
    assert refusal.value.code == "no_such_image"


# What is left


def test_nothing_is_left_of_sessions_from_a_zygote(make: ZygoteHost) -> None:
    count = scaled(100, least=20)
    make.prepare(holders=4)
    for _ in range(3):
        make.create().close()
    drain(make)
    before = make.spawner.resources()
    make.prepare(holders=4)
    for _ in range(count // 10):
        burst = make.burst(10)
        burst.take()
        assert {one.session.path for one in burst.served} == {"zygote"}
        make.close_sessions()
    make.await_pool(holders=4)
    assert make.spawner.resources().growth(before), "vacuous: kept holders are not seen"
    drain(make)
    assert make.spawner.leaks(before) == {}


def drain(host: ZygoteHost) -> None:
    """Ends the kept holders: they do not fit other usual limits. The zygote stays."""
    host.prepare(limits=replace(LIMITS, shm_bytes=MIB), holders=0)
    assert wait_until(lambda: host.pool().holders == 0, 10)
    assert wait_until(lambda: host.client.statistics().subvolumes_pending == 0, 30)


def test_everything_goes_at_the_end() -> None:
    with zygote_host("drain", range(USERS.stop, USERS.stop + 512), pool_size="1G") as host:
        pool = host.prepare(holders=5)
        session = host.create()
        host.await_pool(holders=5)
        held = host.spawner.resources()
        assert sum(held.processes.values()) >= 8, held.processes
        host.spawner.end()
        gone = host.spawner.resources()
        assert not gone.processes
        assert not [name for name in gone.cgroups if re.search(r"/[sz]\d", name)]
        assert not gone.network_namespaces
        assert not is_there(pool.zygote_pid)
        session.driver.close()
        session.incarnation.close()
