# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""G1: what can be stored, how much of it, and what can be executed."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from case import Case
from host import patience
from probe import Probes

if TYPE_CHECKING:
    from canaries import Canaries
    from instance import Instance
    from positions import Positions
    from sandbox import Sessions

pytestmark = pytest.mark.usefixtures("quiet")

STORAGE = Probes("storage")
FILES = Probes("filesystem")
MIB = 1 << 20
QUOTA = 16 * MIB


def test_f21_artifacts_directory_replaced(new_session: Sessions, instance: Instance, canaries: Canaries) -> None:
    session = new_session()
    captured = session.execute("open('/workspace/artifacts/before.txt', 'w').write('before')").execution["artifacts"]
    Case("F21").need([artifact["path"] for artifact in captured] == ["before.txt"], captured)
    found = STORAGE.inside(session, "replace_artifacts", target=str(canaries.directory))
    assert found.pop("workspace") in ("EBUSY", "EXDEV", "EROFS", "EACCES")
    assert found == {"artifacts": "ok", "symlink": "ok"}
    after = session.execute("open('/workspace/moved/after.txt', 'w').write('after')\n6 * 7")
    assert (after.status, after.value) == ("ok", "42")
    assert [artifact for artifact in after.execution["artifacts"] if artifact["state"] != "skipped"] == []
    listed = instance.client.pages(f"/v1/sessions/{session.id}/artifacts", "artifacts")
    assert {artifact["path"] for artifact in listed if artifact["state"] != "skipped"} == {"before.txt"}
    session.execute("import os; os.unlink('/workspace/artifacts'); os.symlink('/', '/workspace/artifacts')")
    assert session.execute("6 * 7").value == "42"


def test_f22_workspace_full_of_bytes(new_session: Sessions, instance: Instance) -> None:
    control_file = instance.pool / "control"
    control = STORAGE.outside("fill_bytes", path=str(control_file), most=QUOTA + 8 * MIB)
    control_file.unlink()
    Case("F22").need(control == {"written": QUOTA + 8 * MIB, "ending": "ok"}, control)
    os.sync()
    before = os.statvfs(instance.pool).f_bfree
    session, other = new_session(), new_session()
    found = STORAGE.inside(session, "fill_bytes", path="/workspace/big", most=QUOTA + 8 * MIB)
    assert found["ending"] == "EDQUOT"
    assert found["written"] <= QUOTA
    used = (before - os.statvfs(instance.pool).f_bfree) * os.statvfs(instance.pool).f_frsize
    assert used <= QUOTA + 8 * MIB, "the pool gave more than the quota and some metadata"
    free = STORAGE.inside(other, "fill_bytes", path="/workspace/big", most=QUOTA // 2)
    assert free == {"written": QUOTA // 2, "ending": "ok"}
    assert session.execute("import os; os.unlink('/workspace/big'); 6 * 7").value == "42"
    assert STORAGE.inside(session, "fill_bytes", path="/workspace/big", most=MIB)["ending"] == "ok"


def test_f23_workspace_full_of_names(new_session: Sessions, instance: Instance) -> None:
    """The pool charges metadata: names without a byte of content end at the quota too."""
    most = 60_000
    session = new_session(limits={"workspace_bytes": 4 * MIB})
    found = STORAGE.inside(session, "fill_names", directory="/workspace/names", most=most, remove=False, seconds=120)
    assert found["ending"] == "EDQUOT"
    assert 0 < found["made"] < most
    control = STORAGE.outside("fill_names", directory=str(instance.pool / "control"), most=found["made"] + 1000)
    Case("F23").need(control["ending"] == "ok", control)
    assert STORAGE.inside(new_session(), "fill_names", directory="/workspace/names", most=100)["ending"] == "ok"


def test_f24_memory_file_systems_full(new_session: Sessions, canaries: Canaries) -> None:
    case = Case("F24")
    limit = 16 * MIB
    control = STORAGE.outside("fill_bytes", path=str(canaries.work / "big"), most=limit + MIB)
    (canaries.work / "big").unlink()
    case.need(control["ending"] == "ok", control)
    # One file may be as large as the workspace.
    session = new_session(limits={"tmp_bytes": limit, "workspace_bytes": 4 * limit})
    for directory in ("/tmp", "/dev/shm"):
        path = directory + "/big"
        found = STORAGE.inside(session, "fill_bytes", path=path, most=3 * limit)
        assert found["ending"] == "ENOSPC", directory
        assert found["written"] <= limit, directory
        session.execute(f"import os; os.unlink({path!r})")
        names = STORAGE.inside(session, "fill_names", directory=directory + "/names", most=20_000)
        assert names["ending"] == "ENOSPC", directory
        assert names["made"] < 20_000
    control = STORAGE.outside("fill_names", directory=str(canaries.work / "names"), most=2_000)
    case.need(control["ending"] == "ok", control)


def test_f25_deep_trees_end_quickly(new_session: Sessions, instance: Instance) -> None:
    # Landlock looks at every directory above a file: making a deep tree costs its owner the square of its depth.
    depths = {"/workspace/deep": 10_000, "/tmp/deep": 2500, "/workspace/artifacts/deep": 2500}
    session = new_session(limits={"workspace_bytes": 256 * MIB, "tmp_bytes": 200 * MIB})
    for directory, depth in depths.items():
        found = STORAGE.inside(session, "nest", directory=directory, depth=depth)
        assert found == {"made": depth, "ending": "ok", "long": "ENAMETOOLONG"}, directory
    assert session.execute("6 * 7").value == "42"
    start = time.monotonic()
    session.close()
    assert time.monotonic() - start < patience(1)


def test_f26_everything_deleted(new_session: Sessions) -> None:
    session = new_session()
    assert STORAGE.inside(session, "delete_everything") > 0
    outcome = session.execute("import json, decimal\nopen('/workspace/new', 'w').write('x')\n6 * 7")
    assert (outcome.status, outcome.value) == ("ok", "42")


def test_f27_fallocate(new_session: Sessions, instance: Instance) -> None:
    control = STORAGE.outside("fallocate_size", path=str(instance.pool / "control"), size=QUOTA + MIB)
    Case("F27").need(control["ending"] == "ok", control)
    session = new_session()
    for directory in ("/workspace", "/tmp", "/dev/shm"):
        found = STORAGE.inside(session, "fallocate_huge", path=directory + "/huge", small=MIB)
        assert found.pop("small")["ending"] == "ok", directory
        # Punching a hole needs no room.
        assert found.pop("punch")["blocks"] == 0, directory
        for mode, result in found.items():
            where = f"{directory} {mode}: {result}"
            assert result["ending"] in ("ENOSPC", "EFBIG", "EDQUOT", "ENOTSUP", "EINVAL"), where
            assert result["blocks"] == 0, where
        assert found["plain"]["ending"] in ("ENOSPC", "EFBIG", "EDQUOT")
        assert found["keep size"]["ending"] in ("ENOSPC", "EFBIG", "EDQUOT")
    found = STORAGE.inside(session, "fallocate_size", path="/workspace/f", size=QUOTA + MIB)
    assert found["ending"] in ("EDQUOT", "EFBIG")


def test_f29_no_overlay(positions: Positions, canaries: Canaries) -> None:
    """The root is the image itself: there is no upper layer or work directory to find."""
    script = (
        'for d in u w t; do mkdir "$0/$d"; done && mount -t overlay '
        '-o "lowerdir=/usr,upperdir=$0/u,workdir=$0/w" none "$0/t" && cat /proc/self/mountinfo'
    )
    command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script, str(canaries.work)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    subprocess.run(["rm", "-rf", *map(str, canaries.work.iterdir())], check=True)
    if "unknown filesystem" in shown.stderr:
        pytest.skip("F29: the host's kernel has no overlayfs")
    Case("F29").need("upperdir=" in shown.stdout, shown)
    for position, found in positions.everywhere(FILES, "mounts").items():
        assert [mount for mount in found if mount["type"] == "overlay" or "upperdir" in str(mount)] == [], position
        root = next(mount for mount in found if mount["point"] == "/")
        assert (root["type"], "ro" in root["options"]) == ("erofs", True), position


def test_f31_programs_in_memory(positions: Positions) -> None:
    control = STORAGE.outside("memory_program")
    Case("F31").need(control["Seccomp"] == "0" and int(control["CapEff"], 16) != 0, control)
    for position, found in positions.everywhere(STORAGE, "memory_program").items():
        assert found["exe"].startswith("/memfd:"), position
        assert (found["Seccomp"], int(found["CapEff"], 16), found["NoNewPrivs"]) == ("2", 0, "1"), position
        assert set(found["Uid"].split()) == {"1000"}, position


def test_f32_where_programs_may_lie(positions: Positions, canaries: Canaries) -> None:
    case = Case("F32")
    case.permitted(STORAGE.outside("execute_from", directories=[str(canaries.work)]))
    directories = ["/workspace", "/tmp", "/dev/shm"]
    for position, found in positions.everywhere(STORAGE, "execute_from", directories=directories).items():
        assert found == {"/workspace": "ok", "/tmp": "ok", "/dev/shm": "EACCES"}, position


def test_canary_directory_is_empty(canaries: Canaries) -> None:
    """Controls clean up: what they left would hide what a session did."""
    assert [Path(entry).name for entry in canaries.work.iterdir()] == []
