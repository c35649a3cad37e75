# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What the environment says."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLES = ("CLOISTER_SOCKET", "CLOISTER_IMAGE", "CLOISTER_SESSION", "CLOISTER_TIMEOUT")
DEFAULT_SOCKET = "/run/cloister/api.sock"
LONGEST_TIMEOUT = 86400.0


@dataclass(frozen=True)
class Settings:
    socket: str = DEFAULT_SOCKET
    image: str | None = None
    session: str | None = None
    """The name of a session that exists; it stays when the kernel ends."""
    timeout: float = LONGEST_TIMEOUT

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """An empty variable is as good as none."""
        return cls(
            environment.get("CLOISTER_SOCKET") or DEFAULT_SOCKET,
            environment.get("CLOISTER_IMAGE") or None,
            environment.get("CLOISTER_SESSION") or None,
            float(environment.get("CLOISTER_TIMEOUT") or LONGEST_TIMEOUT),
        )
