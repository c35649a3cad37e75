# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""G1: files and mounts."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from case import Case
from probe import Probes

if TYPE_CHECKING:
    from collections.abc import Callable

    from canaries import Canaries
    from instance import Instance
    from positions import Positions
    from sandbox import Sessions

pytestmark = pytest.mark.usefixtures("quiet")

FILES = Probes("filesystem")
DEVICES = ["full", "null", "random", "urandom", "zero"]
DEV = sorted([*DEVICES, "fd", "ptmx", "pts", "shm", "stderr", "stdin", "stdout"])
FORBIDDEN_DEVICES = ["mem", "kmsg", "fuse", "kvm", "net/tun", "vda", "loop-control", "loop0", "console", "tty0", "tty1"]
WRITABLE_MOUNTS = {"/workspace", "/tmp", "/dev/shm", "/dev/pts", "/proc"}
INSIDE = "/workspace/probe"


@pytest.fixture
def work(canaries: Canaries) -> Path:
    """An empty directory on the host for controls, emptied by them."""
    return canaries.work


def test_f01_host_files_cannot_be_read(positions: Positions, instance: Instance, canaries: Canaries) -> None:
    case = Case("F01")
    paths = ["/etc/shadow", "/root", str(canaries.file), str(canaries.private_file), str(canaries.directory)]
    paths += [str(path) for path in (*instance.directories, instance.state_directory / "cloister.toml")]
    paths += [
        str(instance.state_directory / "state"),
        str(instance.pool / "workspaces"),
        f"/proc/{canaries.pid}/environ",
    ]
    control = FILES.outside("read_files", paths=paths)
    case.need(all(found.startswith("names: ") or len(found) == 64 for found in control.values()), control)
    for position, results in positions.everywhere(FILES, "read_files", paths=paths).items():
        # The image has a /root of its own.
        assert results.pop("/root") in ("EACCES", "names: "), position
        for path, found in results.items():
            assert found in ("ENOENT", "EACCES", "EPERM"), f"{position}: {path} is {found}"


def test_f02_image_cannot_be_written(positions: Positions, image_digest: Callable[[], str]) -> None:
    case = Case("F02")
    directories = ["/", "/usr", "/usr/bin", "/etc", "/usr/lib", "/usr/lib/python3", "/opt", "/dev", "/run"]
    files = ["/etc/passwd", "/usr/bin/env"]
    before = image_digest()
    control = FILES.outside("write_places", directories=directories, files=files)
    sound = case.permitted(control)
    inside = [*directories, "/usr/lib/python3.11", "/opt/cloister/driver", "/sys"]
    results = positions.everywhere(FILES, "write_places", directories=inside, files=files)
    for name in control:
        case.refused(name, ("EROFS", "EACCES"), results, sound)
    for position, found in results.items():
        assert set(found.values()) <= {"EROFS", "EACCES", "EPERM"}, f"{position}: {found}"
    assert image_digest() == before


def test_f03_writes_do_not_reach_another_session(new_session: Sessions) -> None:
    storage = Probes("filesystem", "storage")
    writer = new_session()
    places = storage.inside(writer, "writable_directories")
    assert {"/workspace", "/tmp", "/dev/shm"} <= set(places)
    assert all(place.startswith(("/workspace", "/tmp", "/dev/shm")) for place in places), places
    name = "left-by-the-first"
    storage.inside(writer, "plant", paths=[f"{place}/{name}" for place in places], text="x")
    seen = storage.inside(writer, "find_files", top="/", names=[name])
    assert len(seen) == len(places), "vacuous: the search does not find what is there"
    assert storage.inside(new_session(), "find_files", top="/", names=[name]) == []


def test_f04_mount(positions: Positions, work: Path) -> None:
    case = Case("F04")
    sound = case.permitted(FILES.outside("mount_filesystems", directory=str(work)))
    results = positions.everywhere(FILES, "mount_filesystems", directory=INSIDE)
    case.all_refused("EPERM", results, sound)


def test_f05_new_mount_calls(positions: Positions, work: Path) -> None:
    case = Case("F05")
    sound = case.permitted(FILES.outside("new_mount_calls", directory=str(work)))
    case.all_refused("ENOSYS", positions.everywhere(FILES, "new_mount_calls", directory=INSIDE), sound)


def test_f06_unmount_and_change_of_root(positions: Positions, work: Path) -> None:
    case = Case("F06")
    sound = case.permitted(FILES.outside("change_root", directory=str(work)))
    case.all_refused("EPERM", positions.everywhere(FILES, "change_root", directory=INSIDE), sound)


def test_f07_remount_writable(positions: Positions, work: Path) -> None:
    case = Case("F07")
    sound = case.permitted(FILES.outside("remount_control", directory=str(work)))
    for target in ("/", "/dev", "/opt/cloister/driver"):
        results = positions.everywhere(FILES, "remount_writable", target=target)
        for name in ("remount", "remount superblock", "recursive"):
            case.refused(name, "EPERM", results, sound)
        case.refused("write", ("EROFS", "EACCES"), results, sound)


def test_f08_walking_up_stays_inside(positions: Positions, canaries: Canaries) -> None:
    target = str(canaries.file)
    control = FILES.outside("walk_up", target=target)
    Case("F08").need(all(control["found"].values()), control)
    for position, found in positions.everywhere(FILES, "walk_up", target=target).items():
        assert found["closed"], position
        assert not any(found["found"].values()), f"{position}: {found}"


def test_f09_double_chroot(positions: Positions, canaries: Canaries, work: Path) -> None:
    target = str(canaries.file)
    control = FILES.outside("double_chroot", directory=str(work / "jail"), target=target)
    (work / "jail").rmdir()
    Case("F09").need(control == {"chroot": "ok", "again": "ok", "seen": True}, control)
    for position, found in positions.everywhere(FILES, "double_chroot", directory=INSIDE, target=target).items():
        assert found == {"chroot": "EPERM", "again": "EPERM", "seen": False}, position


def test_f10_descriptors(positions: Positions, instance: Instance) -> None:
    """0 is null, 1 and 2 are sockets; the driver's own are sockets or anonymous at 240 and above, closed by exec."""
    with Path("/etc/passwd").open() as held:
        control = FILES.outside("list_descriptors", inherit=[held.fileno()])
    Case("F10").need(all("/etc/passwd" in found.values() for found in control.values()), control)
    for position, found in positions.everywhere(FILES, "list_descriptors").items():
        for number, target in found["own"].items():
            assert number == "0" or number in ("1", "2") or int(number) >= 240 or "/proc/" in target, (position, found)
            assert target.startswith(("socket:", "pipe:", "anon_inode:", "/dev/null", "/proc/")), (position, found)
        others = {n: target for n, target in found["started"].items() if "/proc/" not in target}
        assert set(others) == {"0", "1", "2"}, (position, found)
        assert not any(str(place) in str(found) for place in instance.directories), (position, found)


def test_f11_mounts(positions: Positions, instance: Instance, work: Path) -> None:
    names = [str(place) for place in (*instance.directories, work)] + ["/workspaces/..", instance.name, "cloister-"]
    control = FILES.outside("mounts")
    Case("F11").need(instance.name in str(control), control)
    for position, found in positions.everywhere(FILES, "mounts").items():
        for mount in found:
            point, options = mount["point"], set(mount["options"])
            where = f"{position}: {mount}"
            assert "nosuid" in options, where
            device_node = point == "/dev" or point.removeprefix("/dev/") in (*DEVICES, "pts")
            assert "nodev" in options or device_node, where
            assert "noexec" in options or point in ("/", "/workspace", "/tmp", "/opt/cloister/driver"), where
            assert "ro" in options or point in WRITABLE_MOUNTS or point.removeprefix("/dev/") in DEVICES, where
            assert not any(name in str(mount) for name in names), where
            documented = ("/", "/workspace", "/tmp", "/proc", "/dev", "/opt/cloister/driver")
            assert point in documented or point.startswith(("/dev/", "/proc/")), where
            assert mount["type"] in ("erofs", "btrfs", "tmpfs", "proc", "devpts", "devtmpfs"), where


def test_f12_process_one_is_closed(positions: Positions, canaries: Canaries) -> None:
    case = Case("F12")
    sound = case.permitted(FILES.outside("look_at_process", pid=canaries.pid))
    results = positions.everywhere(FILES, "look_at_process", pid=1)
    case.all_refused(("EACCES", "EPERM"), results, sound)


def test_f13_file_handles(positions: Positions, canaries: Canaries) -> None:
    case = Case("F13")
    sound = case.permitted(FILES.outside("file_handles", path=str(canaries.file)))
    case.all_refused("EPERM", positions.everywhere(FILES, "file_handles", path="/etc/passwd"), sound)


def test_f14_setuid_programs(positions: Positions, canaries: Canaries, work: Path) -> None:
    program = work / "setuid-python"
    shutil.copyfile(os.path.realpath("/usr/bin/python3"), program)
    program.chmod(0o4755)
    nobody = 65534
    try:
        control = FILES.outside("setuid_program", user=nobody, path=str(program), directory="")
    finally:
        program.unlink()
    Case("F14").need(control["ids"] == f"{nobody} 0 {nobody}", control)
    results = positions.everywhere(FILES, "setuid_program", path=None, directory="/workspace")
    for position, found in results.items():
        assert found["ids"] == "1000 1000 1000", f"{position}: {found}"
        assert found["chown"] in ("EPERM", "EINVAL"), f"{position}: {found}"


def test_f15_file_capabilities(positions: Positions, work: Path) -> None:
    case = Case("F15")
    sound = case.permitted(FILES.outside("file_capability", path=str(work / "file")))
    results = positions.everywhere(FILES, "file_capability", path="/workspace/capable")
    case.all_refused("EPERM", results, sound)


def test_f16_hard_link_to_the_image(positions: Positions, canaries: Canaries, work: Path) -> None:
    case = Case("F16")
    sound = case.permitted(FILES.outside("hard_link", source=str(canaries.file), target=str(work / "linked")))
    for target in ("/workspace/linked", "/tmp/linked", "/etc/linked"):
        results = positions.everywhere(FILES, "hard_link", source="/etc/passwd", target=target)
        expected = ("EXDEV", "EPERM") if target != "/etc/linked" else ("EROFS", "EACCES", "EPERM")
        case.all_refused(expected, results, sound)


def test_f17_device_nodes(positions: Positions, work: Path) -> None:
    case = Case("F17")
    sound = case.permitted(FILES.outside("device_nodes", directory=str(work)))
    case.all_refused("EPERM", positions.everywhere(FILES, "device_nodes", directory="/workspace"), sound)
    assert all(positions.everywhere(FILES, "make_fifo", directory="/workspace").values())


def test_f19_devices(positions: Positions) -> None:
    case = Case("F19")
    present = [name for name in FORBIDDEN_DEVICES if Path("/dev", name).exists()]
    case.need(bool(present), "none of the devices")
    control = FILES.outside("open_devices", names=present)
    case.need("ok" in control.values(), control)
    for position, found in positions.everywhere(FILES, "open_devices", names=[*FORBIDDEN_DEVICES, "tty"]).items():
        assert set(found.values()) <= {"ENOENT", "ENXIO"}, f"{position}: {found}"
    listing = Probes("information")
    for position, found in positions.everywhere(listing, "look_at", paths=["/dev"]).items():
        assert found["/dev"] == DEV, f"{position}: {found}"


def test_f20_terminals_are_bounded(new_session: Sessions) -> None:
    control = FILES.outside("open_terminals", most=32)
    Case("F20").need(control == {"count": 32, "ending": "ok"}, control)
    session = new_session()
    for _ in range(2):
        assert FILES.inside(session, "open_terminals", most=64) == {"count": 16, "ending": "ENOSPC"}
