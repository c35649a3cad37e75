# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What bench/run does: takes the samples of all figures."""

import argparse
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from client import Connection, DaemonError, request
from echo import client_seconds
from figures import Figure, Rival, figure, keep, percentile
from instance import Instance, InstanceError
from rivals import Helper, RivalError, container_helper, kernel_helper

HERE = Path(__file__).resolve().parent
IMAGES = Path("/var/lib/cloister/images")
KERNEL_PLACE = HERE.parent / ".build-bench"
ARTIFACT_BYTES = 10_000_000
STORE_SECONDS = 60

PREPARE_ARTIFACT = f"""
import os, time
blob = os.urandom({ARTIFACT_BYTES - 8})
"""
WRITE_ARTIFACT = """
start = time.perf_counter()
with open("artifacts/blob-{number}.bin", "wb") as file:
    file.write(({number}).to_bytes(8, "little"))
    file.write(blob)
time.perf_counter() - start
"""


class Counts:
    """How many samples of each; the alternating rounds they come in."""

    def __init__(self, *, quick: bool) -> None:
        self.rounds = 3 if quick else 10
        self.creates = 3 if quick else 10
        self.containers = 2 if quick else 5
        self.warm = 50 if quick else 500
        self.kernel = 20 if quick else 100
        self.artifacts = 5 if quick else 40


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
        _say(f"the machine is not idle (load {load:.1f}): the ratios still mean something, the times less")
    try:
        figures = _measure(options)
    except (InstanceError, DaemonError, RivalError, OSError) as problem:
        return _fail(str(problem), "look at the lines above; `make run` shows whether the daemon works at all")
    for entry in figures:
        print(entry.line())
    keep(figures, HERE / "latest.json")
    return 0


def _options(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few samples: shows that it works")
    parser.add_argument("--image", default="python-minimal", help="image of the sessions and of the rivals")
    parser.add_argument("--socket", help="measure the daemon at this socket instead of an instance of its own")
    return parser.parse_args()


def _measure(options: argparse.Namespace) -> list[Figure]:
    counts = Counts(quick=options.quick)
    image = IMAGES / f"{options.image}.erofs"
    with ExitStack() as stack:
        socket = options.socket or stack.enter_context(Instance()).socket
        connection = Connection(socket)
        memory = ResidentMemory(connection.call("GET", "/v1/status")["daemon"]["pid"])
        with memory.watched():
            figures = _create(connection, options.image, image, counts)
            figures += _warm(connection, options.image, counts, figures)
            figures.append(_artifact(connection, options.image, counts))
        figures.append(figure("daemon_resident_mib", "MiB", memory.samples))
        connection.close()
    return figures


def _create(connection: Connection, image: str, image_file: Path, counts: Counts) -> list[Figure]:
    _say("create → first result")
    samples: list[float] = []
    with ExitStack() as stack:
        rivals = [stack.enter_context(helper) for helper in _containers(image_file)]
        for rival in rivals:
            rival.measure(1, keep=False)
        for round_number in range(counts.rounds + 1):
            taken = [_create_once(connection, image) for _ in range(counts.creates)]
            # The first round warms caches up, as the rivals' first start has done.
            samples += taken if round_number else []
            for rival in rivals if round_number else []:
                rival.measure(counts.containers)
        compared = [Rival(rival.name, _milliseconds(rival.samples)) for rival in rivals]
    return _beside("create_first_result_bare", "ms", _milliseconds(samples), compared)


def _create_once(connection: Connection, image: str) -> float:
    start = time.perf_counter()
    session = connection.call("POST", "/v1/sessions", {"image": image})["id"]
    result = connection.call("POST", f"/v1/sessions/{session}/executions", {"code": "1+1"})
    seconds = time.perf_counter() - start
    _expect_two(result)
    connection.call("DELETE", f"/v1/sessions/{session}")
    return seconds


def _warm(connection: Connection, image: str, counts: Counts, creates: list[Figure]) -> list[Figure]:
    _say("warm execution")
    samples: list[float] = []
    containers = [Rival(entry.rival, [entry.rival_p50]) for entry in creates if entry.rival and entry.rival_p50]
    with _session(connection, image) as session, ExitStack() as stack:
        prepared = request("POST", f"/v1/sessions/{session}/executions", {"code": "1+1"})
        kernel = _kernel(stack)
        for round_number in range(counts.rounds + 1):
            taken = [_exchange_once(connection, prepared) for _ in range(counts.warm)]
            samples += taken if round_number else []
            if kernel:
                kernel.measure(counts.kernel, keep=round_number > 0)
        own = [Rival(kernel.name, _milliseconds(kernel.samples))] if kernel else []
        _, answer = connection.exchange(prepared)
    cost = percentile(client_seconds(prepared, len(answer), 2000), 50) * 1e6
    _say(f"of each warm execution {cost:.0f} µs are the client's: its exchange with a peer that answers at once")
    return _beside("warm_execution", "ms", _milliseconds(samples), own + containers)


def _exchange_once(connection: Connection, prepared: bytes) -> float:
    start = time.perf_counter()
    status, content = connection.exchange(prepared)
    seconds = time.perf_counter() - start
    if status != 200:
        raise DaemonError(f"a warm execution was answered with {status}: {content[:500]!r}")
    _expect_two(json.loads(content))
    return seconds


def _artifact(connection: Connection, image: str, counts: Counts) -> Figure:
    _say("artifact of 10 MB")
    samples = []
    with _session(connection, image) as session:
        target = f"/v1/sessions/{session}/executions"
        connection.call("POST", target, {"code": PREPARE_ARTIFACT})
        for number in range(counts.artifacts):
            start = time.perf_counter()
            result = connection.call("POST", target, {"code": WRITE_ARTIFACT.format(number=number)})
            artifact = _wait_until_stored(connection, target, result)
            writing = float(result["value"]["text/plain"])
            samples.append(time.perf_counter() - start - writing)
        _, content = connection.exchange(request("GET", f"/v1/artifacts/{artifact['sha256']}"))
    if len(content) != ARTIFACT_BYTES or hashlib.sha256(content).hexdigest() != artifact["sha256"]:
        raise DaemonError("the stored artifact is not what its hash says")
    return figure("artifact_10mb_directory", "ms", _milliseconds(samples))


def _wait_until_stored(connection: Connection, target: str, result: Any) -> dict[str, Any]:
    end = time.monotonic() + STORE_SECONDS
    artifacts = result["artifacts"]
    while True:
        if len(artifacts) == 1 and artifacts[0]["state"] == "stored":
            return dict(artifacts[0])
        if len(artifacts) != 1 or artifacts[0]["state"] != "captured" or time.monotonic() > end:
            raise DaemonError(f"the artifact was not stored: {artifacts} after {result.get('error')}")
        time.sleep(0.001)
        artifacts = connection.call("GET", f"{target}/{result['id']}/artifacts")["artifacts"]


@contextmanager
def _session(connection: Connection, image: str) -> Iterator[str]:
    session = connection.call("POST", "/v1/sessions", {"image": image})["id"]
    try:
        yield session
    finally:
        connection.call("DELETE", f"/v1/sessions/{session}")


def _containers(image: Path) -> list[Helper]:
    """bwrap and runc, where they are installed."""
    if not image.exists():
        raise RivalError(f"there is no {image}: build the image first")
    return [container_helper(kind, image) for kind in ("bwrap", "runc") if shutil.which(kind)]


def _kernel(stack: ExitStack) -> Helper | None:
    """ipykernel in a virtual environment of its own, when pip can install it."""
    wanted = (HERE / "requirements.txt").read_text("utf-8")
    mark = KERNEL_PLACE / "made-from"
    python = KERNEL_PLACE / "bin" / "python"
    try:
        if not mark.exists() or mark.read_text("utf-8") != wanted:
            _say("installing ipykernel and jupyter_client into .build-bench")
            subprocess.run(["/usr/bin/python3", "-m", "venv", "--clear", str(KERNEL_PLACE)], check=True)
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
            requirements = ["--only-binary=:all:", "--require-hashes", "--requirement", str(HERE / "requirements.txt")]
            subprocess.run([*pip, *requirements], check=True)
            mark.write_text(wanted, "utf-8")
        return stack.enter_context(kernel_helper(python))
    except (subprocess.CalledProcessError, OSError, RivalError) as problem:
        _say(f"no ipykernel to compare with: {problem}")
        return None


def _beside(name: str, unit: str, samples: list[float], rivals: list[Rival]) -> list[Figure]:
    """The figure beside its first rival, and beside each other one under a name that says so."""
    if not rivals:
        return [figure(name, unit, samples)]
    others = [figure(f"{name}_vs_{rival.name.split()[0]}", unit, samples, rival) for rival in rivals[1:]]
    return [figure(name, unit, samples, rivals[0]), *others]


def _expect_two(result: Any) -> None:
    if result["status"] != "ok" or result["value"]["text/plain"] != "2":
        raise DaemonError(f"1+1 was answered with {result['status']}, {result['value']}, {result['error']}")


def _milliseconds(samples: list[float]) -> list[float]:
    return [sample * 1000 for sample in samples]


def _end(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _say(text: str) -> None:
    print(f"[bench] {text}", file=sys.stderr, flush=True)


def _fail(message: str, remedy: str) -> int:
    print(f"[bench] error: {message}\n[bench]   what to do: {remedy}", file=sys.stderr)
    return 1
