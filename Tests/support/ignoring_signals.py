# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Becomes the program of its arguments with every signal ignored that can be.

Those that libc keeps to itself as well: posix_spawn(3) leaves them ignored in whatever a program with threads starts.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

RT_SIGACTION = 13 if os.uname().machine == "x86_64" else 134


def main() -> None:
    ignored = (ctypes.c_ulong * 4)(1)
    for number in set(range(1, 65)) - {signal.SIGKILL, signal.SIGSTOP}:
        ctypes.CDLL(None).syscall(RT_SIGACTION, number, ignored, None, 8)
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
