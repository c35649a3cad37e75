# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Kernels that Jupyter finds, and notebooks run on them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import nbformat
from jupyter_client.manager import KernelManager, start_new_kernel
from nbconvert.preprocessors import ExecutePreprocessor

from host import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

KERNEL = "cloister"
DATA_IMAGE = "python-datascience"
PACKAGE = ROOT / "clients" / "jupyter"
NOTEBOOKS = ROOT / "Tests" / "jupyter" / "notebooks"
CELL_SECONDS = 120


def make_known(folder: Path, variables: Mapping[str, str], set_variable: Callable[[str, str], None]) -> None:
    """Installs the kernelspec below the folder, as a user would, and makes this process and its children see it."""
    set_variable("PYTHONPATH", str(PACKAGE))
    set_variable("JUPYTER_PATH", str(folder / "share" / "jupyter"))
    set_variable("JUPYTER_RUNTIME_DIR", str(folder / "runtime"))
    set_variable("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    for name, value in variables.items():
        set_variable(name, value)
    command = [sys.executable, "-m", "cloister_kernel", "install", "--prefix", str(folder)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def run_notebook(notebook: Any, kernel: str, folder: Path) -> Any:
    """The notebook as `nbconvert --execute` leaves it."""
    options = {"timeout": CELL_SECONDS, "kernel_name": kernel, "record_timing": False}
    runner = ExecutePreprocessor(**options)  # type: ignore[no-untyped-call]
    executed, _ = runner.preprocess(notebook, {"metadata": {"path": str(folder)}})
    return executed


@contextmanager
def kernel(**variables: str) -> Iterator[tuple[KernelManager, Any]]:
    manager, client = start_new_kernel(kernel_name=KERNEL, env={**os.environ, **variables})
    try:
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel()


def run(client: Any, code: str) -> tuple[Any, list[Any]]:
    """The reply, and the messages of the cell in their order."""
    messages: list[Any] = []
    reply = client.execute_interactive(code, timeout=60, output_hook=messages.append)
    return reply["content"], messages


def text(messages: list[Any], name: str = "stdout") -> str:
    streams = [message["content"] for message in messages if message["msg_type"] == "stream"]
    return "".join(content["text"] for content in streams if content["name"] == name)


def shown(messages: list[Any]) -> list[Any]:
    """What a front end puts below the cell."""
    return [message for message in messages if message["msg_type"] not in ("status", "execute_input")]
