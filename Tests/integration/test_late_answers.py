# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Code that ends just when its time is over: whoever comes next never gets its answer."""

from __future__ import annotations

import os
import random
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api_client import Client
    from sandbox import Session

TIME = 0.05
JITTER = 0.02


def test_late_answers_are_nobody_elses(client: Client, session: Session) -> None:
    """As many times as CLOISTER_LATE_ANSWERS says."""
    count = int(os.environ.get("CLOISTER_LATE_ANSWERS", "100"))
    ends: Counter[str] = Counter()
    session.execute("import time")
    for number in range(count):
        seconds = TIME + random.uniform(-JITTER, JITTER)
        late = client.execute(session.id, f"time.sleep({seconds})\n'late {number}'", timeout_seconds=TIME)
        ends[late["status"]] += 1
        if late["status"] == "ok":
            assert late["value"] == {"text/plain": f"'late {number}'"}
        else:
            assert late["status"] == "timeout", late
            assert late["value"] is None
        following = client.execute(session.id, f"'next {number}'")
        assert following["value"] == {"text/plain": f"'next {number}'"}, (number, late, following)
    print(f"{count} times: {dict(ends)}")
    assert set(ends) == {"ok", "timeout"}, "vacuous: all ended the same way"
