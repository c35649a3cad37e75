# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Unpacks Debian packages into a new tree."""

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

from .problem import Problem
from .process import run

MERGED = 'for d in bin sbin lib lib64; do mkdir -p "$1/usr/$d"; ln -s "usr/$d" "$1/$d"; done'
TARGET = re.compile(r"^(?P<uri>\S+)\|(?P<release>[^|]+)\|(?P<component>[^|]+)\|Debian$")


def unpack(tree: Path, suite: str, packages: tuple[str, ...], listing: Path, lock: int) -> dict[str, str]:
    """Fills `tree` and returns the version of every package in it."""
    sources = listing.with_suffix(".list")
    sources.write_text("".join(f"{line}\n" for line in _sources(suite, lock)), "utf-8")
    command = [
        "mmdebstrap",
        "--mode=root",
        "--variant=extract",
        "--format=directory",
        f"--setup-hook={MERGED}",
        f'--extract-hook=ls "$1/var/cache/apt/archives" >{shlex.quote(str(listing))}',
        f"--include={','.join(packages)}",
        *(f"--aptopt={line}" for line in _apt_settings(lock)),
        suite,
        str(tree),
        str(sources),
    ]
    run(command, lock=lock)
    return _versions(listing.read_text("utf-8").splitlines())


def _sources(suite: str, lock: int) -> list[str]:
    """The host's own Debian sources for the suite: an image comes from where the host's packages come from."""
    form = "$(REPO_URI)|$(RELEASE)|$(COMPONENT)|$(ORIGIN)"
    lines: list[str] = []
    for target in run(["apt-get", "indextargets", "--format", form, "Identifier: Packages"], lock=lock).splitlines():
        match = TARGET.match(target)
        if match and match["release"].split("-")[0] == suite and match["component"] == "main":
            lines.append(f"deb {match['uri']} {match['release']} main")
    if not lines:
        raise Problem(
            f"apt knows no Debian source for {suite}", "run 'apt-get update' and look at /etc/apt/sources.list"
        )
    return list(dict.fromkeys(lines))


def _apt_settings(lock: int) -> list[str]:
    """Proxies and certificates of the host's apt."""
    dump = run(["apt-config", "dump"], lock=lock).splitlines()
    return [line for line in dump if re.match(r'Acquire::https?::\S+ "[^"]', line)]


def _versions(names: list[str]) -> dict[str, str]:
    fields = [name.removesuffix(".deb").split("_") for name in names if name.endswith(".deb")]
    return {package: unquote(version) for package, version, _ in fields}
