# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The session that the kernel's cells run in."""

from __future__ import annotations

import http.client
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from .daemon import CloisterError, Daemon

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .settings import Settings

_RECONNECT_SECONDS = 60.0
_HELPER_SECONDS = 10.0


class Session:
    """Made, or found by its name, when the first cell runs."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._daemon = Daemon(settings.socket)
        self._path: str | None = None
        self._running: str | None = None
        self._interrupt_wanted = False
        self.was_replaced = False
        """There is a new session because the one before had ended. Whoever tells the user sets this back."""
        self.cell = 0
        self.cells: dict[str, int] = {}
        """Which cell each execution belongs to; those of the kernel's own to the cell before them."""

    def execute(self, code: str) -> Iterator[dict[str, Any]]:
        """The events of an execution, up to its result."""
        self._interrupt_wanted = False
        self._running = self._begin(code)
        try:
            if self._interrupt_wanted:
                self.interrupt()
            yield from self._events(self._running)
        finally:
            self._running = None

    def interrupt(self) -> None:
        """Interrupts what runs; what has not begun as soon as it has a name."""
        if self._running is None:
            self._interrupt_wanted = True
        else:
            with suppress(CloisterError, OSError, http.client.HTTPException):
                self._daemon.call("POST", f"{self._running}/interrupt")

    def help(self, code: str) -> dict[str, Any]:
        """Runs code of the kernel's own and gives the finished execution."""
        return self._post({"code": code, "timeout_seconds": _HELPER_SECONDS})

    def close(self) -> None:
        """Deletes the session if it is the kernel's own."""
        path, self._path = self._path, None
        if path is not None and self._settings.session is None:
            with suppress(CloisterError, OSError):
                self._daemon.call("DELETE", path)

    def _begin(self, code: str) -> str:
        """The path of an execution that has been accepted."""
        body = {"code": code, "timeout_seconds": self._settings.timeout, "wait": False}
        execution = self._post(body)["id"]
        return f"{self._path}/executions/{execution}"

    def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        try:
            execution = self._post_to_session(body)
        except CloisterError as error:
            if error.code != "session_not_found" or self._settings.session is not None:
                raise
            self._path, self.was_replaced = None, True
            execution = self._post_to_session(body)
        self.cells[execution["id"]] = self.cell
        return execution

    def _post_to_session(self, body: dict[str, Any]) -> dict[str, Any]:
        execution: dict[str, Any] = self._daemon.call("POST", f"{self._found()}/executions", body)
        return execution

    def _found(self) -> str:
        if self._path is None:
            identity = self._make() if self._settings.session is None else self._find(self._settings.session)
            self._path = f"/v1/sessions/{identity}"
        return self._path

    def _make(self) -> str:
        wanted: dict[str, Any] = {"metadata": {"client": "jupyter"}}
        if self._settings.image is not None:
            wanted["image"] = self._settings.image
        made: str = self._daemon.call("POST", "/v1/sessions", wanted)["id"]
        return made

    def _find(self, name: str) -> str:
        found = self._daemon.call("GET", f"/v1/sessions?{urlencode({'name': name})}")["sessions"]
        if not found:
            raise CloisterError("session_not_found", f"There is no session with the name {name}.")
        identity: str = found[0]["id"]
        return identity

    def _events(self, execution: str) -> Iterator[dict[str, Any]]:
        """Executions outlive the daemon: when it goes, the rest comes from the next one."""
        seen = 0
        deadline: float | None = None
        while True:
            with suppress(OSError, ValueError, http.client.HTTPException):
                for event in self._daemon.lines(f"{execution}/events?after={seen}"):
                    seen, deadline = event["seq"], None
                    yield event
                    if event["type"] == "result":
                        return
            deadline = deadline or time.monotonic() + _RECONNECT_SECONDS
            if time.monotonic() > deadline:
                raise ConnectionError("the daemon has gone away")
            time.sleep(0.2)
