# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What all measurements do with sessions."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from client import Connection, DaemonError

POOL_SECONDS = 120


@contextmanager
def session(connection: Connection, image: str) -> Iterator[str]:
    """A session's id, while the block runs."""
    identifier = connection.call("POST", "/v1/sessions", {"image": image})["id"]
    try:
        yield identifier
    finally:
        connection.call("DELETE", f"/v1/sessions/{identifier}")


def run(connection: Connection, identifier: str, code: str) -> Any:
    """One execution, which must succeed."""
    result = connection.call("POST", f"/v1/sessions/{identifier}/executions", {"code": code})
    if result["status"] != "ok":
        raise DaemonError(f"{code!r} was answered with {result['status']}: {result['error']}")
    return result


def expect_two(result: Any) -> None:
    """The answer to 1+1."""
    if result["status"] != "ok" or result["value"]["text/plain"] != "2":
        raise DaemonError(f"1+1 was answered with {result['status']}, {result['value']}, {result['error']}")


def wait_for_pool(connection: Connection, *, zygote: bool = True) -> None:
    """Returns once everything that is kept in advance is there."""
    end = time.monotonic() + POOL_SECONDS
    while time.monotonic() < end:
        pools = connection.call("GET", "/v1/status")["pools"]
        if pools and all(_is_full(pool, zygote) for pool in pools):
            return
        time.sleep(0.01)
    raise DaemonError(f"the pool does not fill: {pools}")


def _is_full(pool: Any, zygote: bool) -> bool:
    if zygote and pool["zygote"] != "ready":
        return False
    return bool(pool["ready"] >= pool["ready_target"] and pool["holders"] >= pool["holder_target"])


def say(text: str) -> None:
    """Progress, for people."""
    print(f"[bench] {text}", file=sys.stderr, flush=True)
