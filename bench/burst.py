# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Many creations at once, and one after another without a pause."""

import json
import select
import socket
import time
from collections import Counter
from typing import Any

from client import HEAD_END, Connection, DaemonError, request
from counts import Counts
from figures import Figure, figure, milliseconds
from sessions import run, say, wait_for_pool


def burst(connection: Connection, path: str, counts: Counts) -> Figure:
    """So many clients ask in the same moment. Who served them is printed."""
    say(f"{counts.burst} creations at once")
    samples: list[float] = []
    paths: Counter[str] = Counter()
    for _ in range(counts.bursts):
        wait_for_pool(connection)
        taken, sessions = _at_once(path, counts.burst)
        samples += taken
        for session in sessions:
            paths[session["creation"]["path"]] += 1
        for session in sessions:
            run(connection, session["id"], "import pandas; pandas.DataFrame({'a': [1]})")
            connection.call("DELETE", f"/v1/sessions/{session['id']}")
    say(f"served by: {', '.join(f'{name} {count}' for name, count in sorted(paths.items()))}")
    return figure(f"burst_{counts.burst}_create_data", "ms", milliseconds(samples))


def _at_once(path: str, count: int) -> tuple[list[float], list[dict[str, Any]]]:
    prepared = request("POST", "/v1/sessions", {})
    clients = [socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) for _ in range(count)]
    poll = select.poll()
    for client in clients:
        client.connect(path)
        poll.register(client, select.POLLIN)
    by_number = {client.fileno(): client for client in clients}
    answers: dict[int, bytes] = dict.fromkeys(by_number, b"")
    seconds, sessions = [], []
    start = time.perf_counter()
    for client in clients:
        client.sendall(prepared)
    while answers:
        for number, _ in poll.poll(120_000) or _nobody():
            answers[number] += by_number[number].recv(1 << 16)
            session = _whole(answers[number])
            if session is not None:
                seconds.append(time.perf_counter() - start)
                sessions.append(session)
                poll.unregister(number)
                del answers[number]
    for client in clients:
        client.close()
    return seconds, sessions


def _nobody() -> list[tuple[int, int]]:
    raise DaemonError("a creation was not answered")


def _whole(answer: bytes) -> dict[str, Any] | None:
    head, separator, body = answer.partition(HEAD_END)
    if not separator:
        return None
    if b" 201 " not in head.split(b"\r\n")[0]:
        raise DaemonError(f"a creation was answered with {answer[:500]!r}")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    return dict(json.loads(body)) if len(body) >= length else None


def cycle(connection: Connection, counts: Counts) -> Figure:
    """One client creates, runs and deletes without a pause; each sample is the rate of fifty in a row."""
    say("create, run, delete without a pause")
    wait_for_pool(connection)
    samples = []
    part = max(10, counts.cycles // 12)
    for _ in range(counts.cycles // part):
        start = time.perf_counter()
        for _ in range(part):
            session = connection.call("POST", "/v1/sessions", {})["id"]
            run(connection, session, "1+1")
            connection.call("DELETE", f"/v1/sessions/{session}")
        samples.append(part / (time.perf_counter() - start))
    return figure("cycle_data_per_second", "/s", samples)
