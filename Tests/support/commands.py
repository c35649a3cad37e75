# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Commands of one session, through the socket."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from host import wait_until

if TYPE_CHECKING:
    from api_client import JSON, Client, Stream

NDJSON = "application/x-ndjson"


class Commands:
    """Starts commands in a session and talks to them."""

    def __init__(self, client: Client, session: str) -> None:
        self.client = client
        self.path = f"/v1/sessions/{session}/commands"

    def run(self, *argv: str, **settings: Any) -> JSON:
        """The finished command, or with `wait=False` the one that has begun."""
        content = {"argv": argv, **settings} if argv else settings
        answer: JSON = self.client.send("POST", self.path, content).json()
        return answer

    def shell(self, line: str, **settings: Any) -> JSON:
        return self.run(command=line, **settings)

    def start(self, line: str, **settings: Any) -> str:
        """The id of one that runs."""
        command: str = self.shell(line, wait=False, **settings)["id"]
        return command

    def stream(self, line: str, **settings: Any) -> Stream:
        body = json.dumps({"command": line, **settings}).encode()
        headers = {"Content-Type": "application/json", "Accept": NDJSON}
        return self.client._stream("POST", self.path, body, headers)

    def events(self, command: str, after: int = 0) -> Stream:
        return self.client._stream("GET", f"{self.path}/{command}/events?after={after}", None, {})

    def get(self, command: str) -> JSON:
        found: JSON = self.client.get(f"{self.path}/{command}")
        return found

    def list(self, limit: int | None = None) -> list[JSON]:
        return self.client.pages(self.path, "commands", limit=limit)

    def signal(self, command: str, name: str, **settings: Any) -> JSON:
        answer: JSON = self.client.send("POST", f"{self.path}/{command}/signal", {"signal": name, **settings}).json()
        return answer

    def write(self, command: str, content: bytes = b"", *, eof: bool = False) -> JSON:
        body = {"base64": base64.b64encode(content).decode(), "eof": eof}
        answer: JSON = self.client.send("POST", f"{self.path}/{command}/stdin", body).json()
        return answer

    def output(self, command: str, stream: str = "stdout") -> bytes:
        return self.client.send("GET", f"{self.path}/{command}/output/{stream}").body

    def said(self, command: str, text: str, seconds: float = 20) -> bool:
        """Waits until standard output has the text."""
        return wait_until(lambda: text.encode() in self.output(command), seconds)

    def result(self, command: str) -> JSON:
        """Waits for the end."""
        with self.events(command) as events:
            last: JSON = list(events)[-1]["command"]
        return last


def text(command: JSON) -> str:
    found: str = command["stdout"]["text"]
    return found
