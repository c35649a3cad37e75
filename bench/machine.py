# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What the figures were measured on."""

import os
import platform
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent


def describe(kernel_python: Path) -> list[str]:
    """Lines about the machine, the rivals and what is measured."""
    return [
        f"machine: {os.cpu_count()} x {_processor()}, {_memory_gib():.0f} GiB, {_virtualisation()}",
        f"kernel: {platform.release()}, cgroup {_cgroup()}",
        f"cloister: {_output(['git', '-C', str(HERE), 'describe', '--always', '--dirty'])}",
        f"rivals: {', '.join(_rivals(kernel_python))}",
        f"load before the start: {os.getloadavg()[0]:.2f}",
    ]


def _cgroup() -> str:
    return "v2" if Path("/sys/fs/cgroup/cgroup.controllers").exists() else "hybrid"


def _rivals(kernel_python: Path) -> list[str]:
    found = []
    if shutil.which("bwrap"):
        found.append(_output(["bwrap", "--version"]))
    if shutil.which("runc"):
        found.append(_output(["runc", "--version"]))
    if kernel_python.exists():
        versions = (
            "import ipykernel, jupyter_client as c; print(ipykernel.__version__, 'jupyter_client', c.__version__)"
        )
        found.append(f"ipykernel {_output([str(kernel_python), '-c', versions])}")
    return found


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return (done.stdout.strip().splitlines() or [""])[0]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / (1 << 30)


def _virtualisation() -> str:
    return "a virtual machine" if "hypervisor" in Path("/proc/cpuinfo").read_text("utf-8") else "no hypervisor seen"
