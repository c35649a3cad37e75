#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Runs notebooks with ipykernel and writes what they show into them: record_outputs.py CACHE [NAME...]

    .build-venv/bin/python Tests/jupyter/record_outputs.py /tmp/ipykernel-cache

CACHE is a folder for an environment with the Python and the packages of the image python-datascience, and with
ipykernel as scripts/test-tools.txt pins it. It is made at the first run. Without names all notebooks are run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from host import ROOT
from kernels import NOTEBOOKS, read, run_notebook

KERNEL = "ipykernel-of-the-image"
# Where both name a package, the image's version is installed last and stays.
REQUIREMENTS = ("scripts/test-tools.txt", "images/python-datascience/requirements.txt")


def main(cache: Path, names: list[str]) -> None:
    make_environment(cache / "venv")
    make_kernelspec(cache)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if not names or path.stem in names:
            print(path.stem, flush=True)
            record(path)


def make_environment(place: Path) -> None:
    """Complete when its mark is there."""
    mark = place / "complete"
    if mark.exists():
        return
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--clear", place], check=True)
    for file in REQUIREMENTS:
        flags = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--requirement"]
        subprocess.run([place / "bin" / "pip", "install", *flags, ROOT / file], check=True)
    mark.touch()


def make_kernelspec(cache: Path) -> None:
    place = cache / "share" / "jupyter" / "kernels" / KERNEL
    place.mkdir(parents=True, exist_ok=True)
    python = str(cache / "venv" / "bin" / "python")
    spec = {
        "argv": [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": KERNEL,
        "language": "python",
    }
    (place / "kernel.json").write_text(json.dumps(spec), "utf-8")
    os.environ["JUPYTER_PATH"] = str(cache / "share" / "jupyter")


def record(path: Path) -> None:
    notebook = read(path)
    with tempfile.TemporaryDirectory() as folder:
        executed = run_notebook(notebook, KERNEL, Path(folder))
    for cell in executed.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                # With colours, and never compared.
                output.traceback = []
    executed.metadata = {"language_info": {"name": "python"}}
    text = json.dumps(executed, indent=1, ensure_ascii=False, sort_keys=True)
    path.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2:])
