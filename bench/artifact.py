# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""10 MB from the end of their write inside a session until the object store has them."""

import hashlib
import time
from typing import Any

from client import Connection, DaemonError, request
from counts import Counts
from figures import Figure, figure, milliseconds
from sessions import say, session

ARTIFACT_BYTES = 10_000_000
STORE_SECONDS = 60

PREPARE = f"""
import os, time
blob = os.urandom({ARTIFACT_BYTES - 8})
"""
WRITE = """
start = time.perf_counter()
with open("artifacts/blob-{number}.bin", "wb") as file:
    file.write(({number}).to_bytes(8, "little"))
    file.write(blob)
time.perf_counter() - start
"""


def artifact(connection: Connection, image: str, counts: Counts) -> Figure:
    """Each is another file with other content; the last one is fetched and its hash compared."""
    say("artifact of 10 MB")
    samples = []
    with session(connection, image) as identifier:
        target = f"/v1/sessions/{identifier}/executions"
        connection.call("POST", target, {"code": PREPARE})
        for number in range(counts.artifacts):
            start = time.perf_counter()
            result = connection.call("POST", target, {"code": WRITE.format(number=number)})
            stored = _wait_until_stored(connection, target, result)
            writing = float(result["value"]["text/plain"])
            samples.append(time.perf_counter() - start - writing)
        _, content = connection.exchange(request("GET", f"/v1/artifacts/{stored['sha256']}"))
    if len(content) != ARTIFACT_BYTES or hashlib.sha256(content).hexdigest() != stored["sha256"]:
        raise DaemonError("the stored artifact is not what its hash says")
    return figure("artifact_10mb_directory", "ms", milliseconds(samples))


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
