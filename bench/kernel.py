# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Helper: a Jupyter kernel that runs `1+1` for its own client, in the Python that has both."""

import json
import sys
import time
from typing import Any

from jupyter_client.manager import start_new_kernel

TIMEOUT = 60


def sample(client: Any) -> float:
    """Seconds from the request until its result and its reply are there."""
    start = time.perf_counter()
    request = client.execute("1+1")
    result = ""
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT)
        if message["parent_header"].get("msg_id") != request:
            continue
        if message["msg_type"] == "execute_result":
            result = message["content"]["data"]["text/plain"]
        elif message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    # Answers to the questions of a client that waited for the kernel may come first.
    while client.get_shell_msg(timeout=TIMEOUT)["parent_header"].get("msg_id") != request:
        pass
    seconds = time.perf_counter() - start
    if result != "2":
        raise SystemExit(f"the kernel answered {result!r}")
    return seconds


def start() -> tuple[Any, Any]:
    """A new kernel and a client that it answers."""
    manager, client = start_new_kernel(kernel_name="python3", extra_arguments=["--log-level=ERROR"])
    return manager, client


def stop(manager: Any, client: Any) -> None:
    """Ends the kernel."""
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def start_sample() -> float:
    """Seconds from nothing to the first result."""
    begun = time.perf_counter()
    manager, client = start()
    sample(client)
    seconds = time.perf_counter() - begun
    stop(manager, client)
    return seconds


def main() -> None:
    """Serves until its input ends."""
    if sys.argv[1] == "start":
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps([start_sample() for _ in range(int(line))]), flush=True)
        return
    manager, client = start()
    try:
        print("ready", flush=True)
        for line in sys.stdin:
            print(json.dumps([sample(client) for _ in range(int(line))]), flush=True)
    finally:
        stop(manager, client)


if __name__ == "__main__":
    main()
