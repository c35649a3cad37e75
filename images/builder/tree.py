# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Turns unpacked packages into the root of a session."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from .problem import Problem

# Mount points and places that a session expects; everything in the first group stays empty.
EMPTY = ("dev", "proc", "sys", "run", "tmp", "workspace", "opt/cloister/driver")
DIRECTORIES = (*EMPTY, "etc", "opt", "opt/cloister", "root", "usr", "usr/local", "usr/local/bin", "var", "var/tmp")

FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/usr/sbin/nologin\n"
    "cloister-init:x:999:999:session init:/:/usr/sbin/nologin\n"
    "user:x:1000:1000:user:/workspace:/bin/bash\n",
    "etc/group": "root:x:0:\ncloister-init:x:999:\nuser:x:1000:\n",
    "etc/hostname": "sandbox\n",
    "etc/hosts": "127.0.0.1 localhost sandbox\n::1 localhost sandbox\n",
    "etc/resolv.conf": "",
    "etc/machine-id": "",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n",
    "etc/ld.so.conf": "include /etc/ld.so.conf.d/*.conf\n",
    "etc/timezone": "Etc/UTC\n",
}


def furnish(tree: Path, links: dict[str, str]) -> None:
    """Writes the skeleton over whatever the packages brought for it."""
    for name in EMPTY:
        _remove(tree / name)
    for name in DIRECTORIES:
        path = tree / name
        if path.is_symlink() or (path.exists() and not path.is_dir()):
            raise Problem(f"/{name} is not a directory", "leave the package out that brings it")
        path.mkdir(parents=True, exist_ok=True)
    for name, text in FILES.items():
        _remove(tree / name)
        (tree / name).write_text(text, "utf-8")
    for name, target in {"etc/localtime": "/usr/share/zoneinfo/Etc/UTC", **links}.items():
        _remove(tree / name)
        (tree / name).symlink_to(target)


def prune(tree: Path, patterns: tuple[str, ...]) -> None:
    """Removes what the recipe does not want, documentation except licences included."""
    for pattern in patterns:
        for path in list(tree.glob(pattern)):
            _remove(path)
    for path in walk(tree / "usr/share/doc"):
        if not path.is_dir() and path.name != "copyright":
            path.unlink()
    _drop_dangling(tree / "usr/share/doc")


def normalize(tree: Path) -> None:
    """Root owns everything, nobody else may write, no bit raises privileges."""
    for path in [tree, *walk(tree)]:
        os.chown(path, 0, 0, follow_symlinks=False)
        if path.is_symlink():
            continue
        mode = path.lstat().st_mode
        wanted = (stat.S_IMODE(mode) & 0o755) | (0o755 if stat.S_ISDIR(mode) else 0o444)
        os.chmod(path, wanted)


def walk(root: Path) -> Iterator[Path]:
    """Everything below `root` in a fixed order, links not followed."""
    if not root.is_dir() or root.is_symlink():
        return
    for path in sorted(root.iterdir()):
        yield path
        yield from walk(path)


def _drop_dangling(root: Path) -> None:
    for path in sorted(walk(root), reverse=True):
        if path.is_symlink() and not path.exists():
            path.unlink()
        elif path.is_dir() and not path.is_symlink() and not any(path.iterdir()):
            path.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
