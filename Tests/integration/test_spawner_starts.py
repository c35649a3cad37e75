# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Spawners that start, come to their limits and end, each one's own."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing

import pytest

from driver_channel import DriverEnded
from host import IMAGE, ROOT, run, wait_until
from spawner_client import Incarnation, SpawnerError
from spawner_process import SpawnerProcess, own_users


def evaluate(incarnation: Incarnation, code: str) -> str | None:
    with closing(incarnation.driver()) as driver:
        return driver.execute(code, 20).value


def test_users_rest_before_they_come_again() -> None:
    """A range for twenty-four sessions: the next one is refused, not given a user of an ended one."""
    process = SpawnerProcess(f"test-users-{os.getpid()}", own_users(1, 64))
    try:
        process.start()
        seen: set[str] = set()
        with closing(process.connect()) as client:
            for _ in range(24):
                key, incarnation = client.create(IMAGE)
                users = evaluate(incarnation, "open('/proc/self/uid_map').read()")
                assert users
                assert users not in seen
                seen.add(users)
                incarnation.close()
                client.destroy(key)
            with pytest.raises(SpawnerError) as refusal:
                client.create(IMAGE)
            assert "user" in refusal.value.step
            assert wait_until(lambda: client.statistics().users_resting == 24, 5)
    finally:
        process.remove()


def test_quota_groups_of_an_earlier_spawner_go_once_the_kernel_lets_them() -> None:
    """A deleted subvolume stays in the tree, without a name, until the kernel's cleaner has been there."""
    process = SpawnerProcess(f"test-quota-{os.getpid()}", own_users(1))
    try:
        before = process.resources().quota_groups
        left = process.pool / "workspaces" / "left"
        run("btrfs", "subvolume", "create", left)
        with (left / "in use").open("w"):
            run("btrfs", "subvolume", "delete", left)
            assert len(process.resources().quota_groups) == len(before) + 1
            process.start()
            with closing(process.connect()) as client:
                assert client.statistics().subvolumes_pending == 1
        assert wait_until(lambda: process.resources().quota_groups == before, 40)
    finally:
        process.remove()


IGNORED = "int(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('SigIgn:')), 16)"


def test_nothing_that_the_starter_ignores_is_ignored_in_sessions() -> None:
    ignoring = [sys.executable, str(ROOT / "Tests" / "support" / "ignoring_signals.py")]
    control = run(*ignoring, sys.executable, "-c", f"print({IGNORED})")
    assert int(control) >> 31 & 3 == 3
    process = SpawnerProcess(f"test-signals-{os.getpid()}", own_users(1))
    try:
        process.start(ignoring)
        with closing(process.connect()) as client:
            _, incarnation = client.create(IMAGE)
            found = evaluate(incarnation, IGNORED)
            incarnation.close()
        pythons_own = 1 << signal.SIGPIPE - 1 | 1 << signal.SIGXFSZ - 1
        assert found == str(pythons_own)
        assert process.end() == 0
    finally:
        process.remove()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_sessions_end_with_the_spawner(number: signal.Signals) -> None:
    """And the next spawner finds nothing of them, and removes what the kernel keeps."""
    process = SpawnerProcess(f"test-end-{os.getpid()}", own_users(2))
    try:
        process.start()
        client = process.connect()
        key, first = client.create(IMAGE)
        first.close()
        client.destroy(key)
        # With the image in use, which stays mounted.
        before = process.resources()
        held = [client.create(IMAGE)[1] for _ in range(4)]
        drivers = [incarnation.driver() for incarnation in held]
        for driver in drivers:
            driver.execute("import subprocess; subprocess.Popen(['sleep', '600'])", 20)
        assert sum(process.resources().processes.values()) >= 12
        process.end(number)
        assert wait_until(lambda: not process.resources().processes, 5), process.resources().processes
        for driver in drivers:
            with pytest.raises(DriverEnded):
                driver.execute("1", 20)
            driver.close()
        for incarnation in held:
            incarnation.close()
        client.close()
        process.start()
        with closing(process.connect()) as again:
            assert again.sessions() == []
            key, incarnation = again.create(IMAGE)
            assert evaluate(incarnation, "6 * 7") == "42"
            incarnation.close()
            again.destroy(key)
        assert process.leaks(before) == {}
    finally:
        process.remove()
