# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Runs the measurements, prints and keeps what they say."""

import argparse
import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import burst
import creation
from artifact import artifact
from client import Connection, DaemonError
from counts import Counts
from density import density
from figures import Figure, figure, keep
from instance import Instance, InstanceError
from machine import describe
from rivals import RivalError
from sessions import say
from warm import warm

HERE = Path(__file__).resolve().parent
KERNEL_PLACE = HERE.parent / ".build-bench"
GROUPS = ("bare", "zygote", "ready", "warm", "artifact", "burst", "cycle", "density")


class ResidentMemory:
    """Looks at the daemon's resident memory in the background."""

    def __init__(self, pid: int) -> None:
        self.samples: list[float] = []
        self._file = Path(f"/proc/{pid}/statm")
        self._page_mib = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        self._ended = threading.Event()

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Samples while the block runs."""
        thread = threading.Thread(target=self._watch)
        thread.start()
        try:
            yield
        finally:
            self._ended.set()
            thread.join()

    def _watch(self) -> None:
        while True:
            self.samples.append(int(self._file.read_text().split()[1]) * self._page_mib)
            if self._ended.wait(0.1):
                return


def main(description: str | None) -> int:
    """Measures, prints, keeps; 0 when all figures are there."""
    options = _options(description or "")
    signal.signal(signal.SIGTERM, _end)
    if os.getuid() != 0:
        return _fail("this needs root, as the spawner and the rivals do", "run it with sudo")
    load = os.getloadavg()[0]
    if load > 0.5:
        say(f"the machine is not idle (load {load:.1f}): the ratios still mean something, the times less")
    figures: list[Figure] = []
    try:
        kernel = _kernel()
        for line in describe(kernel or Path("/nowhere")):
            print(line)
        for entry in _measure(options.only, Counts(quick=options.quick), kernel):
            print(entry.line(), flush=True)
            figures.append(entry)
    except (InstanceError, DaemonError, RivalError, OSError) as problem:
        return _fail(str(problem), "look at the lines above; `make run` shows whether the daemon works at all")
    if not options.only:
        keep(figures, HERE / "latest.json")
    return 0


def _options(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few samples: shows that it works")
    parser.add_argument("--only", nargs="+", choices=GROUPS, help="these alone; latest.json stays as it is")
    return parser.parse_args()


def _measure(only: list[str] | None, counts: Counts, kernel: Path | None) -> Iterator[Figure]:
    chosen = set(only or GROUPS)
    starts: list[Figure] = []
    if "bare" in chosen:
        starts = creation.bare(counts)
        yield from starts
    if "zygote" in chosen:
        yield from creation.zygote(counts, kernel)
    if "ready" in chosen:
        yield from creation.ready(counts, kernel)
    if chosen & {"warm", "artifact", "burst", "cycle"}:
        yield from _in_default_instance(chosen, counts, kernel, starts)
    if "density" in chosen:
        yield from density(counts)


def _in_default_instance(
    chosen: set[str], counts: Counts, kernel: Path | None, starts: list[Figure]
) -> Iterator[Figure]:
    with Instance(creation.ALL_KEPT) as instance:
        connection = Connection(instance.socket)
        memory = ResidentMemory(connection.call("GET", "/v1/status")["daemon"]["pid"])
        with memory.watched():
            if "warm" in chosen:
                yield from warm(connection, creation.BARE, counts, kernel, starts)
            if "artifact" in chosen:
                yield artifact(connection, creation.BARE, counts)
            if "burst" in chosen:
                yield burst.burst(connection, instance.socket, counts)
            if "cycle" in chosen:
                yield burst.cycle(connection, counts)
        yield figure("daemon_resident_mib", "MiB", memory.samples)
        connection.close()


def _kernel() -> Path | None:
    """ipykernel's Python, in a virtual environment of its own, when pip can install it."""
    wanted = (HERE / "requirements.txt").read_text("utf-8")
    mark = KERNEL_PLACE / "made-from"
    python = KERNEL_PLACE / "bin" / "python"
    try:
        if not mark.exists() or mark.read_text("utf-8") != wanted:
            say("installing ipykernel and jupyter_client into .build-bench")
            subprocess.run(["/usr/bin/python3", "-m", "venv", "--clear", str(KERNEL_PLACE)], check=True)
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            requirements = ["--only-binary=:all:", "--require-hashes", "--requirement", str(HERE / "requirements.txt")]
            subprocess.run([*pip, *requirements], check=True)
            mark.write_text(wanted, "utf-8")
        return python
    except (subprocess.CalledProcessError, OSError) as problem:
        say(f"no ipykernel to compare with: {problem}")
        return None


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _fail(message: str, remedy: str) -> int:
    say(f"error: {message}")
    say(f"  what to do: {remedy}")
    return 1
