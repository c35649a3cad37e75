# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Writes the image file and its manifest."""

import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

from .process import run
from .recipe import Recipe

# The same for every file, and late enough for zip, which knows no time before 1980.
TIMESTAMP = 1735689600


def erofs(tree: Path, target: Path, recipe: Recipe, lock: int) -> None:
    """Uncompressed, at twice the size: imports are no faster compressed, and kernel threads would do the
    decompression, work that no session's cgroup pays for."""
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"cloister:{recipe.name}:{recipe.digest}")
    options = [f"-T{TIMESTAMP}", f"-U{identity}", "-x-1", "--all-root", "-d0"]
    run(["mkfs.erofs", *options, str(target), str(tree)], lock=lock)


def publish(image: Path, output: Path, manifest: dict[str, Any]) -> dict[str, Any]:
    """Moves the image to its place, then the manifest: a manifest never names an image that is not there."""
    name = manifest["name"]
    manifest = {**manifest, "sha256": sha256(image), "size": image.stat().st_size}
    draft = output / f".{name}.json.new"
    draft.write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n", "utf-8")
    for path in (image, draft):
        path.chmod(0o644)
        _sync(path)
    image.replace(output / f"{name}.erofs")
    draft.replace(output / f"{name}.json")
    _sync(output)
    return manifest


def current(output: Path, recipe: Recipe) -> dict[str, Any] | None:
    """The manifest in place if it was made from this recipe and its image is whole."""
    try:
        manifest = json.loads((output / f"{recipe.name}.json").read_text("utf-8"))
        size = (output / f"{recipe.name}.erofs").stat().st_size
    except (OSError, ValueError):
        return None
    fits = isinstance(manifest, dict) and manifest.get("created_from") == recipe.digest and manifest.get("size") == size
    return manifest if fits else None


def sha256(path: Path) -> str:
    """The digest of a file's content, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
