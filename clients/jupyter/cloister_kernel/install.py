# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Writes the kernelspec, by which Jupyter finds the kernel."""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager

from .settings import VARIABLES


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m cloister_kernel install")
    parser.add_argument("--name", default="cloister")
    parser.add_argument("--display-name", default="Python in Cloister")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--user", action="store_true", help="for this user only, instead of below the prefix")
    where.add_argument("--prefix", default=sys.prefix, help="default: %(default)s")
    for variable in VARIABLES:
        parser.add_argument(_flag(variable), dest=variable, metavar="VALUE", help=f"sets {variable} for this kernel")
    chosen = vars(parser.parse_args(arguments))
    environment = {variable: chosen[variable] for variable in VARIABLES if chosen[variable] is not None}
    prefix = None if chosen["user"] else chosen["prefix"]
    print(install(chosen["name"], chosen["display_name"], environment, prefix))


def install(name: str, display_name: str, environment: dict[str, str], prefix: str | None) -> str:
    """Returns the folder of the kernelspec; without a prefix it is the user's."""
    with tempfile.TemporaryDirectory() as folder:
        spec = {
            "argv": [sys.executable, "-m", "cloister_kernel", "-f", "{connection_file}"],
            "display_name": display_name,
            "language": "python",
            "interrupt_mode": "message",
            "env": environment,
        }
        Path(folder, "kernel.json").write_text(json.dumps(spec, indent=1) + "\n", "utf-8")
        Path(folder).chmod(0o755)
        installed: str = KernelSpecManager().install_kernel_spec(folder, name, user=prefix is None, prefix=prefix)
    return installed


def _flag(variable: str) -> str:
    return "--" + variable.removeprefix("CLOISTER_").lower().replace("_", "-")
