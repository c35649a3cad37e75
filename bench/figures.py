# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Figures: samples, their percentiles, and how they are printed and kept."""

import json
import math
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
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
    rival_command: str | None = None
    samples: tuple[float, ...] = ()

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
    command: str | None = None


def figure(name: str, unit: str, samples: Sequence[float], rival: Rival | None = None) -> Figure:
    """Makes a figure of samples, all in its unit."""
    own = percentile(samples, 50)
    plain = Figure(name, unit, own, percentile(samples, 99), len(samples), samples=tuple(samples))
    if rival is None:
        return plain
    other = percentile(rival.samples, 50)
    return replace(plain, rival=rival.name, rival_p50=other, ratio=other / own, rival_command=rival.command)


def beside(name: str, unit: str, samples: Sequence[float], rivals: Sequence[Rival]) -> list[Figure]:
    """The figure beside its first rival, and beside each other one under a name that says so."""
    if not rivals:
        return [figure(name, unit, samples)]
    others = [figure(f"{name}_vs_{rival.name.split()[0]}", unit, samples, rival) for rival in rivals[1:]]
    return [figure(name, unit, samples, rivals[0]), *others]


def milliseconds(samples: Sequence[float]) -> list[float]:
    """Seconds as milliseconds."""
    return [sample * 1000 for sample in samples]


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
    rounded = [{key: _rounded(value) for key, value in asdict(entry).items()} for entry in figures]
    partial.write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")
    os.replace(partial, path)


def _rounded(value: object) -> object:
    if isinstance(value, tuple):
        return [_rounded(item) for item in value]
    return round(value, 6) if isinstance(value, float) else value
