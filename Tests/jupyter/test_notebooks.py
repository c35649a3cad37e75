# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Whole notebooks show with this kernel what they show with ipykernel: the outputs that are kept in them.

`record_outputs.py` writes them. Each notebook has a session of its own, whose limits are a notebook's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest

from comparison import differences
from kernels import DATA_IMAGE, KERNEL, NOTEBOOKS, read, run_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api_client import Client

pytestmark = pytest.mark.host_only  # The guest has no image with packages.

MIB = 1 << 20
LIMITS = {"memory_bytes": 1024 * MIB, "pids": 256, "workspace_bytes": 64 * MIB, "tmp_bytes": 64 * MIB, "cpus": 2}

# Cells that show something else than with ipykernel. One that no longer does must go from here.
KNOWN = {
    "magics_and_shell": {
        16: "the error of %%bash names the program, not the script",
        20: "%%html shows no text/plain, and not the line's end",
    },
}
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 20
    for name in NAMES:
        notebook = read(NOTEBOOKS / f"{name}.ipynb")
        nbformat.validate(notebook)
        cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert len(cells) >= 8, name
        assert any(cell.outputs for cell in cells), f"{name} has no outputs of ipykernel"


@pytest.fixture
def attached(
    client: Client, known_kernel: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """A session that the next kernel attaches to."""
    name = f"notebook-{request.node.callspec.id}"
    session = client.create(name=name, image=DATA_IMAGE, limits=LIMITS)
    monkeypatch.setenv("CLOISTER_SESSION", name)
    yield session["id"]
    client.delete(session["id"])


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_shows_what_it_shows_with_ipykernel(name: str, attached: str, tmp_path: Path) -> None:
    expected = read(NOTEBOOKS / f"{name}.ipynb")
    executed = run_notebook(read(NOTEBOOKS / f"{name}.ipynb"), KERNEL, tmp_path)
    found = differences(expected, executed)
    known = KNOWN.get(name, {})
    unknown = [f"cell {number}: {text}" for number, text in found.items() if number not in known]
    assert not unknown, "\n".join(unknown)
    assert set(found) == set(known)
