# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Where a probe runs: first in a session, after hostile code, and in a process below the interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from probe import Probes
    from sandbox import Sandbox

HOSTILE = """
import ctypes, os, signal, socket, subprocess, sys, threading
for number in range(1, 65):
    if number not in (2, 9, 17, 19, 32, 33):
        try: signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError): pass
libc = ctypes.CDLL(None, use_errno=True)
for number in range(600):
    if os.fork() == 0:
        # Not: the calls that wait for ever or end the process.
        if number not in (7, 23, 34, 35, 61, 130, 219, 230, 232, 247, 270, 271, 281, 441, 449):
            libc.syscall(number, -1, 0, 0, 0, 0, 0)
        os._exit(0)
    os.wait()
for name in ("core", "secret", ".hidden"):
    with open("/workspace/" + name, "w") as file: file.write(name)
subprocess.run(["/bin/sh", "-c", "kill -9 $$"])
subprocess.run([sys.executable, "-c", "import ctypes; ctypes.string_at(1)"], stderr=subprocess.DEVNULL)
for number in range(1, 32):
    if number not in (9, 19): signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
"""


def hostile() -> str:
    """Code that tries one wrong thing after another and leaves its session alive."""
    return HOSTILE


class Positions:
    def __init__(self, fresh: Sandbox, used: Sandbox) -> None:
        self.fresh = fresh
        self.used = used

    def everywhere(self, probes: Probes, function: str, **arguments: Any) -> dict[str, Any]:
        """The probe's result by position."""
        return {
            "first": probes.inside(self.fresh, function, **arguments),
            "after hostile code": probes.inside(self.used, function, **arguments),
            "grandchild": probes.below(self.used, function, **arguments),
        }
