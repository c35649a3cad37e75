# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Whether the daemon answers others while something goes on."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from sandbox import Session

if TYPE_CHECKING:
    from typing import Self

    from api_client import Client


class Pulse:
    """Runs `1 + 1` in a session of its own all the time and keeps how long each took."""

    def __init__(self, client: Client) -> None:
        self._session = Session(client)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self.seconds: list[float] = []
        self.wrong: list[str] = []

    def __enter__(self) -> Self:
        self._session.execute("1 + 1")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(120)
        self._session.close()

    def _beat(self) -> None:
        while not self._stopping.wait(0.01):
            start = time.monotonic()
            try:
                outcome = self._session.execute("1 + 1")
            except Exception as error:
                self.wrong.append(repr(error))
                return
            self.seconds.append(time.monotonic() - start)
            if outcome.value != "2":
                self.wrong.append(str(outcome))

    def check(self, longest: float) -> None:
        """No wrong answer and none that took too long."""
        taken = sorted(self.seconds)
        assert self.wrong == []
        assert taken, "no answer at all"
        print(f"{len(taken)} answers, median {taken[len(taken) // 2] * 1e3:.1f} ms, slowest {taken[-1] * 1e3:.1f} ms")
        assert taken[-1] < longest
