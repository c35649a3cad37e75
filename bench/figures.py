# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Figures: samples, their percentiles, and how they are printed and kept."""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured quantity. `ratio` is the rival's p50 over the own one: how many times better than the rival."""

    name: str
    unit: str
    p50: float
    p99: float
    n: int
    rival: str | None = None
    rival_p50: float | None = None
    ratio: float | None = None

    def line(self) -> str:
        """The figure for people."""
        own = f"p50 {number(self.p50)} {self.unit:<3}  p99 {number(self.p99)} {self.unit:<3}"
        text = f"{self.name:<34} {own}  n {self.n:<5}"
        if self.rival is None or self.rival_p50 is None or self.ratio is None:
            return text.rstrip()
        return f"{text} {self.rival}: p50 {number(self.rival_p50).strip()} {self.unit}, ratio {self.ratio:.2f}"


@dataclass(frozen=True)
class Rival:
    """What a figure is compared with; samples in the same unit."""

    name: str
    samples: Sequence[float]


def figure(name: str, unit: str, samples: Sequence[float], rival: Rival | None = None) -> Figure:
    """Makes a figure of samples, all in its unit."""
    own = percentile(samples, 50)
    if rival is None:
        return Figure(name, unit, own, percentile(samples, 99), len(samples))
    other = percentile(rival.samples, 50)
    return Figure(name, unit, own, percentile(samples, 99), len(samples), rival.name, other, other / own)


def percentile(samples: Sequence[float], percent: float) -> float:
    """The smallest sample that so many percent of all do not exceed (nearest rank)."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def number(value: float) -> str:
    """Three or four digits that mean something."""
    return f"{value:9.3f}" if value < 10 else f"{value:9.1f}"


def keep(figures: Sequence[Figure], path: Path) -> None:
    """Writes the figures as JSON, whole or not at all."""
    partial = path.with_suffix(".partial")
    rounded = [
        {key: round(value, 6) if isinstance(value, float) else value for key, value in asdict(entry).items()}
        for entry in figures
    ]
    partial.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")
    os.replace(partial, path)
