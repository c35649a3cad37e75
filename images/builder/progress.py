# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Progress lines: what happens now, and how long each step took."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Progress:
    """Counts the steps of one build."""

    def __init__(self, name: str, steps: int) -> None:
        self.name = name
        self.steps = steps
        self.done = 0

    @contextmanager
    def step(self, text: str) -> Iterator[None]:
        """Prints the step when it starts and its time when it ends."""
        self.done += 1
        say(f"[image {self.name}] {self.done}/{self.steps} {text}")
        start = time.monotonic()
        yield
        say(f"[image {self.name}] {self.done}/{self.steps} done in {time.monotonic() - start:.1f} s")


def say(text: str) -> None:
    """One line for people."""
    print(text, file=sys.stderr, flush=True)
