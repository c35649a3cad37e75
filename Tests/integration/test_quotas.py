# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The quotas of workspaces are hard whatever comes and goes: the kernel enforces none once it has lost count."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from host import run, wait_until

if TYPE_CHECKING:
    from instance import Instance


def _has_lost_count(instance: Instance) -> bool:
    (uuid,) = re.findall(r"uuid: (\S+)", run("btrfs", "filesystem", "show", "--raw", instance.pool))
    return Path(f"/sys/fs/btrfs/{uuid}/qgroups/inconsistent").read_text().strip() == "1"


def test_sessions_that_come_and_go(instance: Instance) -> None:
    """A group that something is still charged to must not be removed."""
    before = instance.warm_up()
    for _ in range(30):
        session = instance.client.create()["id"]
        instance.client.execute(session, "open('/workspace/f', 'wb').write(bytes(1 << 20))")
        instance.client.delete(session)
    for _ in range(20):
        assert not _has_lost_count(instance)
        time.sleep(0.25)
    assert instance.leaks(before, 60) == {}
    assert not _has_lost_count(instance)


def test_the_kernel_is_made_to_count_anew(instance: Instance) -> None:
    pool, places = instance.pool, [instance.pool / "workspaces" / name for name in ("stray-1", "stray-2")]
    for place in places:
        run("btrfs", "subvolume", "create", place)
    try:
        (places[0] / "file").write_bytes(bytes(1 << 20))
        run("btrfs", "filesystem", "sync", pool)
        # A group of groups whose members share with others: the kernel cannot tell what belongs to it alone.
        run("cp", "--reflink=always", places[0] / "file", places[1] / "file")
        run("btrfs", "filesystem", "sync", pool)
        (number,) = re.findall(r"Subvolume ID:\s+(\d+)", run("btrfs", "subvolume", "show", places[0]))
        run("btrfs", "qgroup", "create", "1/100", pool)
        command = ["btrfs", "qgroup", "assign", "--no-rescan", f"0/{number}", "1/100", str(pool)]
        subprocess.run(command, capture_output=True, check=False)
        run("btrfs", "filesystem", "sync", pool)
        if not _has_lost_count(instance):
            pytest.skip("this kernel has not lost count of a group that shares with others")
        session = instance.client.create()["id"]
        assert wait_until(lambda: not _has_lost_count(instance), 30, 0.2)
        instance.client.delete(session)
        run("btrfs", "qgroup", "remove", "--no-rescan", f"0/{number}", "1/100", pool)
        run("btrfs", "qgroup", "destroy", "1/100", pool)
    finally:
        for place in places:
            run("btrfs", "subvolume", "delete", place)
