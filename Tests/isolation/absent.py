# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What a kernel may lack. A control that gives one of these errnos makes the case skip with the reason, not fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Absent:
    errors: tuple[str, ...]
    reason: str


ABSENT = {
    ("F04", "fuse"): Absent(("ENODEV", "EINVAL"), "the host's kernel has no FUSE or no /dev/fuse"),
    ("F04", "overlay"): Absent(("ENODEV",), "the host's kernel has no overlayfs"),
    ("F13", "open_by_handle_at"): Absent(("EOPNOTSUPP", "ESTALE"), "the host's root file system exports no handles"),
    ("F13", "name_to_handle_at"): Absent(("EOPNOTSUPP",), "the host's root file system exports no handles"),
    ("N01", "time"): Absent(("EINVAL",), "the host's kernel has no time namespaces"),
    ("N01", "all"): Absent(("EINVAL",), "the host's kernel has no time namespaces"),
    ("N14", "kcmp"): Absent(("ENOSYS",), "the host's kernel is built without kcmp"),
    ("N15", "oom_score_adj"): Absent(("EACCES",), "root on this host may not lower it either"),
    ("N15", "loginuid"): Absent(("ENOENT", "EPERM"), "the host's kernel has no audit, or its login uid is fixed"),
    ("I03", "/dev/kmsg"): Absent(("ENOENT",), "the host has no /dev/kmsg"),
    ("I07", "msg"): Absent(("ENOSYS",), "the host's kernel has no System V ipc"),
}
