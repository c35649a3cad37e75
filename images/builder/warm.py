# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Writes what a warm interpreter reads: modules to import, and typical work to run before the first fork."""

import hashlib
from pathlib import Path

from .process import run_inside
from .python import USER
from .recipe import Recipe

FOLDER = Path("usr/share/cloister")

REHEARSE = """
import importlib, sys
for name in open("/usr/share/cloister/preload.txt", encoding="utf-8").read().split():
    importlib.import_module(name)
with open("/usr/share/cloister/warmup.py", encoding="utf-8") as file:
    exec(compile(file.read(), file.name, "exec"), {"__name__": "__warmup__"})
"""


def write(tree: Path, plan: Recipe) -> str | None:
    """Puts both files into the tree and returns the warm-up's SHA-256; the parents' parts come first."""
    folder = tree / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "preload.txt").write_text("".join(f"{name}\n" for name in plan.preload), "utf-8")
    if not plan.warmup:
        return None
    text = "\n\n".join(path.read_text("utf-8") for path in plan.warmup)
    (folder / "warmup.py").write_text(text, "utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def rehearse(tree: Path, plan: Recipe, lock: int) -> None:
    """Runs the warm-up as a session's user: one that fails ends the build."""
    if plan.warmup:
        run_inside(tree, ["/usr/bin/python3", "-B", "-c", REHEARSE], lock=lock, user=USER)
