# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Recipes: inheritance, refusals, and a digest that follows every input."""

from pathlib import Path

import pytest

from builder import recipe
from builder.problem import Problem

IMAGES = Path(recipe.__file__).resolve().parent.parent


@pytest.fixture
def images(tmp_path: Path) -> Path:
    (tmp_path / "build").write_text("", "utf-8")
    (tmp_path / "builder").mkdir()
    write(tmp_path, "base", 'name = "base"\nversion = "1"\nsuite = "bookworm"\ndebian = ["b", "a"]\nprune = ["x"]\n')
    write(tmp_path, "child", 'name = "child"\nversion = "2"\nextends = "base"\ndebian = ["c"]\nprune = ["y"]\n')
    (tmp_path / "base/preload.txt").write_text("# comment\nos\n\n", "utf-8")
    (tmp_path / "child/preload.txt").write_text("json # why\n", "utf-8")
    (tmp_path / "base/warmup.py").write_text("first = 1\n", "utf-8")
    (tmp_path / "child/warmup.py").write_text("second = 2\n", "utf-8")
    return tmp_path


def write(images: Path, name: str, text: str) -> None:
    (images / name).mkdir(exist_ok=True)
    (images / name / "recipe.toml").write_text(text, "utf-8")


def test_a_child_adds_to_its_parent(images: Path) -> None:
    child = recipe.load(images, "child")
    assert (child.name, child.version, child.suite) == ("child", "2", "bookworm")
    assert child.debian == ("a", "b", "c")
    assert child.prune == ("x", "y")
    assert child.preload == ("os", "json")
    assert child.warmup == (images / "base/warmup.py", images / "child/warmup.py")


@pytest.mark.parametrize(
    "changed",
    ["base/recipe.toml", "child/preload.txt", "base/warmup.py", "builder/new.py", "child/requirements.txt"],
)
def test_the_digest_follows_every_input(images: Path, changed: str) -> None:
    before = recipe.load(images, "child").digest
    assert recipe.load(images, "child").digest == before
    with (images / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert recipe.load(images, "child").digest != before


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('name = "bad"\nversion = "1"\nsuite = "s"\npackages = []\n', "unknown key 'packages'"),
        ('name = "other"\nversion = "1"\nsuite = "s"\n', "not the folder's name"),
        ('name = "bad"\nsuite = "s"\n', "no 'version'"),
        ('name = "bad"\nextends = "bad"\n', "extends itself"),
        ("name = bad\n", "recipe.toml"),
    ],
)
def test_a_faulty_recipe_is_refused(images: Path, text: str, reason: str) -> None:
    write(images, "bad", text)
    with pytest.raises(Problem, match=reason):
        recipe.load(images, "bad")


def test_an_unknown_name_lists_the_known_ones(images: Path) -> None:
    with pytest.raises(Problem) as caught:
        recipe.load(images, "nothing")
    assert caught.value.remedy == "use one of: base, child"


def test_every_requirement_is_pinned_with_a_hash() -> None:
    for path in IMAGES.glob("*/requirements.txt"):
        requirements = " ".join(recipe.entries(path)).replace("\\", "").split("  --hash=sha256:")
        names = [part.split()[-1] for part in requirements[:-1]]
        assert names
        assert all(name.count("==") == 1 for name in names)


def test_the_shipped_recipes_load() -> None:
    names = sorted(path.parent.name for path in IMAGES.glob("*/recipe.toml"))
    assert names == ["python-datascience", "python-minimal"]
    for name in names:
        assert recipe.load(IMAGES, name).name == name
