# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Whoever loses variables is told."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from host import patience
from kernels import DATA_IMAGE, kernel, run, text

if TYPE_CHECKING:
    from pathlib import Path

    from api_client import Client

pytestmark = pytest.mark.host_only  # The guest has no image with packages.

END = "import os; os._exit(7)"
COPY_SECONDS = 1.0
"""Copies are made after the answer, when nothing else runs."""


def ended(notebook: Any) -> str:
    """What a cell says that ends the interpreter."""
    reply, messages = run(notebook, END)
    assert (reply["status"], reply["ename"]) == ("error", "InterpreterLost")
    return text(messages, "stderr")


def test_lost_variables(client: Client, known_kernel: Path) -> None:
    client.create(name="without-copies", image=DATA_IMAGE, checkpoint="off")
    with kernel(CLOISTER_SESSION="without-copies") as (_, notebook):
        run(notebook, "mine = 1")
        told = ended(notebook)
        assert "All variables are lost" in told
        assert "status 7" in told
        assert run(notebook, "mine")[0]["ename"] == "NameError"


@pytest.mark.parametrize("pause", [0, COPY_SECONDS])
def test_variables_that_are_set_back(client: Client, known_kernel: Path, pause: float) -> None:
    """Which copy there is, is the daemon's affair. What the kernel says of it is what the variables show."""
    name = f"with-copies-{pause}"
    client.create(name=name, image=DATA_IMAGE, checkpoint="always")
    with kernel(CLOISTER_SESSION=name) as (_, notebook):
        for number in (1, 2, 3):
            run(notebook, f"mine = {number}")
            time.sleep(patience(pause))
        told = re.search(r"as they were (before this cell|after cell (\d))", ended(notebook))
        assert told is not None
        assert text(run(notebook, "print(mine)")[1]) == f"{told[2] or 3}\n"


def test_variables_of_an_earlier_cell(known_kernel: Path) -> None:
    """There is no copy of an interpreter with threads, so the older one is what there is."""
    with kernel() as (_, notebook):
        run(notebook, "mine = 1; import threading, time")
        time.sleep(patience(COPY_SECONDS))
        run(notebook, "mine = 2; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()")
        run(notebook, "mine = 3")
        assert "The variables are as they were after cell 1" in ended(notebook)
        assert text(run(notebook, "print(mine)")[1]) == "1\n"


def test_memory(known_kernel: Path) -> None:
    with kernel() as (_, notebook):
        reply, messages = run(notebook, "bomb = bytearray(1 << 29)")
        assert reply["status"] == "error"
        assert "more memory than it may have (memory_bytes: 256 MiB)" in text(messages, "stderr")
