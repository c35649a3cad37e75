# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Prepares the tree's Python: bytecode, font cache, and the proof that the promised modules load."""

import json
from pathlib import Path

from .process import run_inside
from .wheels import PACKAGES

ROOT = "0:0"
USER = "1000:1000"

COMPILE = """
import compileall, py_compile, sys
mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
for place in sys.argv[1:]:
    # Sources that are not Python 3 (templates, old test data) stay without bytecode.
    compileall.compile_dir(place, maxlevels=64, quiet=2, invalidation_mode=mode)
"""

FONTS = """
import json, sys
from matplotlib import font_manager as manager
json.dump([manager.FontManager.__version__, manager.FontManager()], sys.stdout, cls=manager._JSONEncoder)
"""

IMPORT = """
import importlib, sys
for name in sys.argv[1:]:
    importlib.import_module(name)
print(sys.version.split()[0])
"""


def compile_all(tree: Path, lock: int) -> None:
    """Bytecode that is never compared with its source: the tree is read-only."""
    places = ["/usr/lib/python3.11", "/usr/lib/python3", f"/{PACKAGES}"]
    present = [place for place in places if (tree / place[1:]).is_dir()]
    run_inside(tree, ["/usr/bin/python3", "-c", COMPILE, *present], lock=lock, user=ROOT)


def cache_fonts(tree: Path, lock: int) -> None:
    """Writes matplotlib's font list beside its data, where the recipe's patch looks for it."""
    data = tree / PACKAGES / "matplotlib/mpl-data"
    if not data.is_dir():
        return
    version, manager = json.loads(run_inside(tree, ["/usr/bin/python3", "-B", "-c", FONTS], lock=lock, user=USER))
    for fonts in ("afmlist", "ttflist"):
        manager[fonts].sort(key=lambda font: font["fname"])
    (data / f"fontlist-v{version}.json").write_text(json.dumps(manager, indent=1, sort_keys=True), "utf-8")


def prove(tree: Path, modules: tuple[str, ...], lock: int) -> str:
    """Imports every promised module as the session's user and returns Python's version."""
    command = ["/usr/bin/python3", "-B", "-W", "error::ImportWarning", "-c", IMPORT, *modules]
    return run_inside(tree, command, lock=lock, user=USER).strip()
