# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""How many samples of each; the alternating rounds they come in."""


class Counts:
    """Few show that it works; many mean something."""

    def __init__(self, *, quick: bool) -> None:
        self.rounds = 3 if quick else 10
        self.creates = 3 if quick else 20
        self.containers = 2 if quick else 4
        self.warm = 50 if quick else 500
        self.kernel = 20 if quick else 100
        self.artifacts = 5 if quick else 40
        self.bursts = 1 if quick else 5
        self.burst = 20 if quick else 100
        self.cycles = 30 if quick else 600
        self.live = 50 if quick else 1000
