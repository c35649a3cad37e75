# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A throw-away instance of spawner and daemon."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parent.parent
LOG_LINES = 15


class Instance:
    """Runs while the `with` block does; afterwards nothing of it is left."""

    count = 0

    def __init__(self, settings: str = "", spawner_flags: Sequence[str] = ()) -> None:
        """`settings` are tables of the configuration file; what they leave out has its default."""
        Instance.count += 1
        self.name = f"bench-{os.getpid()}-{Instance.count}"
        self.socket = ""
        self._settings = settings
        self._flags = spawner_flags

    def __enter__(self) -> Self:
        try:
            with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as config:
                config.write(f'[daemon]\ninstance = "{self.name}"\n{self._settings}')
                config.flush()
                flags = ["--", *self._flags] if self._flags else []
                self._script("start", self.name, "--config", config.name, *flags)
            self.socket = self._paths()["api_socket"]
        except BaseException:
            self._script("remove", self.name)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if value is not None and not isinstance(value, SystemExit):
            self._show_logs()
        self._script("remove", self.name)

    def _show_logs(self) -> None:
        for log in sorted(Path(self._paths()["log_dir"]).glob("*.log")):
            lines = log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:]
            print(f"--- the end of {log.name}", *lines, sep="\n", file=sys.stderr)

    def _paths(self) -> dict[str, str]:
        lines = self._script("paths", self.name).splitlines()
        return dict(line.split("=", 1) for line in lines)

    def _script(self, *arguments: str) -> str:
        command = [str(ROOT / "scripts" / "instance"), *arguments]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            raise InstanceError(f"scripts/instance {' '.join(arguments)} failed:\n{done.stderr.strip()}")
        return done.stdout


class InstanceError(Exception):
    """The instance could not be started or removed."""
