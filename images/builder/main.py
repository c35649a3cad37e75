# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The command line of images/build."""

import argparse
import os
import platform
import shutil
import sys
from pathlib import Path
from typing import Any

from . import debian, pack, python, recipe, safety, tree, warm, wheels, workshop
from .problem import Problem
from .process import run
from .progress import Progress, say

IMAGES = Path(__file__).resolve().parent.parent
WORK = IMAGES.parent / ".build-image"
OUTPUT = Path("/var/lib/cloister/images")
TOOLS = ("mmdebstrap", "mkfs.erofs", "patch", "setpriv", "unshare", "ldconfig")


def main() -> int:
    """Builds what is asked for; 0, or 1 with a sentence that says what to do."""
    options = _options()
    try:
        for name in options.names:
            build(recipe.load(IMAGES, name), options.output, options.force)
    except Problem as problem:
        say(f"images/build: {problem}")
        if problem.remedy:
            say(f"  what to do: {problem.remedy}")
        return 1
    return 0


def build(plan: recipe.Recipe, output: Path, force: bool) -> dict[str, Any]:
    """One image, or nothing when the one in place was made from the same recipe."""
    manifest = None if force else pack.current(output, plan)
    if manifest is not None:
        say(f"[image {plan.name}] up to date ({_mib(manifest['size'])}, sha256 {manifest['sha256'][:16]}…)")
        return manifest
    _check_host()
    output.mkdir(parents=True, exist_ok=True)
    with workshop.opened(WORK) as lock:
        workshop.clear(WORK / plan.name)
        # Temporary files of the tools go where the next build clears up.
        os.environ["TMPDIR"] = str(WORK / plan.name / "tmp")
        (WORK / plan.name / "tmp").mkdir(parents=True)
        # On the output's filesystem, so that publishing is a rename.
        image = output / f".{plan.name}.erofs.new"
        image.unlink(missing_ok=True)
        try:
            facts = _make(plan, WORK / plan.name, image, lock)
            manifest = pack.publish(image, output, facts)
        finally:
            image.unlink(missing_ok=True)
            workshop.clear(WORK / plan.name)
    say(f"[image {plan.name}] {output / plan.name}.erofs: {_mib(manifest['size'])}, sha256 {manifest['sha256']}")
    return manifest


def _make(plan: recipe.Recipe, work: Path, image: Path, lock: int) -> dict[str, Any]:
    root = work / "root"
    progress = Progress(plan.name, 6)
    with progress.step(f"unpacking Debian packages ({plan.suite})"):
        packages = debian.unpack(root, plan.suite, plan.debian, work / "packages", lock)
    with progress.step("installing Python packages"):
        if plan.requirements:
            wheels.install(root, plan.requirements, WORK / "pip", lock)
            wheels.patch(root, plan.patches, lock)
    with progress.step("furnishing the tree"):
        tree.prune(root, plan.prune)
        tree.furnish(root, plan.links)
        warmup = warm.write(root, plan)
        run(["ldconfig", "-X", "-r", str(root)], lock=lock)
    with progress.step("compiling Python, importing the promised modules, warming up"):
        python.compile_all(root, lock)
        python.cache_fonts(root, lock)
        version = python.prove(root, plan.preload + plan.imports, lock)
        warm.rehearse(root, plan, lock)
    with progress.step("checking that the tree is safe"):
        tree.normalize(root)
        safety.verify(root)
    with progress.step("writing the image file"):
        pack.erofs(root, image, plan, lock)
    return {
        "name": plan.name,
        "version": plan.version,
        "created_from": plan.digest,
        "architecture": platform.machine(),
        "python": version,
        "preload": list(plan.preload),
        "warmup": warmup,
        "packages": {"debian": packages, "python": wheels.versions(root)},
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="images/build", description="Builds session images from their recipes.")
    parser.add_argument("names", nargs="+", metavar="NAME", help="a folder of images/ with a recipe")
    parser.add_argument("--output", type=Path, default=OUTPUT, metavar="DIR", help=f"where to put it ({OUTPUT})")
    parser.add_argument("--force", action="store_true", help="build even if nothing changed, for newer Debian packages")
    return parser.parse_args()


def _check_host() -> None:
    if os.geteuid() != 0:
        raise Problem("building an image needs root", "run it with sudo")
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        raise Problem(f"not installed: {', '.join(missing)}", "run scripts/install-dependencies")
    if sys.version_info[:2] != (3, 11):
        raise Problem("the host's Python is not 3.11, the image's is", "build the image on Debian 12")


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"
