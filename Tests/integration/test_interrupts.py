# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The ladder that ends code which does not end by itself, and what it costs the session."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from host import wait_until

if TYPE_CHECKING:
    from api_client import JSON, Client
    from sandbox import Session

ORDINARY = {
    "a sleep": "import time; time.sleep(60)",
    "a loop": "while True: pass",
    "an await": "import asyncio\nawait asyncio.sleep(60)",
    "a subprocess": "import subprocess; subprocess.run(['sleep', '60'])",
    "a socket": "import socket\na, b = socket.socketpair()\na.recv(1)",
    "a sleep inside except Exception": ("import time\nwhile True:\n  try: time.sleep(60)\n  except Exception: pass"),
    "input from a pipe": "import os\nr, w = os.pipe()\nos.read(r, 1)",
    "a lock": "import threading\nthreading.Lock().acquire() and threading.Event().wait()",
}
STUBBORN = {
    "a bare except": "while True:\n  try:\n    while True: sum(range(100))\n  except BaseException:\n    pass",
    "an ignored signal": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    "a masked signal": "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])\nwhile True: pass",
    "a handler of its own": "import signal\nsignal.signal(signal.SIGINT, lambda *a: None)\nwhile True: pass",
}
IN_C = "import hashlib\nhashlib.pbkdf2_hmac('sha256', b'x', b'y', (1 << 31) - 1)"


def wait_for(client: Client, session: Session, execution: str) -> JSON:
    assert wait_until(lambda: client.execution(session.id, execution)["state"] == "finished", 30, 0.02)
    return client.execution(session.id, execution)


@pytest.mark.parametrize("code", ORDINARY.values(), ids=ORDINARY)
def test_ordinary_code_keeps_its_variables(client: Client, session: Session, code: str) -> None:
    execution = client.execute(session.id, f"kept = 1\n{code}", timeout_seconds=0.3)
    assert (execution["status"], execution["verdict"]["state"]) == ("timeout", "preserved")
    rung = "task_cancel" if "await" in code else "keyboard_interrupt"
    assert execution["interruption"]["rung"] == rung
    assert execution["interruption"]["seconds"] < 1.5
    assert session.execute("kept").value == "1"


@pytest.mark.parametrize("code", STUBBORN.values(), ids=STUBBORN)
def test_stubborn_code_is_forced(client: Client, session: Session, code: str) -> None:
    execution = client.execute(session.id, f"kept = 1\n{code}", timeout_seconds=0.3)
    assert (execution["status"], execution["verdict"]["state"]) == ("timeout", "preserved"), execution
    assert execution["interruption"]["rung"] == "force"
    assert session.execute("kept").value == "1"


def test_what_no_rung_reaches_is_killed_and_its_stacks_are_told(client: Client, session: Session) -> None:
    session.execute("kept = 1")
    execution = client.execute(
        session.id,
        f"def stuck():\n    {IN_C.splitlines()[0]}\n    {IN_C.splitlines()[1]}\nstuck()",
        timeout_seconds=0.3,
    )
    assert (execution["status"], execution["verdict"]["state"]) == ("timeout", "rolled_back")
    assert execution["interruption"]["rung"] == "kill"
    stacks = execution["interruption"]["stacks"]
    assert 'File "<execution 2>", line 3 in stuck' in stacks, stacks
    assert session.execute("kept").value == "1"


def test_a_kill_at_once_tells_the_stacks_too(client: Client, session: Session) -> None:
    began = time.monotonic()
    execution = client.execute(session.id, "while True:\n    pass", timeout_seconds=0.3, on_timeout="kill")
    assert time.monotonic() - began < 2
    assert execution["status"] == "timeout"
    assert execution["interruption"]["rung"] == "kill"
    assert "<execution 1>" in execution["interruption"]["stacks"]


@pytest.mark.parametrize(
    ("code", "rung"),
    [("while True: pass", "keyboard_interrupt"), (STUBBORN["a bare except"], "force"), (IN_C, "kill")],
    ids=["loop", "bare except", "in C"],
)
def test_a_callers_interrupt_climbs_as_well(client: Client, session: Session, code: str, rung: str) -> None:
    session.execute("kept = 1")
    execution = client.execute(session.id, code, wait=False)["id"]
    assert wait_until(lambda: client.execution(session.id, execution)["state"] == "running", 10, 0.02)
    time.sleep(0.2)
    client.send("POST", f"/v1/sessions/{session.id}/executions/{execution}/interrupt")
    found = wait_for(client, session, execution)
    assert (found["status"], found["verdict"]["cause"]) == ("interrupted", "interrupted"), found
    assert found["interruption"]["rung"] == rung
    assert session.execute("kept").value == "1"


def test_code_that_ends_by_itself_was_not_interrupted(client: Client, session: Session) -> None:
    assert client.execute(session.id, "1")["interruption"] is None
