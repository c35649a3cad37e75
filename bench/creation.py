# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""From nothing to the first result, on each of the ways to a session."""

import shutil
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from client import Connection
from counts import Counts
from figures import Figure, beside, milliseconds
from instance import Instance
from rivals import Helper, RivalError, container_helper, kernel_helper
from sessions import expect_two, say, wait_for_pool

IMAGES = Path("/var/lib/cloister/images")
BARE = "python-minimal"
DATA = "python-datascience"
IMPORTS = "import numpy, pandas, matplotlib.pyplot, pyarrow"

NOTHING_KEPT = "[pool]\nready = 0\nholders = 0\nzygote = false\n"
ZYGOTE_ALONE = f'[sessions]\ndefault_image = "{DATA}"\n[pool]\nready = 0\n'
ALL_KEPT = f'[sessions]\ndefault_image = "{DATA}"\n'


def bare(counts: Counts) -> list[Figure]:
    """A new interpreter in a new session, with nothing kept in advance."""
    say("create → first result: a bare Python, by exec")
    with Instance(NOTHING_KEPT) as instance:
        return _measure(instance, "create_first_result_bare", BARE, "1+1", "exec", counts, None)


def zygote(counts: Counts, kernel: Path | None) -> list[Figure]:
    """A fork of the zygote, which has the data stack imported."""
    say("create → first result: the data stack, from the zygote")
    with Instance(ZYGOTE_ALONE) as instance:
        code = f"{IMPORTS}; 1+1"
        return _measure(instance, "create_first_result_data_zygote", DATA, code, "zygote", counts, kernel)


def ready(counts: Counts, kernel: Path | None) -> list[Figure]:
    """A session that has been waiting."""
    say("create → first result: the data stack, from the ready pool")
    with Instance(ALL_KEPT) as instance:
        code = f"{IMPORTS}; 1+1"
        return _measure(instance, "create_first_result_data_ready", DATA, code, "ready", counts, kernel)


def _measure(
    instance: Instance, name: str, image: str, code: str, path: str, counts: Counts, kernel: Path | None
) -> list[Figure]:
    connection = Connection(instance.socket)
    samples: list[float] = []
    paths: Counter[str] = Counter()
    with ExitStack() as stack:
        rivals = [stack.enter_context(helper) for helper in _rivals(image, code, kernel)]
        for rival in rivals:
            rival.measure(1, keep=False)
        for round_number in range(counts.rounds + 1):
            if path != "exec":
                wait_for_pool(connection)
            # The first round warms caches up, as the rivals' first start has done.
            for _ in range(counts.creates):
                seconds, served = _once(connection, image, code)
                if round_number:
                    samples.append(seconds)
                    paths[served] += 1
            for rival in rivals if round_number else []:
                rival.measure(1 if rival.name == "ipykernel" else counts.containers)
        compared = [rival.rival() for rival in rivals]
    connection.close()
    if paths[path] < len(samples):
        say(f"{name}: not all came by {path}: {dict(paths)}")
    return beside(name, "ms", milliseconds(samples), compared)


def _once(connection: Connection, image: str, code: str) -> tuple[float, str]:
    start = time.perf_counter()
    session = connection.call("POST", "/v1/sessions", {"image": image})
    target = f"/v1/sessions/{session['id']}"
    result = connection.call("POST", f"{target}/executions", {"code": code})
    seconds = time.perf_counter() - start
    expect_two(result)
    connection.call("DELETE", target)
    # A user comes now and then: what is kept in advance has the time to be made again.
    time.sleep(0.03)
    return seconds, str(session["creation"]["path"])


def _rivals(image: str, code: str, kernel: Path | None) -> list[Helper]:
    """bwrap and runc, where they are installed, on the same image; ipykernel with nothing imported."""
    file = IMAGES / f"{image}.erofs"
    if not file.exists():
        raise RivalError(f"there is no {file}: build the image first")
    same = code.replace("1+1", "print(1+1)")
    helpers = [container_helper(kind, file, same) for kind in ("bwrap", "runc") if shutil.which(kind)]
    return [*helpers, kernel_helper(kernel, "start")] if kernel else helpers
