# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Zygotes that die, hang, grow old or never start. No session is lost, none waits long, and the spawner tells."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import struct
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from driver_channel import DriverEnded
from host import IMAGE, in_guest, patience, scaled, wait_until
from inspection import group_of, is_there, stop
from spawner_client import Pool
from spawner_process import BUILD, own_users
from zygotes import IMAGES, ZygoteHost, zygote_host

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from resources import Resources
    from spawner_process import SpawnerProcess

BASE = own_users(7).stop
USERS = range(BASE, BASE + 1000)
BURST = scaled(56, least=12)
LONGEST = 10.0
"""Seconds for the slowest of a burst: ten times what it should take, with a zygote or without."""


@pytest.fixture
def host() -> Iterator[ZygoteHost]:
    with zygote_host("zfail", USERS) as running:
        yield running


def zygote_groups(host: ZygoteHost) -> list[str]:
    """The names of the groups of zygotes, whatever the controller."""
    names = (re.search(r"/(z\d+-\d+)(/|$)", name) for name in host.spawner.resources().cgroups)
    return sorted({name[1] for name in names if name})


EAT = """
import sys
with open(sys.argv[1], "w") as file: file.write("0")
for _ in range(64): bytearray(1 << 20)
eaten = bytearray(64 << 20)
"""


def starve(pid: int) -> None:
    """Gives its group a limit, and a process that needs more. The zygote is the one that is killed for it."""
    Path(f"/proc/{pid}/oom_score_adj").write_text("1000")
    lowest = group_of(pid, "memory")
    top = next(group for group in lowest.parents if re.match(r"z\d+-\d+$", group.name))
    for limit, usage in (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")):
        if (top / limit).exists():
            (top / limit).write_text(str(int((top / usage).read_text()) + (8 << 20)))
    subprocess.run(["/usr/bin/python3", "-I", "-c", EAT, lowest / "cgroup.procs"], check=False, timeout=60)


def end(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


HARMS: dict[str, Callable[[int], None]] = {"SIGKILL": end, "SIGSTOP": stop, "memory": starve}


@pytest.mark.host_only  # in the guest a burst is over before this process gets into the middle of it
@pytest.mark.parametrize("holders", [0, 8], ids=["no holders", "holders"])
@pytest.mark.parametrize("harm", HARMS)
def test_a_zygote_that_fails_in_a_burst_costs_no_session(host: ZygoteHost, harm: str, holders: int) -> None:
    first = host.prepare(holders=holders)
    burst = host.burst(BURST)
    # The first answer is there. Without the spawner the others wait for what happens.
    assert select.select([host.client.socket], [], [], patience(LONGEST))[0]
    os.kill(host.spawner.pid, signal.SIGSTOP)
    HARMS[harm](first.zygote_pid)
    os.kill(host.spawner.pid, signal.SIGCONT)
    burst.take()
    burst.check(LONGEST)
    paths = [one.session.path for one in burst.served]
    assert paths.count("zygote") >= 1
    found = host.pool()
    assert paths.count("exec") >= 1
    assert found.failures == 1
    # Those that came to the zygote are counted; the others found none.
    assert found.fallbacks <= paths.count("exec")
    assert found.forks >= paths.count("zygote")
    assert found.failure.step, found
    later = host.await_pool(holders=holders)
    assert later.generation > first.generation
    assert later.zygote_pid != first.zygote_pid
    assert host.create().path == "zygote"
    assert wait_until(lambda: not is_there(first.zygote_pid))
    # Those that came before and during it live on.
    assert all(one.session.evaluate("6 * 7") == 42 for one in burst.served)
    assert host.client.statistics().failed == 0


@pytest.mark.parametrize("harm", HARMS)
def test_sessions_do_not_need_their_zygote(host: ZygoteHost, harm: str) -> None:
    pool = host.prepare()
    session = host.create()
    session.execute("kept = 41")
    HARMS[harm](pool.zygote_pid)
    other = host.create()
    assert session.evaluate("kept + 1") == 42
    assert other.evaluate("import subprocess; subprocess.run(['true']).returncode") == 0
    session.close()
    assert wait_until(lambda: host.pool().failures == 1), host.pool()


def test_hanging_costs_little_more_than_its_limit(host: ZygoteHost) -> None:
    pool = host.prepare()
    stop(pool.zygote_pid)
    begun = time.monotonic()
    session = host.create()
    taken = time.monotonic() - begun
    print(f"{taken:.3f} s")
    assert session.path == "exec"
    assert 0.5 < taken < patience(4)
    begun = time.monotonic()
    assert host.create().path == "exec"
    assert time.monotonic() - begun < patience(1)
    assert (host.pool().failures, host.pool().fallbacks) == (1, 1)


def test_the_next_zygote_waits_longer_each_time(host: ZygoteHost) -> None:
    """While none of them has forked."""
    pool = host.prepare()
    waits = []
    for failures in (1, 2):
        begun = time.monotonic()
        end(pool.zygote_pid)
        assert wait_until(lambda: host.pool().failures == failures, 5)  # noqa: B023
        pool = host.await_pool()
        waits.append(time.monotonic() - begun)
    print(waits)
    for wait, least in zip(waits, (1, 2), strict=True):
        assert least <= wait < least + patience(3)
    assert host.create().path == "zygote"
    begun = time.monotonic()
    end(pool.zygote_pid)
    assert wait_until(lambda: host.pool().failures == 3, 5)
    host.await_pool()
    assert time.monotonic() - begun < patience(3), "a fork that succeeded has not shortened the wait"


# One that cannot start


def broken_driver(place: Path, text: str) -> list[str]:
    """The driver with other code in the module that only zygotes use."""
    driver = place / "driver"
    shutil.copytree(BUILD / "driver", driver)
    (driver / "cloister_driver" / "zygote.py").write_text(text)
    for compiled in driver.glob("cloister_driver/__pycache__/zygote.*"):
        compiled.unlink()
    for path in (place, *place.parents[:3]):
        path.chmod(path.stat().st_mode | 0o055)
    return ["--driver", str(driver)]


def not_a_library(place: Path) -> list[str]:
    (place / "zygote.so").write_bytes(b"\x7fELF and nothing else")
    return ["--zygote", str(place / "zygote.so")]


BROKEN: dict[str, Callable[[Path], list[str]]] = {
    "exception": lambda place: broken_driver(place, "raise RuntimeError('broken')\n"),
    "silent end": lambda place: broken_driver(place, "import os\nos._exit(0)\n"),
    "killed": lambda place: broken_driver(place, "import os\nos.kill(os.getpid(), 9)\n"),
    "no library": not_a_library,
    "memory": lambda place: [*broken_driver(place, "x = bytearray(1 << 30)\n"), "--zygote-memory", str(64 << 20)],
}
SAYS_READY = struct.pack("<QIii44s", 0, 1, 0, 0, b"")
SAYS_FORKED = struct.pack("<QIii44s", 1, 2, 1, 0, b"")
NONSENSE = {
    "nothing": b"",
    "lines": b"line\n" * 100,
    "zeros": bytes(64),
    "random": os.urandom(64),
    "packets that are too long": b"x" * 9000,
    "ready, and never a fork": SAYS_READY,
}
LIES = "forks of others"


@pytest.mark.parametrize("kind", BROKEN)
def test_a_zygote_that_cannot_start(kind: str, tmp_path: Path) -> None:
    with zygote_host("zbroken", USERS, BROKEN[kind](tmp_path), pool_size="1G") as host:
        image = IMAGE
        host.prepare(image, holders=2, wait=False)
        assert wait_until(lambda: host.pool(image).failures >= 1, 30), host.pool(image)
        found = host.pool(image)
        print(found, found.failure)
        assert found.zygote in ("failed", "starting")
        assert wait_until(lambda: host.pool(image).zygote == "failed", 5)
        assert found.zygote_pid == found.forks == found.fallbacks == 0
        assert found.failure.step
        burst = host.burst(6, image)
        burst.take()
        burst.check(LONGEST)
        assert {one.session.path for one in burst.served} == {"exec"}
        assert wait_until(lambda: host.pool(image).holders == 2)
        assert len(host.spawner.log.read_text()) < 100_000
        assert len(zygote_groups(host)) <= 1, zygote_groups(host)


@pytest.mark.parametrize("kind", [*NONSENSE, LIES])
def test_a_zygote_that_talks_nonsense(kind: str, tmp_path: Path) -> None:
    """For ever. It gets no session into its hands, and the spawner neither waits for it nor drowns in what it says."""
    code = f"import os, time\npacket = {NONSENSE.get(kind, SAYS_READY + SAYS_FORKED)!r}\nwhile True:\n"
    code += "    for start in range(0, len(packet), 64 if len(packet) == 128 else len(packet) or 1):\n"
    code += "        try: os.write(4, packet[start : start + (64 if len(packet) == 128 else len(packet))])\n"
    code += "        except OSError: pass\n    time.sleep(0.001)\n"
    with zygote_host("znonsense", USERS, broken_driver(tmp_path, code), pool_size="1G") as host:
        host.prepare(holders=2, wait=False)
        time.sleep(0.5)
        host.client.socket.settimeout(patience(LONGEST))
        burst = host.burst(6)
        burst.take()
        burst.check(LONGEST)
        assert {one.session.path for one in burst.served} == {"exec"}
        begun = time.monotonic()
        found = host.pool()
        assert time.monotonic() - begun < patience(0.5)
        print(found, found.failure, host.spawner.log.read_text()[-500:])
        assert found.forks == 0
        assert len(host.spawner.log.read_text()) < 100_000
        assert is_there(1)
        host.prepare(zygote=False, wait=False)
        assert wait_until(lambda: zygote_groups(host) == [], 10), zygote_groups(host)
        assert host.create().evaluate("6 * 7") == 42


HANGING_FORK = """
import time
os.register_at_fork(after_in_child=lambda: time.sleep(1000))
"""


def test_a_fork_that_hangs_is_ended_and_its_zygote_replaced(tmp_path: Path) -> None:
    """As one does that finds a lock which nobody will release."""
    text = (BUILD / "driver" / "cloister_driver" / "zygote.py").read_text() + HANGING_FORK
    with zygote_host("zhang", USERS, broken_driver(tmp_path, text), pool_size="1G") as host:
        first = host.prepare()
        begun = time.monotonic()
        session = host.create()
        if session.path == "zygote":
            with pytest.raises(DriverEnded):
                session.execute("6 * 7", 20)
            assert host.client.next_event().incarnation == 1
        assert time.monotonic() - begun < patience(8)
        assert wait_until(lambda: host.pool().failures >= 1)
        assert host.pool().failure.step
        assert wait_until(lambda: not is_there(first.zygote_pid))
        # Until the next zygote is there.
        assert host.create().evaluate("6 * 7") == 42


# Generations


def test_rotation_by_count() -> None:
    forks = 10
    flags = ["--zygote-forks", str(forks)]
    with zygote_host("zcount", USERS, flags) as host:
        first = host.prepare(holders=4)
        eldest = host.create()
        eldest.execute("kept = 'eldest'")
        pids, seconds, paths = {first.zygote_pid}, [], []
        # The count is looked at now and then, and the next one takes a moment to start.
        deadline = time.monotonic() + patience(15)
        while time.monotonic() < deadline and host.pool().generation < 4:
            begun = time.monotonic()
            session = host.create()
            seconds.append(time.monotonic() - begun)
            paths.append(session.path)
            assert session.evaluate(f"{len(paths)} * 2") == len(paths) * 2
            session.close()
            pids.add(host.pool().zygote_pid)
        found = host.pool()
        print(found.generation, len(paths), sorted(seconds)[-3:])
        assert set(paths) == {"zygote"}
        assert found.generation >= 4
        assert (found.failures, found.fallbacks) == (0, 0)
        assert max(seconds) < patience(1)
        check_only_the_last_is_there(host, pids - {0})
        assert eldest.evaluate("kept") == "eldest"
        assert eldest.evaluate("import subprocess; subprocess.run(['true']).returncode") == 0


def check_only_the_last_is_there(host: ZygoteHost, pids: set[int]) -> None:
    def settled() -> bool:
        pool: Pool = host.pool()
        others = [pid for pid in pids if pid != pool.zygote_pid and is_there(pid)]
        groups = {
            name.rpartition("/")[2] for name in host.spawner.resources().cgroups if re.search(r"/z\d+-\d+$", name)
        }
        return not others and len(groups) == 1

    assert wait_until(settled, 10), (pids, host.pool(), zygote_groups(host))


def test_rotation_by_age() -> None:
    with zygote_host("zage", USERS, ["--zygote-seconds", "1"]) as host:
        first = host.prepare(holders=4)
        eldest = host.create()
        pids, paths, seconds = {first.zygote_pid}, [], []
        deadline = time.monotonic() + patience(5)
        while time.monotonic() < deadline:
            begun = time.monotonic()
            session = host.create()
            seconds.append(time.monotonic() - begun)
            paths.append(session.path)
            assert session.evaluate("6 * 7") == 42
            session.close()
            pids.add(host.pool().zygote_pid)
            # Users rest for a minute, and there are some five hundred.
            time.sleep(0.01)
        found = host.pool()
        print(found.generation, len(paths), sorted(seconds)[-3:])
        assert set(paths) == {"zygote"}
        assert found.generation >= 3
        assert (found.failures, found.fallbacks) == (0, 0)
        assert max(seconds) < patience(1)
        assert eldest.evaluate("6 * 7") == 42
        # It goes on being replaced, so that at any moment there may be two.
        host.prepare(zygote=False)
        assert wait_until(lambda: not [pid for pid in pids if is_there(pid)], 10)


def test_a_zygote_that_is_no_longer_wanted_goes(host: ZygoteHost) -> None:
    pool = host.prepare()
    session = host.create()
    burst = host.burst(6)
    gone = host.prepare(zygote=False, wait=False)
    assert gone.zygote == "none"
    burst.take()
    burst.check(LONGEST)
    assert wait_until(lambda: not is_there(pool.zygote_pid))
    assert session.evaluate("6 * 7") == 42
    assert (host.pool().failures, host.create().path) == (0, "exec")


# The spawner's end


def left_over(spawner: SpawnerProcess, before: Resources) -> list[str]:
    """Without scopes, which have another name after each start, and mounts of others that it was born with."""
    found = [name for names in spawner.resources().growth(before).values() for name in names]
    return [name for name in found if ".scope" not in name and ("/cloister-" not in name or spawner.name in name)]


@pytest.mark.parametrize("moment", ["importing", "serving", "forking", "stopped"])
def test_zygotes_end_with_a_killed_spawner(moment: str) -> None:
    if moment == "stopped" and in_guest():
        pytest.skip("each start has a scope of its own there, and does not see the other's groups")
    # The large image takes longer to import.
    image = IMAGES[-1] if moment == "importing" else IMAGE
    with zygote_host("zkill", USERS, pool_size="1G") as host:
        spawner = host.spawner
        host.create(image).close()
        assert wait_until(lambda: host.client.statistics().subvolumes_pending == 0)
        before = spawner.resources()
        wanted = host.prepare(image, holders=2, wait=moment != "importing")
        if moment == "importing":
            time.sleep(0.3)
        members = sum(spawner.resources().processes.values())
        assert members >= (1 if moment == "importing" else 3)
        if moment == "forking":
            host.burst(10, image).take(2)
        if moment == "stopped":
            stop(wanted.zygote_pid)
        spawner.end(signal.SIGKILL)
        if moment != "stopped":
            assert wait_until(lambda: not spawner.resources().processes, 20), spawner.resources().processes
        host.close_sessions()
        spawner.start()
        host.reconnect()
        assert wait_until(lambda: not spawner.resources().processes, 20), spawner.resources().processes
        assert zygote_groups(host) == []
        assert host.client.sessions() == []
        session = host.create(image)
        assert session.evaluate("6 * 7") == 42
        session.close()
        assert wait_until(lambda: not left_over(spawner, before), 15), left_over(spawner, before)
