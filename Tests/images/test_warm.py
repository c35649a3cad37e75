# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What an image tells a warm interpreter, and that the shipped warm-up leaves nothing behind."""

import hashlib
import subprocess
from dataclasses import replace
from pathlib import Path

from builder import recipe, warm

IMAGES = Path(recipe.__file__).resolve().parent.parent

LEAVES_NOTHING = """
import importlib, locale, os, random, signal, sys, threading, warnings
for name in sys.argv[2:]:
    importlib.import_module(name)
def state():
    return {
        "environment": dict(os.environ), "folder": os.getcwd(), "warnings": list(warnings.filters),
        "random": random.getstate(), "locale": locale.setlocale(locale.LC_ALL), "path": list(sys.path),
        "signals": [signal.getsignal(number) for number in signal.valid_signals()],
        "threads": len(os.listdir("/proc/self/task")), "descriptors": sorted(os.listdir("/proc/self/fd")),
        "files": sorted(os.listdir("/tmp")), "hooks": (sys.displayhook, sys.excepthook, sys.gettrace()),
        "numbers": repr(sys.modules["numpy"].random.get_state()) if "numpy" in sys.modules else None,
        "figures": sys.modules["matplotlib.pyplot"].get_fignums() if "matplotlib.pyplot" in sys.modules else None,
        "settings": dict(sys.modules["matplotlib"].rcParams) if "matplotlib" in sys.modules else None,
    }
before = state()
with open(sys.argv[1], encoding="utf-8") as file:
    exec(compile(file.read(), file.name, "exec"), {"__name__": "__warmup__"})
for name, value in state().items():
    assert value == before[name], (name, before[name], value)
"""


def test_the_tree_gets_the_modules_and_the_warm_up(tmp_path: Path) -> None:
    parts = (tmp_path / "a.py", tmp_path / "b.py")
    for path in parts:
        path.write_text(f"{path.stem} = 1\n", "utf-8")
    plan = replace(recipe.load(IMAGES, "python-minimal"), preload=("json", "re"), warmup=parts)
    digest = warm.write(tmp_path, plan)
    folder = tmp_path / "usr/share/cloister"
    assert (folder / "preload.txt").read_text("utf-8") == "json\nre\n"
    assert (folder / "warmup.py").read_text("utf-8").split() == ["a", "=", "1", "b", "=", "1"]
    assert digest == hashlib.sha256((folder / "warmup.py").read_bytes()).hexdigest()


def test_a_recipe_without_a_warm_up_has_none(tmp_path: Path) -> None:
    plan = replace(recipe.load(IMAGES, "python-minimal"), warmup=())
    assert warm.write(tmp_path, plan) is None
    assert not (tmp_path / "usr/share/cloister/warmup.py").exists()


def test_the_warm_up_of_the_standard_library_leaves_nothing_behind() -> None:
    plan = recipe.load(IMAGES, "python-minimal")
    command = ["/usr/bin/python3", "-I", "-c", LEAVES_NOTHING, str(plan.warmup[0]), *plan.preload]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
