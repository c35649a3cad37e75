# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Refuses a tree that would be dangerous as the root of a session."""

import os
import stat
from pathlib import Path

from .problem import Problem
from .tree import DIRECTORIES, EMPTY, FILES, walk

PYTHON = "usr/bin/python3"
LINK_LIMIT = 40


def verify(tree: Path) -> None:
    """Raises with every reason found, or returns."""
    problems = [*_places(tree), *_contents(tree), *_interpreter(tree)]
    if problems:
        shown = "\n  ".join(problems[:20])
        raise Problem(f"the tree is not safe as an image:\n  {shown}", "mend the recipe; nothing was written")


def _places(tree: Path) -> list[str]:
    problems: list[str] = []
    for name in DIRECTORIES:
        # Each component for itself: a link in the middle would lead a mount elsewhere.
        parts = Path(name).parts
        for depth in range(1, len(parts) + 1):
            path = tree.joinpath(*parts[:depth])
            if path.is_symlink():
                problems.append(f"/{path.relative_to(tree)} is a symbolic link")
            elif not path.is_dir():
                problems.append(f"/{path.relative_to(tree)} is not a directory")
    for name in EMPTY:
        path = tree / name
        if path.is_dir() and not path.is_symlink() and any(path.iterdir()):
            problems.append(f"/{name} is not empty")
    for name, text in FILES.items():
        path = tree / name
        if path.is_symlink() or not path.is_file() or path.read_text("utf-8") != text:
            problems.append(f"/{name} is not what a session expects")
    return list(dict.fromkeys(problems))


def _contents(tree: Path) -> list[str]:
    return [problem for path in [tree, *walk(tree)] for problem in _entry(path, f"/{path.relative_to(tree)}")]


def _entry(path: Path, name: str) -> list[str]:
    problems: list[str] = []
    status = path.lstat()
    mode = status.st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISLNK(mode)):
        problems.append(f"{name} is a {_kind(mode)}")
    if (status.st_uid, status.st_gid) != (0, 0):
        problems.append(f"{name} belongs to {status.st_uid}:{status.st_gid}, not to root")
    if not stat.S_ISLNK(mode):
        if mode & (stat.S_ISUID | stat.S_ISGID):
            problems.append(f"{name} has a setuid or setgid bit")
        if mode & 0o022:
            problems.append(f"{name} is writable for others than root")
    if attributes := os.listxattr(path, follow_symlinks=False):
        problems.append(f"{name} has the extended attribute {min(attributes)}")
    return problems


def _kind(mode: int) -> str:
    kinds = {stat.S_IFBLK: "block device", stat.S_IFCHR: "character device", stat.S_IFIFO: "pipe"}
    return kinds.get(stat.S_IFMT(mode), "socket")


def _interpreter(tree: Path) -> list[str]:
    path = resolve(tree, PYTHON)
    if path is None or not path.is_file() or not path.stat().st_mode & 0o001:
        return [f"/{PYTHON} does not lead to a program in the tree"]
    return []


def resolve(tree: Path, name: str) -> Path | None:
    """Where `name` leads when `tree` is the root; None for loops and missing files."""
    pending = list(Path(name).parts)[::-1]
    current = tree
    links = 0
    while pending:
        part = pending.pop()
        if part in ("/", "."):
            continue
        if part == "..":
            current = current if current == tree else current.parent
            continue
        step = current / part
        if not step.is_symlink():
            current = step
            continue
        links += 1
        if links > LINK_LIMIT:
            return None
        target = step.readlink()
        current = tree if target.is_absolute() else current
        pending += list(target.parts)[::-1]
    return current if current.exists() else None
