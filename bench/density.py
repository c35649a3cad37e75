# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Many live sessions at once: what each keeps for itself, and whether the daemon still answers."""

import time
from collections.abc import Iterator
from pathlib import Path

from client import Connection
from counts import Counts
from creation import DATA
from figures import Figure, figure, milliseconds
from instance import Instance
from sessions import run, say, wait_for_pool

# A rolling mean by group and a correlation: the zygote's warm-up has neither.
WORK = """
import pandas as pd
df = pd.DataFrame({"x": range(1000), "k": ["a", "b"] * 500})
df["r"] = df.groupby("k")["x"].rolling(7).mean().reset_index(drop=True)
df[["x", "r"]].corr().round(3).iloc[0, 0]
"""


def density(counts: Counts) -> Iterator[Figure]:
    """By MemAvailable, so what the kernel keeps for them is in it."""
    say(f"{counts.live} live sessions")
    settings = f'[sessions]\nmax_sessions = {counts.live + 10}\ndefault_image = "{DATA}"\n[pool]\nready = 0\n'
    with Instance(settings, ["--pool-overcommit", "2000"]) as instance:
        connection = Connection(instance.socket)
        wait_for_pool(connection)
        before = _available_mib()
        sessions = [connection.call("POST", "/v1/sessions", {})["id"] for _ in range(counts.live)]
        _settle()
        idle = before - _available_mib()
        for session in sessions:
            run(connection, session, WORK)
        _settle()
        used = before - _available_mib()
        say(f"{counts.live} sessions: {idle:.0f} MiB of the host when idle, {used:.0f} MiB after work")
        yield figure(f"live_{counts.live}_idle_mib", "MiB", [idle / counts.live])
        yield figure(f"live_{counts.live}_unshared_mib", "MiB", [used / counts.live])
        yield figure(f"live_{counts.live}_status", "ms", milliseconds(_times(connection, "status")))
        yield figure(f"live_{counts.live}_new_session", "ms", milliseconds(_times(connection, "create")))
        for session in sessions:
            if run(connection, session, "len(df)")["value"]["text/plain"] != "1000":
                say(f"session {session} has lost its variables")
        say("all are alive, each with its variables")
        for session in sessions:
            connection.call("DELETE", f"/v1/sessions/{session}")
        connection.close()


def _times(connection: Connection, what: str) -> list[float]:
    samples = []
    for _ in range(20):
        start = time.perf_counter()
        if what == "status":
            connection.call("GET", "/v1/status")
            samples.append(time.perf_counter() - start)
        else:
            session = connection.call("POST", "/v1/sessions", {})["id"]
            samples.append(time.perf_counter() - start)
            connection.call("DELETE", f"/v1/sessions/{session}")
        time.sleep(0.05)
    return samples


def _settle() -> None:
    time.sleep(3)


def _available_mib() -> float:
    for line in Path("/proc/meminfo").read_text("ascii").splitlines():
        if line.startswith("MemAvailable"):
            return int(line.split()[1]) / 1024
    raise OSError("no MemAvailable in /proc/meminfo")
