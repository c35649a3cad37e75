# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A tree that could hurt its host is refused; the same tree without the fault is accepted."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from builder import safety, tree
from builder.problem import Problem

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: image trees belong to root")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The smallest tree that passes."""
    root = tmp_path / "root"
    (root / "usr/bin").mkdir(parents=True)
    (root / "bin").symlink_to("usr/bin")
    program = root / "usr/bin/python3.11"
    program.write_text("#!/bin/sh\n", "utf-8")
    program.chmod(0o755)
    (root / "usr/bin/python3").symlink_to("python3.11")
    (root / "usr/share/zoneinfo/Etc").mkdir(parents=True)
    (root / "usr/share/zoneinfo/Etc/UTC").write_bytes(b"TZif2")
    tree.furnish(root, {"usr/local/bin/python": "/usr/bin/python3"})
    tree.normalize(root)
    return root


def test_a_furnished_tree_is_safe(root: Path) -> None:
    safety.verify(root)


def _replace_by_link(name: str, target: str) -> Callable[[Path], None]:
    def spoil(root: Path) -> None:
        (root / name).rmdir()
        (root / name).symlink_to(target)

    return spoil


def _write(name: str) -> Callable[[Path], None]:
    def spoil(root: Path) -> None:
        (root / name).write_text("left over", "utf-8")

    return spoil


def _device(kind: int) -> Callable[[Path], None]:
    return lambda root: os.mknod(root / "usr/bin/device", kind | 0o644, os.makedev(1, 3))


def _mode(mode: int) -> Callable[[Path], None]:
    return lambda root: (root / "usr/bin/python3.11").chmod(mode)


def _capability(root: Path) -> None:
    # cap_net_raw=ep in the version 2 layout of the kernel.
    value = bytes.fromhex("0100000200200000000000000000000000000000")
    os.setxattr(root / "usr/bin/python3.11", "security.capability", value)


def _middle_link(root: Path) -> None:
    (root / "opt/cloister").rename(root / "opt/elsewhere")
    (root / "opt/cloister").symlink_to("elsewhere")


def _escaping_python(root: Path) -> None:
    (root / "usr/bin/python3").unlink()
    (root / "usr/bin/python3").symlink_to("../../../../../../../../bin/not-in-the-tree")


def _foreign_owner(root: Path) -> None:
    os.chown(root / "usr/bin/python3.11", 1000, 1000)


SPOILERS: dict[str, tuple[Callable[[Path], None], str]] = {
    "dev is a link": (_replace_by_link("dev", "/dev"), "/dev is a symbolic link"),
    "proc is a link": (_replace_by_link("proc", "../proc"), "/proc is a symbolic link"),
    "workspace is a link": (_replace_by_link("workspace", "tmp"), "/workspace is a symbolic link"),
    "tmp is a link": (_replace_by_link("tmp", "/var/tmp"), "/tmp is a symbolic link"),
    "a link in the middle": (_middle_link, "/opt/cloister is a symbolic link"),
    "run is missing": (lambda root: (root / "run").rmdir(), "/run is not a directory"),
    "workspace is not empty": (_write("workspace/file"), "/workspace is not empty"),
    "driver is not empty": (_write("opt/cloister/driver/__main__.py"), "/opt/cloister/driver is not empty"),
    "passwd is another": (_write("etc/passwd"), "/etc/passwd is not what a session expects"),
    "setuid": (_mode(0o4755), "has a setuid or setgid bit"),
    "setgid": (_mode(0o2755), "has a setuid or setgid bit"),
    "writable for all": (_mode(0o777), "is writable for others"),
    "python is not executable": (_mode(0o644), "does not lead to a program"),
    "python leads out": (_escaping_python, "does not lead to a program"),
    "character device": (_device(stat.S_IFCHR), "is a character device"),
    "block device": (_device(stat.S_IFBLK), "is a block device"),
    "pipe": (lambda root: os.mkfifo(root / "usr/bin/pipe"), "is a pipe"),
    "file capability": (_capability, "has the extended attribute security.capability"),
    "foreign owner": (_foreign_owner, "belongs to 1000:1000"),
}


@pytest.mark.parametrize("name", SPOILERS)
def test_a_spoiled_tree_is_refused(root: Path, name: str) -> None:
    spoil, reason = SPOILERS[name]
    safety.verify(root)
    spoil(root)
    with pytest.raises(Problem) as caught:
        safety.verify(root)
    assert reason in str(caught.value)


def test_normalizing_takes_privileges_away(root: Path) -> None:
    program = root / "usr/bin/python3.11"
    os.chown(program, 1000, 1000)
    program.chmod(0o6777)
    tree.normalize(root)
    assert program.stat().st_mode & 0o7777 == 0o755
    safety.verify(root)


def test_furnishing_replaces_a_link_that_a_package_brought(root: Path) -> None:
    (root / "etc/resolv.conf").unlink()
    (root / "etc/resolv.conf").symlink_to("/run/systemd/resolve/resolv.conf")
    _replace_by_link("tmp", "/var/tmp")(root)
    (root / "dev/null").touch()
    tree.furnish(root, {})
    tree.normalize(root)
    safety.verify(root)


def test_furnishing_refuses_a_linked_parent(root: Path) -> None:
    (root / "opt/cloister/driver").rmdir()
    (root / "opt/cloister").rmdir()
    (root / "opt").rmdir()
    (root / "opt").symlink_to("usr")
    with pytest.raises(Problem, match="/opt is not a directory"):
        tree.furnish(root, {})


def test_links_are_resolved_inside_the_tree(root: Path) -> None:
    (root / "loop").symlink_to("loop")
    assert safety.resolve(root, "usr/local/bin/python") == root / "usr/bin/python3.11"
    assert safety.resolve(root, "loop") is None
    assert safety.resolve(root, "../../bin/python3") == root / "usr/bin/python3.11"
