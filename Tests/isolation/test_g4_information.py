# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""G4: what the kernel tells, and channels to the host and between sessions."""

from __future__ import annotations

import os
import secrets
import socket
from typing import TYPE_CHECKING, Any

import pytest

from case import Case
from host import IMAGE, ROOT, scaled
from probe import Probes, encoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from canaries import Canaries
    from instance import Instance
    from positions import Positions
    from sandbox import Session, Sessions

pytestmark = pytest.mark.usefixtures("quiet")

INFORMATION = Probes("information")
SYNTHETIC = {"meminfo", "cpuinfo", "stat", "uptime", "loadavg", "version", "filesystems"}
LINKS = {"self", "thread-self", "mounts", "net"}
HOST_FILES = ["cmdline", "interrupts", "kallsyms", "modules", "keys", "partitions", "vmstat", "iomem", "swaps", "locks"]
MIB = 1 << 20


class Sibling:
    """A second live session with a secret wherever a session can keep one."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.secret = f"canary-{secrets.token_hex(16)}"
        self.name = f"sibling-{secrets.token_hex(4)}"
        self.key = secrets.randbits(30) | 1
        session.execute(f"import os\nos.environ['SECRET'] = {self.secret!r}\nsecret = {self.secret!r}")
        session.execute(f"open('/workspace/secret', 'w').write({self.secret!r})")
        INFORMATION.inside(session, "write_posix_memory", name=self.name, text=self.secret)
        INFORMATION.inside(session, "make_shared_memory", key=self.key, text=self.secret)
        self.port: int = INFORMATION.inside(session, "listen", abstract=self.name)


@pytest.fixture(scope="module")
def sibling(used: Session, instance: Instance) -> Iterator[Sibling]:
    from sandbox import Session

    session = Session(instance.client)
    yield Sibling(session)
    session.close()
    assert used.execute("6 * 7").value == "42"


def test_i01_proc_shows_processes_only(positions: Positions) -> None:
    host = INFORMATION.outside("read_proc")
    told = [name for name in HOST_FILES if not host.get(name, "file of 0").endswith(" of 0")]
    Case("I01").need(len(told) >= 3, host)
    for position, found in positions.everywhere(INFORMATION, "read_proc").items():
        for name, what in found.items():
            if name in SYNTHETIC:
                assert what.startswith("file of "), f"{position}: {name} is {what}"
            elif name in LINKS:
                assert what.startswith("-> "), f"{position}: {name} is {what}"
            else:
                assert what.endswith(" of 0"), f"{position}: {name} is {what}"
        assert found["net"] == "-> self/net"
    _proc_tells_the_share(positions)


def _proc_tells_the_share(positions: Positions) -> None:
    paths = [f"/proc/{name}" for name in SYNTHETIC]
    host = INFORMATION.outside("read_texts", paths=paths)
    for position, found in positions.everywhere(INFORMATION, "read_texts", paths=paths).items():
        for path in ("/proc/meminfo", "/proc/stat", "/proc/uptime", "/proc/version", "/proc/filesystems"):
            assert found[path] != host[path], f"{position}: {path}"
        assert found["/proc/meminfo"].splitlines()[0].split() == ["MemTotal:", str(256 * 1024), "kB"], position
        assert found["/proc/cpuinfo"].count("processor\t:") == 1, position
        assert os.uname().release not in found["/proc/version"], position


def test_i01_network_view_is_ones_own(positions: Positions) -> None:
    paths = ["/proc/net/dev", "/proc/net/tcp", "/proc/net/unix", "/proc/net/route", "/proc/net/arp"]
    host = INFORMATION.outside("read_texts", paths=paths)
    Case("I01").need("@" in host["/proc/net/unix"] or "/run" in host["/proc/net/unix"], host["/proc/net/unix"])
    for position, found in positions.everywhere(INFORMATION, "read_texts", paths=paths).items():
        devices = [line.split(":")[0].strip() for line in found["/proc/net/dev"].splitlines()[2:]]
        assert devices == ["lo"], position
        assert len(found["/proc/net/route"].splitlines()) <= 1, position
        assert "/run" not in found["/proc/net/unix"], position


def test_i02_no_sys(positions: Positions) -> None:
    paths = ["/sys", "/sys/fs/cgroup", "/sys/kernel/debug", "/sys/kernel/tracing", "/sys/kernel/security"]
    host = INFORMATION.outside("look_at", paths=paths)
    Case("I02").need(len(host["/sys"]) > 3 and bool(host["/sys/fs/cgroup"]), host)
    for position, found in positions.everywhere(INFORMATION, "look_at", paths=paths).items():
        assert found.pop("/sys") == [], position
        assert set(found.values()) == {"ENOENT"}, position


def test_i03_kernel_log(positions: Positions) -> None:
    case = Case("I03")
    sound = case.permitted(INFORMATION.outside("kernel_log"))
    expected = {"size": "EPERM", "read all": "EPERM", "/dev/kmsg": "ENOENT"}
    case.all_refused(expected, positions.everywhere(INFORMATION, "kernel_log"), sound)


def test_i04_secrets_are_nowhere_in_memory(positions: Positions, canaries: Canaries, sibling: Sibling) -> None:
    texts = [encoded(text) for text in (canaries.environment_secret, canaries.secret, sibling.secret)]
    surroundings = {"A": canaries.environment_secret, "B": canaries.secret, "C": sibling.secret}
    case = Case("I04")
    for probe in ("search_memory", "search_environment"):
        control = INFORMATION.outside(probe, environment=surroundings, encoded=texts)
        case.need(all(control["found"].values()), control)
        for position, found in positions.everywhere(INFORMATION, probe, encoded=texts).items():
            assert not any(found["found"].values()), f"{position}, {probe}: {found}"
            assert found.get("scanned", MIB) >= MIB
            assert found.get("seen", 5) >= 5
    own = INFORMATION.inside(sibling.session, "search_memory", encoded=texts)
    assert own["found"][texts[2]] > 0, "vacuous: the sibling's own secret is not found in its memory"


def test_i05_no_paths_of_the_host(positions: Positions, instance: Instance, canaries: Canaries) -> None:
    names = [str(place) for place in instance.directories]
    names += [
        instance.name,
        str(ROOT),
        str(canaries.directory),
        "cloister-spawner",
        "/var/lib/cloister",
        f"{IMAGE}.erofs",
    ]
    control = INFORMATION.outside("self_descriptions")
    Case("I05").need(instance.name in str(control), control)
    for position, found in positions.everywhere(INFORMATION, "self_descriptions").items():
        for what, text in found.items():
            for name in names:
                assert name not in text, f"{position}: {what} names {name}: {text}"
        for line in found["cgroup"].splitlines():
            assert line.split(":", 2)[2] in ("/", "/.."), f"{position}: {line}"


def test_i06_the_machine(positions: Positions) -> None:
    host = INFORMATION.outside("system_facts")
    Case("I06").need(host["node"] == os.uname().nodename != "sandbox", host)
    for position, found in positions.everywhere(INFORMATION, "system_facts").items():
        assert found["node"] == "sandbox", position
        assert os.uname().nodename not in found["domain"] or os.uname().nodename in "sandbox", position
        assert found["processors"] == found["cpu_count"] or found["processors"] == 1, position
        assert found["root flags"] == os.ST_RDONLY, position


def test_i07_system_v_ipc(positions: Positions, canaries: Canaries, sibling: Sibling, new_session: Sessions) -> None:
    case = Case("I07")
    keys: dict[str, Any] = {"shared_key": canaries.key, "semaphore_key": canaries.key, "queue_key": canaries.key}
    sound = case.permitted(INFORMATION.outside("system_v", **keys))
    expected = {"shm": "ENOENT", "sem": "ENOENT", "msg": "ENOSYS"}
    case.all_refused(expected, positions.everywhere(INFORMATION, "system_v", **keys), sound)
    size = len(sibling.secret)
    own = INFORMATION.below(sibling.session, "read_shared_memory", key=sibling.key, size=size)
    case.need(own == sibling.secret, own)
    results = positions.everywhere(INFORMATION, "read_shared_memory", key=sibling.key, size=size)
    assert set(results.values()) == {"ENOENT"}
    assert set(positions.everywhere(INFORMATION, "system_v_segments").values()) == {0}
    first = new_session()
    INFORMATION.inside(first, "make_shared_memory", key=4711, text="left behind")
    first.close()
    assert INFORMATION.inside(new_session(), "shared_memory_id", key=4711) == "ENOENT"


def test_i08_shared_memory_of_one_name(positions: Positions, canaries: Canaries, sibling: Sibling) -> None:
    shared = INFORMATION.below(sibling.session, "list_posix_memory")
    Case("I08").need(shared == [sibling.name], shared)
    for listed in positions.everywhere(INFORMATION, "list_posix_memory").values():
        assert canaries.name not in listed
        assert sibling.name not in listed
    INFORMATION.inside(positions.fresh, "write_posix_memory", name=sibling.name, text="other")
    paths = [f"/dev/shm/{sibling.name}"]
    assert INFORMATION.inside(positions.fresh, "read_texts", paths=paths) == {paths[0]: "other"}
    assert INFORMATION.inside(sibling.session, "read_texts", paths=paths) == {paths[0]: sibling.secret}


def test_i09_sockets_of_others(positions: Positions, canaries: Canaries, sibling: Sibling) -> None:
    case = Case("I09")
    host: dict[str, Any] = {
        "abstract": [canaries.name],
        "paths": [str(canaries.socket_path)],
        "ports": [canaries.port],
    }
    case.permitted(INFORMATION.outside("connect_sockets", **host))
    canaries.visitors()
    case.permitted(
        INFORMATION.below(sibling.session, "connect_sockets", abstract=[sibling.name], paths=[], ports=[sibling.port])
    )
    host["abstract"].append(sibling.name)
    host["ports"].append(sibling.port)
    for position, found in positions.everywhere(INFORMATION, "connect_sockets", **host).items():
        for name, result in found.items():
            expected = "ENOENT" if name.startswith("path ") else "ECONNREFUSED"
            assert result == expected, f"{position}: {name} gives {result}"
    assert canaries.visitors() == []


def test_i09_names_of_others_are_free(positions: Positions, canaries: Canaries, sibling: Sibling) -> None:
    with socket.socket(socket.AF_UNIX) as end, pytest.raises(OSError, match="in use"):
        end.bind("\0" + canaries.name)
    for name in (canaries.name, sibling.name):
        code = f"import socket\ns = socket.socket(socket.AF_UNIX)\ns.bind('\\0' + {name!r})\n6 * 7"
        assert positions.fresh.execute(code).value == "42"


def test_i10_sockets_in_the_image(positions: Positions, canaries: Canaries) -> None:
    case = Case("I10")
    sound = case.permitted(INFORMATION.outside("bind_socket", path=str(canaries.work / "bound")))
    for directory in ("/usr", "/run", "/etc", "/opt/cloister/driver", "/dev"):
        results = positions.everywhere(INFORMATION, "bind_socket", path=f"{directory}/probe.sock")
        case.all_refused(("EROFS", "EACCES"), results, sound)


def test_i11_keyrings(positions: Positions, canaries: Canaries) -> None:
    if canaries.key_serial < 0:
        pytest.skip("I11: the host's kernel has no keyrings")
    case = Case("I11")
    control = INFORMATION.outside("keys", name=canaries.name)
    found_by_user = control["search user"] == "ok"
    case.need(found_by_user and control["add_key"] == control["describe"] == "ok", control)
    results = positions.everywhere(INFORMATION, "keys", name=canaries.name)
    case.all_refused("EPERM", results, set(control))


def test_i12_process_numbers(positions: Positions) -> None:
    host = INFORMATION.outside("process_numbers", count=5)
    Case("I12").need(min(host) > 1000, host)
    for position, found in positions.everywhere(INFORMATION, "process_numbers", count=5).items():
        assert max(found) < 1000 + 600 * 4, position
    assert max(INFORMATION.inside(positions.fresh, "process_numbers", count=5)) < 40


def test_i15_memory_of_an_ended_session(new_session: Sessions) -> None:
    marker = f"canary-{secrets.token_hex(16)}"
    size = 96 * MIB
    writer = new_session()
    INFORMATION.inside(writer, "spread_marker", marker=marker, memory_bytes=size, rounds=scaled(4), seconds=120)
    writer.close()
    reader = new_session()
    found = INFORMATION.inside(reader, "search_fresh", marker_encoded=encoded(marker), memory_bytes=size, plant=False)
    assert not any(found.values()), found
    planted = INFORMATION.inside(reader, "search_fresh", marker_encoded=encoded(marker), memory_bytes=size, plant=True)
    Case("I15").need(all(planted.values()), planted)
