# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Comparing what two processes have found out about themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER_OF_STARTS = {
    "own_files: arch_status": "when AVX-512 was last used",
    "own_files: autogroup": "the number of the process group's scheduling group",
    "status: Cpus_allowed": "which processors, by the session's number; how many is compared",
    "status: Cpus_allowed_list": "the same",
    "status: voluntary_ctxt_switches": "counts",
    "status: nonvoluntary_ctxt_switches": "counts",
}
"""What differs from one start to the next on the same path."""

BY_FORK = {
    **{
        f"auxiliary: {name}": "the kernel's word at exec, which was the zygote's"
        for name in ("UID", "EUID", "GID", "EGID")
    },
    "stat: flags": "PF_FORKNOEXEC: has not executed since its fork; the rest is compared",
    "foreign_mappings": "the zygote's library is a sealed memfd; the rest is compared",
    "signals: 33": "glibc takes this signal for setxid with the first thread, and the zygote has had one",
    "status: SigCgt": "the same; the rest is compared",
    "interpreter: meta_path": "the driver's finder of one module goes once that is loaded",
}
MEMORY = re.compile(r"status: (Vm\w+|Rss\w+)$")
"""What is mapped and used depends on what is loaded."""

BY_IMPORT = ("interpreter: meta_path", "standard_modules: context", "standard_modules: filters", "folders: /tmp")
"""What the image's modules change when they are imported, on either path."""
IMPORT = "for name in open('/usr/share/cloister/preload.txt').read().split(): __import__(name)"
PF_FORKNOEXEC = 0x40
SIGNAL_33 = 1 << 32

CHANGED = [
    *(f"settings: {name}" for name in ("umask", "nice", "cwd", "rlimits", "itimers")),
    *(f"signals: {name}" for name in ("10", "blocked")),
    *(f"prctls: {name}" for name in ("TIMERSLACK", "name")),
    *(f"interpreter: {name}" for name in ("gc", "path", "locale")),
    *(f"own_files: {name}" for name in ("comm", "limits")),
    *(f"status: {name}" for name in ("Umask", "SigBlk", "SigCgt", "Name")),
    *("descriptors: 77", "standard_modules: filters", "environment: os", "environment: order"),
]
"""What a portrait shows of the probe that changes everything."""


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> dict[str, tuple[str | None, str | None]]:
    return {
        name: (one.get(name), other.get(name))
        for name in sorted(one.keys() | other.keys())
        if one.get(name) != other.get(name) and not MEMORY.match(name)
    }


def without(found: dict[str, Any], *excused: Mapping[str, str] | tuple[str, ...]) -> dict[str, Any]:
    names = {name for group in excused for name in group}
    return {name: pair for name, pair in found.items() if not {name, name.partition(":")[0]} & names}


def with_forks_marks(portrait: dict[str, str]) -> dict[str, str]:
    """As if it had been forked: the parts of `BY_FORK` whose rest is compared."""
    mapped = [text for name, text in portrait.items() if name.startswith("foreign_mappings")]
    mapped = [text for text in mapped if "memfd:cloister-zygote" not in text]
    return {
        **{name: text for name, text in portrait.items() if not name.startswith("foreign_mappings")},
        "stat: the other flags": str(int(portrait["stat: flags"]) & ~PF_FORKNOEXEC),
        "status: the other signals caught": hex(int(portrait["status: SigCgt"].strip('"'), 16) & ~SIGNAL_33),
        "mappings": str(mapped),
    }
