# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A live session runs 1+1 again and again."""

import json
import time
from pathlib import Path

from client import Connection, DaemonError, request
from counts import Counts
from echo import client_seconds
from figures import Figure, Rival, beside, milliseconds, percentile
from rivals import kernel_helper
from sessions import expect_two, say, session


def warm(connection: Connection, image: str, counts: Counts, kernel: Path | None, starts: list[Figure]) -> list[Figure]:
    """Beside ipykernel's same round trip, and beside a new container for each, as `starts` measured it."""
    say("warm execution")
    samples: list[float] = []
    containers = [
        Rival(entry.rival, [entry.rival_p50], entry.rival_command)
        for entry in starts
        if entry.rival and entry.rival_p50
    ]
    helper = kernel_helper(kernel, "warm") if kernel else None
    with session(connection, image) as identifier:
        prepared = request("POST", f"/v1/sessions/{identifier}/executions", {"code": "1+1"})
        if helper:
            helper.__enter__()
        try:
            for round_number in range(counts.rounds + 1):
                taken = [_once(connection, prepared) for _ in range(counts.warm)]
                samples += taken if round_number else []
                if helper:
                    helper.measure(counts.kernel, keep=round_number > 0)
        finally:
            if helper:
                helper.__exit__(None, None, None)
        _, answer = connection.exchange(prepared)
    cost = percentile(client_seconds(prepared, len(answer), 2000), 50) * 1e6
    say(f"of each warm execution {cost:.0f} µs are the client's: its exchange with a peer that answers at once")
    return beside("warm_execution", "ms", milliseconds(samples), ([helper.rival()] if helper else []) + containers)


def _once(connection: Connection, prepared: bytes) -> float:
    start = time.perf_counter()
    status, content = connection.exchange(prepared)
    seconds = time.perf_counter() - start
    if status != 200:
        raise DaemonError(f"a warm execution was answered with {status}: {content[:500]!r}")
    expect_two(json.loads(content))
    return seconds
