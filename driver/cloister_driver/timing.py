# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""`%time` and `%timeit`."""

from __future__ import annotations

import gc
from time import perf_counter, process_time

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
_ENOUGH = 0.2
_RUNS = 7


class Timer:
    """Prints how long the code in it took."""

    hides_value = False

    def __enter__(self) -> None:
        self._processor, self._wall = process_time(), perf_counter()

    def __exit__(self, *_error: object) -> None:
        wall, processor = perf_counter() - self._wall, process_time() - self._processor
        print(f"CPU times: {_format(processor)}\nWall time: {_format(wall)}")


def timed(call: Callable[[], Any]) -> Any:
    with Timer():
        return call()


def timeit(code: str, setup: str, variables: dict[str, Any]) -> None:
    """Runs the code often enough to tell, several times over."""
    loops, runs, code = _options(code)
    inner = _compiled(code, setup, variables)
    collects = gc.isenabled()
    gc.disable()
    try:
        loops = loops or _enough_loops(inner)
        times = [inner(loops) / loops for _ in range(runs)]
    finally:
        if collects:
            gc.enable()
    mean = sum(times) / runs
    deviation = (sum((one - mean) ** 2 for one in times) / runs) ** 0.5
    print(
        f"{_format(mean)} ± {_format(deviation)} per loop (mean ± std. dev. of {runs} "
        f"run{'s' if runs != 1 else ''}, {loops:,} loop{'s' if loops != 1 else ''} each)"
    )


def _options(code: str) -> tuple[int, int, str]:
    loops, runs = 0, _RUNS
    while code.lstrip().startswith(("-n", "-r", "-q", "-o")):
        word, _, rest = code.lstrip().partition(" ")
        if word[1] in "nr" and len(word) == 2:
            number, _, rest = rest.lstrip().partition(" ")
        else:
            number = word[2:]
        if word[1] == "n":
            loops = max(1, int(number))
        elif word[1] == "r":
            runs = max(1, int(number))
        code = rest
    return loops, runs, code


def _compiled(code: str, setup: str, variables: dict[str, Any]) -> Callable[[int], float]:
    def indented(text: str, width: int) -> str:
        return "".join(" " * width + line + "\n" for line in text.strip("\n").split("\n"))

    text = (
        "def inner(_loops, _timer):\n"
        + indented(setup or "pass", 4)
        + "    _began = _timer()\n    for _ in range(_loops):\n"
        + indented(code or "pass", 8)
        + "    return _timer() - _began\n"
    )
    made: dict[str, Any] = {}
    exec(compile(text, "<timeit>", "exec", 0, True), variables, made)
    return lambda loops: made["inner"](loops, perf_counter)


def _enough_loops(inner: Callable[[int], float]) -> int:
    size = 1
    while True:
        for loops in (size, 2 * size, 5 * size):
            if inner(loops) >= _ENOUGH:
                return loops
        size *= 10


def _format(seconds: float) -> str:
    size, unit = next(((size, unit) for size, unit in _UNITS if seconds >= size), _UNITS[-1])
    return f"{seconds / size:.3g} {unit}"
