# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Installs pinned Python wheels into a tree without running anything of theirs."""

import shutil
import subprocess
from email.parser import HeaderParser
from pathlib import Path

from .problem import Problem
from .process import run

PACKAGES = Path("usr/local/lib/python3.11/dist-packages")


def install(tree: Path, requirements: tuple[Path, ...], tools: Path, lock: int) -> None:
    """Only wheels, only with the recorded hashes, no dependency that is not written down."""
    options = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--no-compile", "--no-warn-script-location"]
    options += ["--quiet", "--disable-pip-version-check", "--root-user-action=ignore"]
    files = [word for path in requirements for word in ("--requirement", str(path))]
    target = tree / PACKAGES
    target.mkdir(parents=True, exist_ok=True)
    pip = [str(_pip(tools, lock)), "-m", "pip", "install"]
    run([*pip, *options, "--target", str(target), *files], lock=lock)


def patch(tree: Path, patches: tuple[Path, ...], lock: int) -> None:
    """Applies the recipe's patches; one that no longer fits ends the build."""
    for path in patches:
        options = ["--batch", "--forward", "--fuzz=0", "--no-backup-if-mismatch", "--quiet", "--strip=1"]
        run(["patch", *options, "--directory", str(tree / PACKAGES), "--input", str(path)], lock=lock)


def versions(tree: Path) -> dict[str, str]:
    """Name and version of every installed distribution."""
    found: dict[str, str] = {}
    for path in sorted((tree / PACKAGES).glob("*.dist-info/METADATA")):
        header = HeaderParser().parsestr(path.read_text("utf-8"), headersonly=True)
        found[str(header["Name"])] = str(header["Version"])
    return found


def _pip(tools: Path, lock: int) -> Path:
    """The Python of an environment that has pip: Debian's own refuses to install outside of one."""
    python = tools / "bin" / "python"
    check = [str(python), "-m", "pip", "--version"]
    if python.exists() and subprocess.run(check, capture_output=True, check=False).returncode == 0:
        return python
    shutil.rmtree(tools, ignore_errors=True)
    run(["/usr/bin/python3", "-m", "venv", str(tools)], lock=lock)
    if not python.exists():
        raise Problem("python3 -m venv made no environment", "install the package python3-venv")
    return python
