# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Runs the tools that do the work, and code inside the unfinished tree."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .problem import Problem

# A build that is killed takes its tools along. What they start in turn keeps the inherited lock until it has ended.
LEASH = ["setpriv", "--pdeathsig", "KILL", "--"]

# $1 is the tree, $2 uid:gid, the rest the command. The mounts live in a mount namespace of the command's own.
INSIDE = """
set -eu
tree=$1 user=$2; shift 2
mount -t tmpfs -o mode=1777 tmpfs "$tree/tmp"
mount -t tmpfs -o mode=755 tmpfs "$tree/dev"
for node in null zero urandom; do
    : >"$tree/dev/$node"
    mount --bind "/dev/$node" "$tree/dev/$node"
done
mkdir -m 1777 "$tree/dev/shm"
mount -t proc proc "$tree/proc"
cd /
exec chroot --userspec="$user" "$tree" "$@"
"""

ENVIRONMENT = {
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "MPLBACKEND": "agg",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "OPENBLAS_NUM_THREADS": "1",
    # Sets of constants are written to bytecode in hash order.
    "PYTHONHASHSEED": "0",
}


def run(command: Sequence[str], *, lock: int, environment: dict[str, str] | None = None) -> str:
    """Runs a tool of the host and gives back its standard output; its errors are shown as they come."""
    done = subprocess.run(
        [*LEASH, *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=None if environment is None else {**os.environ, **environment},
        pass_fds=[lock],
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Problem(f"{command[0]} ended with status {done.returncode}", "the reason stands above")
    return done.stdout


def run_inside(tree: Path, command: Sequence[str], *, lock: int, user: str) -> str:
    """Runs a program of the tree in it, without network, as `user` (uid:gid)."""
    isolated = ["unshare", "--mount", "--net", "--ipc", "--uts", "--pid", "--fork", "--kill-child", "--"]
    variables = [f"{key}={value}" for key, value in ENVIRONMENT.items()]
    inside = ["/usr/bin/env", "-i", *variables, *command]
    return run([*isolated, "sh", "-c", INSIDE, "inside", str(tree), user, *inside], lock=lock)
