# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The image file: repeatable, published whole, rebuilt only when it must be."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from builder import pack, recipe, workshop

IMAGES = Path(recipe.__file__).resolve().parent.parent


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[int]:
    with workshop.opened(tmp_path / "workshop") as descriptor:
        yield descriptor


@pytest.fixture
def plan() -> recipe.Recipe:
    return replace(recipe.load(IMAGES, "python-minimal"), name="tiny")


def fill(root: Path, names: list[str]) -> Path:
    root.mkdir()
    for name in names:
        (root / name).mkdir()
        (root / name / "file").write_text(name * 3000, "utf-8")
        (root / name / "link").symlink_to("file")
    return root


@pytest.mark.skipif(shutil.which("mkfs.erofs") is None, reason="needs erofs-utils")
def test_the_same_content_gives_the_same_bytes(tmp_path: Path, plan: recipe.Recipe, lock: int) -> None:
    names = [f"entry-{number}" for number in range(40)]
    for folder, order in (("one", names), ("two", names[::-1])):
        pack.erofs(fill(tmp_path / folder, order), tmp_path / f"{folder}.erofs", plan, lock)
    assert pack.sha256(tmp_path / "one.erofs") == pack.sha256(tmp_path / "two.erofs")
    (tmp_path / "two/entry-7/file").write_text("other", "utf-8")
    pack.erofs(tmp_path / "two", tmp_path / "three.erofs", plan, lock)
    assert pack.sha256(tmp_path / "one.erofs") != pack.sha256(tmp_path / "three.erofs")


def publish(output: Path, plan: recipe.Recipe, content: bytes) -> None:
    output.mkdir(exist_ok=True)
    draft = output / ".tiny.erofs.new"
    draft.write_bytes(content)
    pack.publish(draft, output, {"name": "tiny", "created_from": plan.digest})


def test_a_published_image_is_current(tmp_path: Path, plan: recipe.Recipe) -> None:
    output = tmp_path / "output"
    assert pack.current(output, plan) is None
    publish(output, plan, b"image")
    manifest = pack.current(output, plan)
    assert manifest is not None
    assert manifest["sha256"] == hashlib.sha256(b"image").hexdigest()
    assert manifest["size"] == len(b"image")
    assert sorted(path.name for path in output.iterdir()) == ["tiny.erofs", "tiny.json"]


@pytest.mark.parametrize("fault", ["recipe", "size", "manifest", "no image"])
def test_a_doubtful_image_is_built_again(tmp_path: Path, plan: recipe.Recipe, fault: str) -> None:
    output = tmp_path / "output"
    publish(output, plan, b"image")
    match fault:
        case "recipe":
            plan = replace(plan, digest="another")
        case "size":
            (output / "tiny.erofs").write_bytes(b"torn")
        case "manifest":
            (output / "tiny.json").write_text(json.dumps({})[:-1], "utf-8")
        case _:
            (output / "tiny.erofs").unlink()
    assert pack.current(output, plan) is None
