# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Reads a recipe folder (and the one that it extends) into one value."""

import hashlib
import platform
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .problem import Problem

KEYS = {"name", "version", "suite", "extends", "debian", "imports", "prune", "links"}


@dataclass(frozen=True)
class Recipe:
    """Everything that decides an image's content, except what the package archives hold."""

    name: str
    version: str
    suite: str
    debian: tuple[str, ...]
    prune: tuple[str, ...]
    links: dict[str, str]
    requirements: tuple[Path, ...]
    patches: tuple[Path, ...]
    preload: tuple[str, ...]
    warmup: tuple[Path, ...]
    imports: tuple[str, ...]
    digest: str


def load(images: Path, name: str) -> Recipe:
    """The recipe `name`; parents' lists come first, a child's scalars win."""
    chain = _chain(images, name)
    folders = [folder for folder, _ in chain]
    tables = [table for _, table in chain]
    scalars: dict[str, str] = {}
    links: dict[str, str] = {}
    for table in tables:
        scalars |= {key: table[key] for key in ("name", "version", "suite") if key in table}
        links |= table.get("links", {})
    for key in ("name", "version", "suite"):
        if key not in scalars:
            raise Problem(f"recipe {name}: no '{key}'")
    return Recipe(
        name=scalars["name"],
        version=scalars["version"],
        suite=scalars["suite"],
        debian=tuple(sorted({item for table in tables for item in table.get("debian", [])})),
        prune=tuple(item for table in tables for item in table.get("prune", [])),
        links=links,
        requirements=_existing(folders, "requirements.txt"),
        patches=tuple(path for folder in folders for path in sorted(folder.glob("patches/*.patch"))),
        preload=tuple(line for path in _existing(folders, "preload.txt") for line in entries(path)),
        warmup=_existing(folders, "warmup.py"),
        imports=tuple(item for table in tables for item in table.get("imports", [])),
        digest=_digest(images, folders),
    )


def entries(path: Path) -> list[str]:
    """The lines of a list file without comments and blanks."""
    lines = (line.split("#", 1)[0].strip() for line in path.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def _chain(images: Path, name: str) -> list[tuple[Path, dict[str, Any]]]:
    chain: list[tuple[Path, dict[str, Any]]] = []
    following: str | None = name
    while following:
        folder = images / following
        if any(folder == seen for seen, _ in chain):
            raise Problem(f"recipe {name}: '{following}' extends itself")
        table = _table(folder)
        chain.append((folder, table))
        following = table.get("extends")
    return chain[::-1]


def _table(folder: Path) -> dict[str, Any]:
    path = folder / "recipe.toml"
    if not path.is_file():
        names = sorted(p.parent.name for p in folder.parent.glob("*/recipe.toml"))
        raise Problem(f"no recipe called '{folder.name}'", f"use one of: {', '.join(names)}")
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Problem(f"{path}: {error}") from error
    if unknown := sorted(table.keys() - KEYS):
        raise Problem(f"{path}: unknown key '{unknown[0]}'", f"use one of: {', '.join(sorted(KEYS))}")
    if table.get("name") != folder.name:
        raise Problem(f"{path}: 'name' is not the folder's name")
    return table


def _existing(folders: list[Path], name: str) -> tuple[Path, ...]:
    return tuple(folder / name for folder in folders if (folder / name).is_file())


def _digest(images: Path, folders: list[Path]) -> str:
    """Over the recipe's files and the builder's own, names and contents."""
    digest = hashlib.sha256(platform.machine().encode())
    sources = [path for folder in [*folders, images / "builder"] for path in folder.rglob("*")]
    for path in sorted([*sources, images / "build"]):
        if path.is_file() and "__pycache__" not in path.parts:
            content = path.read_bytes()
            digest.update(f"\n{path.relative_to(images)} {len(content)}\n".encode() + content)
    return digest.hexdigest()
