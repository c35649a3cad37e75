# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A spawner that dies in the middle of a start, and steps of a start that fail."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import spawner_client as wire
from host import IMAGE, wait_until
from injection import injected
from spawner_client import SpawnerClient, SpawnerError
from spawner_process import SpawnerProcess, own_users

if TYPE_CHECKING:
    from collections.abc import Iterator

# The guest's kernel cannot be traced.
pytestmark = pytest.mark.host_only

INJECTED = errno.EUSERS


@pytest.fixture
def spawner() -> Iterator[SpawnerProcess]:
    process = SpawnerProcess(f"test-fail-{os.getpid()}", own_users(4))
    try:
        process.start()
        yield process
    finally:
        process.remove()


@pytest.fixture(scope="module")
def lasting() -> Iterator[SpawnerProcess]:
    """For tests that it survives. One session has been there, so that the image is mounted."""
    process = SpawnerProcess(f"test-steps-{os.getpid()}", own_users(5))
    try:
        process.start()
        with closing(process.connect()) as client:
            works(client)
        yield process
    finally:
        process.remove()


def works(client: SpawnerClient) -> None:
    key, incarnation = client.create(IMAGE)
    with closing(incarnation.driver()) as driver:
        assert driver.execute("6 * 7", 20).value == "42"
    incarnation.close()
    client.destroy(key)


def remains(spawner: SpawnerProcess) -> list[str]:
    """Live processes of its users, and children that still look like the spawner itself."""
    found = [name for name in spawner.resources().processes.elements() if not name.endswith("(Z)")]
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with suppress(OSError):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            if b"cloister-spawner" in words[0] and spawner.name.encode() in words:
                found.append(f"{entry.name} {words[0].decode()}")
    return found


@pytest.mark.parametrize(
    ("call", "when"),
    # A holder that waits for its start holds everything open that the spawner had, for some seconds.
    [("mount_setattr", 1), ("mount_setattr", 3), ("clone3", 2), ("setns", 2), ("sendmsg", 1)],
)
def test_a_spawner_killed_in_the_middle_of_a_start(spawner: SpawnerProcess, call: str, when: int) -> None:
    client = spawner.connect()
    works(client)
    before = spawner.resources()
    # One that lives, and goes with it.
    _, incarnation = client.create(IMAGE)
    with injected(spawner.pid, call, f"signal=SIGKILL:when={when}", children=False):
        client.send(wire.CREATE, secrets.token_bytes(16), wire.create_body(IMAGE))
        assert wait_until(lambda: spawner.pid == 0, 10), f"it survives {call} {when}"
    assert wait_until(lambda: remains(spawner) == [], 10), remains(spawner)
    incarnation.close()
    client.close()
    spawner.start()
    with closing(spawner.connect()) as again:
        assert again.sessions() == []
        works(again)
    assert spawner.leaks(before) == {}


STEPS = [
    # In the spawner itself
    ("clone3", "1+", "clone the holder"),
    ("setns", "1", "enter the pid namespace"),
    ("mount_setattr", "1", ""),
    ("open_tree", "1", ""),
    # In the process that becomes init
    ("pivot_root", "1+", "pivot_root"),
    ("sethostname", "1+", "sethostname"),
    ("move_mount", "1+", "move_mount /run"),
    # In the process that becomes the driver
    ("landlock_restrict_self", "1+", "landlock"),
    ("unshare", "1+", "cgroup namespace"),
    ("seccomp", "2", "seccomp"),
    # In both
    ("keyctl", "1+", "session keyring"),
    ("capset", "1+", "drop capabilities"),
    # The last one: nothing else is left to the process by then
    ("execveat", "1+", "execute init"),
]


@pytest.mark.parametrize(("call", "when", "step"), STEPS)
def test_a_step_that_fails_is_named(lasting: SpawnerProcess, call: str, when: str, step: str) -> None:
    with closing(lasting.connect()) as client:
        if call.startswith("landlock") and client.statistics().landlock == 0:
            pytest.skip("this kernel has no Landlock")
        before = lasting.resources()
        failed = client.statistics().failed
        with (
            injected(lasting.pid, call, f"error={errno.errorcode[INJECTED]}:when={when}", children=True),
            pytest.raises(SpawnerError) as refusal,
        ):
            client.create(IMAGE)
        print(refusal.value)
        assert (refusal.value.code, refusal.value.number) == ("system", INJECTED)
        assert refusal.value.step
        assert refusal.value.step.startswith(step)
        assert client.statistics().failed == failed + 1
        assert client.sessions() == []
        works(client)
        assert lasting.leaks(before) == {}
