# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""G10: a driver that was forked by a zygote is like one that was started by exec, and out of its and others' reach."""

from __future__ import annotations

import fcntl
import os
import platform
import re
import secrets
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from case import Case
from host import IMAGE, in_guest, processes, wait_until
from inspection import children, descriptors_of, group_of, holds, inside_of, is_there, mappings, traced
from portraits import BY_FORK, BY_IMPORT, CHANGED, IMPORT, NUMBER_OF_STARTS, differences, with_forks_marks, without
from positions import Positions, hostile
from probe import Probes
from spawner_process import own_users
from zygotes import IMAGES, LIMITS, RawSession, ZygoteHost, zygote_host

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTRAIT = Probes("portrait")
REACH = Probes("reach")
IDENTITY = Probes("identity")
USERS = own_users(6)
SECRET = f"canary-{secrets.token_hex(16)}"
"""In the spawner's environment."""


@dataclass
class Family:
    """Sessions of one image that nobody has used, by the path on which they came."""

    image: str
    by_exec: list[RawSession]
    by_zygote: list[RawSession]
    zygote: int


@pytest.fixture(scope="module")
def host() -> Iterator[ZygoteHost]:
    os.environ["CLOISTER_TEST_SECRET"] = SECRET
    try:
        with zygote_host("g10", USERS) as running:
            yield running
    finally:
        del os.environ["CLOISTER_TEST_SECRET"]


@pytest.fixture(scope="module", params=IMAGES)
def family(request: pytest.FixtureRequest, host: ZygoteHost) -> Iterator[Family]:
    image: str = request.param
    other = replace(LIMITS, tmp_bytes=1 << 20)
    by_exec: list[RawSession] = []
    by_zygote: list[RawSession] = []
    for sessions, wanted in ((by_exec, False), (by_zygote, True)):
        # A holder that has been made for others cannot be used.
        host.prepare(image, other, holders=1, zygote=wanted)
        sessions.append(host.create(image))
        pool = host.prepare(image, holders=1, zygote=wanted)
        sessions.append(host.create(image))
        assert [session.path for session in sessions] == ["zygote" if wanted else "exec"] * 2
        assert [session.pooled for session in sessions] == [False, True]
    yield Family(image, by_exec, by_zygote, pool.zygote_pid)
    assert host.pool(image).zygote_pid == pool.zygote_pid, "the zygote did not survive its sessions"
    assert host.pool(image).fallbacks == 0


@pytest.fixture
def zygote(host: ZygoteHost) -> int:
    """The host's number of the zygote that serves now."""
    return host.prepare(IMAGE).zygote_pid


@pytest.fixture
def positions(host: ZygoteHost, zygote: int, used: RawSession) -> Positions:
    return Positions(host.create(IMAGE), used)


@pytest.fixture(scope="module")
def used(host: ZygoteHost) -> RawSession:
    """A session from a zygote, in which hostile code has run."""
    host.prepare(IMAGE)
    session = host.create(IMAGE)
    assert session.path == "zygote"
    session.execute(hostile(), 120)
    return session


# Z01, Z02, Z09: like a driver started by exec


def test_z01_z02_z09_a_fork_is_like_an_exec(family: Family, host: ZygoteHost) -> None:
    """Each line of /proc/self/status, limits, descriptors, mounts, environment, signals, settings and more."""
    case = Case("Z01")
    first, second = (with_forks_marks(PORTRAIT.inside(session, "portrait")) for session in family.by_exec)
    forks = [with_forks_marks(PORTRAIT.inside(session, "portrait")) for session in family.by_zygote]
    case.need(without(differences(first, second), NUMBER_OF_STARTS) == {}, "two starts by exec differ")
    assert len(first) > 200
    for fork in forks:
        found = differences(first, fork)
        assert without(found, NUMBER_OF_STARTS, BY_FORK, BY_IMPORT) == {}
    assert without(differences(*forks), NUMBER_OF_STARTS) == {}
    PORTRAIT.inside(family.by_exec[1], "change_everything")
    seen = differences(second, with_forks_marks(PORTRAIT.inside(family.by_exec[1], "portrait")))
    missing = [name for name in CHANGED if name not in seen]
    case.need(not missing, f"the portrait does not show: {missing}")


def test_z01_the_rest_is_equal_after_the_same_imports(family: Family) -> None:
    for session in (family.by_exec[0], family.by_zygote[0]):
        assert session.execute(IMPORT).status == "ok"
    one, other = (
        with_forks_marks(PORTRAIT.inside(session, "portrait")) for session in (family.by_exec[0], family.by_zygote[0])
    )
    threads = ("threads: tasks", "threads: comms", "stat: num_threads", "status: Threads")
    excused = {name: reason for name, reason in BY_FORK.items() if name not in BY_IMPORT}
    assert without(differences(one, other), NUMBER_OF_STARTS, excused, threads) == {}
    # Allocators' background threads are not started in a zygote.
    assert set(one["threads: comms"].split('"')) - {"python3\\n"} <= {"[", "]", ", ", "jemalloc_bg_thd\\n"}


def test_z01_refused_calls_are_the_same(family: Family) -> None:
    control = PORTRAIT.outside("refusals")
    one, other = (PORTRAIT.inside(sessions[0], "refusals") for sessions in (family.by_exec, family.by_zygote))
    Case("Z01").need(sum(control[name] != one[name] for name in one) > 40, control)
    assert one == other
    assert len(one) > 70


def test_z01_as_the_host_sees_it(family: Family, host: ZygoteHost) -> None:
    """Namespaces, groups and owners, which a session cannot see itself."""
    views = []
    for session in (family.by_exec[0], family.by_zygote[0]):
        driver, init = session.host_pid, session.init_pid
        kinds = sorted(os.listdir(f"/proc/{init}/ns"))
        same = {
            kind: os.readlink(f"/proc/{driver}/ns/{kind}") == os.readlink(f"/proc/{init}/ns/{kind}") for kind in kinds
        }
        own = {kind: os.readlink(f"/proc/{driver}/ns/{kind}") != os.readlink(f"/proc/self/ns/{kind}") for kind in kinds}
        groups = re.sub(r"/s\d+[^/\n]*", "/S", Path(f"/proc/{driver}/cgroup").read_text())
        status = Path(f"/proc/{driver}/status").read_text()
        parent = int(next(line.split()[1] for line in status.splitlines() if line.startswith("PPid")))
        user = os.stat(f"/proc/{driver}").st_uid
        uids = next(line for line in status.splitlines() if line.startswith("Uid"))
        assert uids.split()[1:] == [str(user)] * 4
        assert user in USERS
        views.append((same, own, groups, parent, len(os.listdir(f"/proc/{driver}/fd"))))
    assert views[0] == views[1]
    assert views[0][3] == host.spawner.pid


def sockets_of(pid: int) -> list[int]:
    return [number for number, name in descriptors_of(pid).items() if name.startswith("socket")]


def test_z01_no_descriptor_of_the_zygote(positions: Positions, zygote: int, family: Family) -> None:
    case = Case("Z01")
    # It closes what came with a request after the session is there.
    case.need(wait_until(lambda: sockets_of(zygote) == [2, 6], 10), descriptors_of(zygote))
    case.need(REACH.outside("listening") > 0, "no socket listens on the host")
    by_exec = REACH.inside(family.by_exec[0], "sockets")
    for position, found in positions.everywhere(REACH, "sockets").items():
        # Control, output, errors, displays and keeper; a grandchild of these tests has none of them.
        assert set(found) == (set(by_exec) if position != "grandchild" else set()), position
        assert len({inode for inode, _ in found.values()}) in (0, 5), position
        assert not any(listens for _, listens in found.values()), position
    assert set(positions.everywhere(REACH, "listening").values()) == {0}


def test_z02_confinement(positions: Positions, family: Family) -> None:
    case = Case("Z02")
    control = IDENTITY.outside("confinement")
    case.need(all(found["Seccomp"] == "0" for found in control.values()), control)
    by_exec = IDENTITY.inside(family.by_exec[0], "confinement")
    for position, found in positions.everywhere(IDENTITY, "confinement").items():
        assert found == by_exec, position


# Z03: the zygote cannot be reached


def test_z03_reach(positions: Positions, zygote: int) -> None:
    case = Case("Z03")
    sound = case.permitted(REACH.outside("reach", pid=zygote), besides={"prlimit": "EPERM"})
    expected = {name: "ENOENT" if name.startswith("proc") else "ESRCH" for name in sound}
    case.all_refused(expected, positions.everywhere(REACH, "reach", pid=zygote), sound)


def test_z03_trace(positions: Positions, zygote: int) -> None:
    case = Case("Z03")
    sound = case.permitted(REACH.outside("trace", pid=zygote))
    case.all_refused("EPERM", positions.everywhere(REACH, "trace", pid=zygote), sound)
    assert "TracerPid:\t0\n" in Path(f"/proc/{zygote}/status").read_text()


def test_z03_nobody_but_the_session_is_there(positions: Positions, zygote: int) -> None:
    case = Case("Z03")
    control = IDENTITY.outside("reach_processes", pids=[zygote], sweep=2)
    case.need(control["given"] == {str(zygote): "ok"}, control)
    for position, found in positions.everywhere(IDENTITY, "reach_processes", pids=[zygote], sweep=65536).items():
        assert set(found["given"].values()) <= {"ESRCH"} or zygote in found["swept"], position
        assert len(found["swept"]) <= 4, position
    assert is_there(zygote)


# Z05: what the zygote is and does


def test_z05_descriptors(zygote: int, host: ZygoteHost) -> None:
    case = Case("Z05")
    sessions = [host.create(IMAGE) for _ in range(3)]
    for session in sessions:
        session.execute("import os; os.write(1, b'x' * 1000); print('y' * 1000)")
    held = descriptors_of(zygote)
    peers = {name for name in descriptors_of(host.spawner.pid).values() if name.startswith("socket")}
    case.need(len(peers) > 4, peers)
    assert {number: name for number, name in held.items() if not name.startswith("socket")} == dict.fromkeys(
        (0, 1, 3, 4, 5), "/dev/null"
    )
    # Both are the one socket to the spawner: 2 is for what its imports have to say.
    assert held[2] == held[6]
    assert set(held) == {0, 1, 2, 3, 4, 5, 6}


def test_z05_status(zygote: int, host: ZygoteHost) -> None:
    def fields(pid: int) -> dict[str, str]:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    spawner, found = fields(host.spawner.pid), fields(zygote)
    Case("Z05").need(int(spawner["CapEff"], 16) != 0 and spawner["Seccomp"] == "0", spawner)
    assert {name: int(found[name], 16) for name in found if name.startswith("Cap")} == dict.fromkeys(
        ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"), 0
    )
    assert (found["NoNewPrivs"], found["Seccomp"], found["Groups"].strip()) == ("1", "2", "")
    for name in ("Uid", "Gid"):
        assert len(set(found[name].split())) == 1
        assert int(found[name].split()[0]) in USERS
    sessions = {int(host.create(IMAGE).evaluate("open('/proc/self/uid_map').read().split()[1]")) for _ in range(2)}
    assert int(found["Uid"].split()[0]) not in sessions


def test_z05_namespaces(zygote: int, host: ZygoteHost) -> None:
    def names(pid: int | str) -> dict[str, str]:
        return {
            kind: os.readlink(f"/proc/{pid}/ns/{kind}")
            for kind in ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")
        }

    here, found, session = names("self"), names(zygote), names(host.create(IMAGE).host_pid)
    Case("Z05").need(names(host.spawner.pid)["user"] == here["user"], "the spawner is elsewhere")
    assert {kind for kind in here if here[kind] == found[kind]} >= {"pid", "user"}
    assert not {kind for kind in ("ipc", "mnt", "net", "uts") if here[kind] == found[kind]}
    assert not {kind for kind in found if session[kind] == found[kind]}


def test_z05_its_group_is_its_own(zygote: int, host: ZygoteHost) -> None:
    for controller in ("memory", "pids", "cpu"):
        group = group_of(zygote, controller)
        assert Path(group, "cgroup.procs").read_text().split() == [str(zygote)], controller
        assert group != group_of(host.spawner.pid, controller)
        assert host.spawner.name in str(group)
    top = next(group for group in group_of(zygote, "memory").parents if re.match(r"z\d+-\d+$", group.name))
    limits = [Path(top, name) for name in ("memory.max", "memory.limit_in_bytes")]
    assert [int(limit.read_text()) for limit in limits if limit.exists()] == [2 << 30]


def test_z05_no_network(zygote: int) -> None:
    lines = Path(f"/proc/{zygote}/net/dev").read_text().splitlines()[2:]
    assert [line.split(":")[0].strip() for line in lines] == ["lo"]
    assert Path(f"/proc/{zygote}/net/route").read_text().splitlines()[1:] == []
    code = "import socket\ntry: socket.create_connection(('127.0.0.1', 9), 1)\nexcept OSError as e: print(e.errno)"
    assert inside_of(zygote, "/usr/bin/python3", "-c", code).stdout.strip() == "101"


def test_z05_its_proc_shows_no_process_of_others(zygote: int, host: ZygoteHost) -> None:
    user = os.stat(f"/proc/{zygote}").st_uid
    code = "import os; print([name for name in os.listdir('/proc') if name.isdigit()])"
    with_root = inside_of(zygote, "/usr/bin/python3", "-c", code).stdout
    Case("Z05").need(len(with_root.split(",")) > 5, with_root)
    drop = f"import os; os.setgroups([]); os.setresgid({user}, {user}, {user}); os.setresuid({user}, {user}, {user})\n"
    done = inside_of(zygote, "/usr/bin/python3", "-c", drop + code)
    shown = {int(word) for word in re.findall(r"\d+", done.stdout)}
    assert zygote in shown, done
    assert not shown & {host.spawner.pid, os.getpid(), 1}
    # The owner of the sessions' user namespaces is shown them as well, but nothing that is not the spawner's.
    assert all(process.user in USERS for process in processes() if process.pid in shown)


WRITE_EVERYWHERE = """
for path in ("/x", "/usr/x", "/etc/x", "/opt/cloister/driver/x", "/tmp/x"):
    try: open(path, "w"); print("ok")
    except OSError as error: print(error.errno)
"""


def test_z05_root_is_read_only(zygote: int) -> None:
    case = Case("Z05")
    lines = [line.split() for line in Path(f"/proc/{zygote}/mountinfo").read_text().splitlines()]
    writable = {line[4] for line in lines if "rw" in line[5].split(",")}
    assert writable == {"/workspace", "/tmp", "/dev/shm", "/proc"}
    kinds = {line[4]: line[line.index("-") + 1] for line in lines}
    assert {kinds[place] for place in writable} == {"tmpfs", "proc"}
    found = inside_of(zygote, "/usr/bin/python3", "-c", WRITE_EVERYWHERE).stdout.split()
    os.unlink(f"/proc/{zygote}/root/tmp/x")
    case.need(found[-1] == "ok", found)
    assert found[:-1] == ["30"] * 4


def test_z05_no_shared_mapping(zygote: int, family: Family) -> None:
    for pid in (zygote, family.zygote):
        found = mappings(pid)
        Case("Z05").need(len(found) > 50, found)
        assert [item for item in found if "s" in item[2] and "w" in item[2]] == []
        assert {name for _, _, rights, name in found if "s" in rights} <= {
            "/usr/lib/x86_64-linux-gnu/gconv/gconv-modules.cache"
        }
        # What the guest's processes can write they can execute: its kernel knows no difference.
        if not in_guest():
            assert not [name for _, _, rights, name in found if {"w", "x"} <= set(rights)]


def test_z05_no_secret(zygote: int, family: Family, host: ZygoteHost) -> None:
    case = Case("Z05")
    spawner = Path(f"/proc/{host.spawner.pid}/environ").read_bytes()
    case.need(SECRET.encode() in spawner and holds(host.spawner.pid, SECRET.encode()), "the spawner has no secret")
    for pid in (zygote, family.zygote, family.by_zygote[0].host_pid):
        assert SECRET.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
        assert not holds(pid, SECRET.encode())


@pytest.mark.host_only  # the guest's kernel cannot be traced
def test_z05_it_reads_from_its_socket_alone(zygote: int, host: ZygoteHost, tmp_path: Path) -> None:
    case = Case("Z05")
    served = host.pool(IMAGE).forks
    lines = traced(zygote, tmp_path / "zygote", lambda: busy_sessions(host, 3))
    assert host.pool(IMAGE).forks == served + 3
    own = os.readlink(f"/proc/{zygote}/fd/6")
    reads = [line for line in lines if re.match(r"(read|pread|readv|preadv|recv|mmap|open|io_|splice)", line)]
    print({line.partition("(")[0] for line in lines})
    assert len([line for line in reads if "recvmsg" in line]) >= 3
    assert [line for line in reads if not line.startswith(f"recvmsg(6<{own}>")] == []
    writes = [line for line in lines if re.match(r"(write|pwrite|writev|send)", line)]
    assert [line for line in writes if not line.startswith(f"sendmsg(6<{own}>")] == []
    session = host.create(IMAGE)
    seen = traced(session.host_pid, tmp_path / "session", lambda: session.execute("open('/etc/passwd').read()"))
    case.need(any(re.match(r"read\(\d+</etc/passwd", line) for line in seen), seen)


def busy_sessions(host: ZygoteHost, count: int) -> None:
    """Sessions that write to everything they have."""
    for _ in range(count):
        session = host.create(IMAGE)
        session.execute("import os\nfor n in range(1, 3): os.write(n, b'z' * 5000)\nprint(os.urandom(8))")
        session.close()


# Z07: memory


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the probe is in this machine's code")
def test_z07_what_a_session_writes_is_its_own(family: Family, host: ZygoteHost) -> None:
    """All private mappings overwritten, also those that were not writable: neither zygote nor next session sees it."""
    case = Case("Z07")
    mark = secrets.token_bytes(8)
    session = host.create(family.image)
    assert session.path == "zygote"
    before = with_forks_marks(PORTRAIT.inside(session, "portrait"))
    found = REACH.inside(session, "overwrite", mark=mark.hex())
    case.need(found["told"] == 1 and found["anonymous"] > 10 << 20, found)
    case.need(all(holds(copy, mark * 64) for copy in children(session.host_pid)), found)
    assert not holds(family.zygote, mark)
    following = host.create(family.image)
    assert following.path == "zygote"
    assert not holds(following.host_pid, mark)
    after = with_forks_marks(PORTRAIT.inside(following, "portrait"))
    assert without(differences(before, after), NUMBER_OF_STARTS) == {}
    assert REACH.inside(session, "crash_by_writing") in (6, 7, 11)
    assert host.create(family.image).evaluate("sum(range(10))") == 45
    assert host.pool(family.image).zygote_pid == family.zygote


def test_z07_no_secret_of_a_sibling(family: Family, host: ZygoteHost) -> None:
    case = Case("Z07")
    secret = secrets.token_hex(24)
    first = host.create(family.image)
    encoded = bytes(byte ^ 0x5A for byte in secret.encode()).hex()
    code = f"s = bytes(b ^ 0x5A for b in bytes.fromhex({encoded!r})).decode()\n"
    code += "import sys\nkept = [s + str(n) for n in range(20000)]; sys.secret = sys.intern(s)"
    assert first.execute(code).status == "ok"
    later = host.create(family.image)
    assert (first.path, later.path) == ("zygote", "zygote")
    case.need(holds(first.host_pid, secret.encode()), "the session does not hold its own secret")
    first.close()
    last = host.create(family.image)
    for pid in (family.zygote, later.host_pid, last.host_pid, *(one.host_pid for one in family.by_zygote)):
        assert not holds(pid, secret.encode())


def test_z07_mapped_files_cannot_be_written(positions: Positions, zygote: int) -> None:
    """Least of all the one that is no file of the image: the zygote's library."""
    case = Case("Z07")
    start, end = next((start, end) for start, end, _, name in mappings(zygote) if "memfd:" in name)
    descriptor = os.open(f"/proc/{zygote}/map_files/{start:x}-{end:x}", os.O_RDONLY)
    try:
        case.need(os.pread(descriptor, 4, 0) == b"\x7fELF", "not the library")
        seals = fcntl.fcntl(descriptor, fcntl.F_GET_SEALS)
    finally:
        os.close(descriptor)
    assert seals & (fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK) == 0xE
    assert seals & fcntl.F_SEAL_SEAL
    for position, found in positions.everywhere(REACH, "mapped_files").items():
        assert set(found) == {"EPERM"}, position
        assert found["EPERM"] > 20, position


# Z09: what one session sets is not the next one's


def test_z09_settings_are_not_inherited(family: Family, host: ZygoteHost) -> None:
    case = Case("Z09")
    session = host.create(family.image)
    before = PORTRAIT.inside(session, "portrait")
    PORTRAIT.inside(session, "change_everything")
    changed = differences(before, PORTRAIT.inside(session, "portrait"))
    case.need(not [name for name in CHANGED if name not in changed], changed)
    after = PORTRAIT.inside(host.create(family.image), "portrait")
    assert without(differences(before, after), NUMBER_OF_STARTS) == {}


# Z10: generations

LAYOUT = """
import ctypes
libc = ctypes.CDLL(None)
libc.pthread_self.restype = ctypes.c_ulong
canary = ctypes.c_ulong.from_address(libc.pthread_self() + 0x28).value
{"hash": hash("layout"), "libc": ctypes.cast(libc.getpid, ctypes.c_void_p).value, "canary": canary}
"""


def test_z10_generations_differ() -> None:
    """Hash seed, addresses and canary are shared by the sessions of one zygote, and by no two zygotes."""
    case = Case("Z10")
    forks = 3
    with ExitStack() as stack:
        flags = ["--zygote-forks", str(forks)]
        host = stack.enter_context(zygote_host("z10", range(USERS.stop, USERS.stop + 512), flags, pool_size="1G"))
        first = host.prepare(IMAGE)
        layouts: dict[int, list[dict[str, int]]] = {}
        for generation in range(1, 4):
            assert wait_until(lambda wanted=generation: host.pool().generation >= wanted, 30)  # type: ignore[misc]
            for _ in range(forks):
                session = host.create()
                assert session.path == "zygote"
                layouts.setdefault(generation, []).append(session.evaluate(LAYOUT))
        for generation, found in layouts.items():
            case.need(all(one == found[0] for one in found), (generation, found))
        # The guest's kernel does not move libraries about.
        for name in ("hash", "canary") if in_guest() else ("hash", "canary", "libc"):
            assert len({found[0][name] for found in layouts.values()}) == len(layouts), name
        assert wait_until(lambda: not is_there(first.zygote_pid), 10)
        assert host.pool().failures == 0
