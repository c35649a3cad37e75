# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The source text of the executions, for tracebacks, `inspect` and `warnings`."""

from __future__ import annotations

from sys import modules

from .imports import when_loaded
from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_KEPT = 16 << 20


class Sources:
    """Keeps the newest texts, `MAX_KEPT` characters at most, and puts them into `linecache` when that is loaded.

    `linecache` costs several milliseconds to import, so the driver only waits for user code to load it.
    """

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._size = 0
        when_loaded("linecache", self.publish)

    def add(self, number: int, text: str) -> str:
        """Returns the name that the text's code objects carry."""
        name = _name(number)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._size += len(text) - len(self._texts.pop(name, ""))
        self._texts[name] = text
        while self._size > MAX_KEPT and len(self._texts) > 1:
            oldest = next(iter(self._texts))
            self._size -= len(self._texts.pop(oldest))
            self._forget(oldest)
        linecache = modules.get("linecache")
        if linecache is not None:
            self.publish(linecache)
        return name

    def drop(self, number: int) -> None:
        name = _name(number)
        self._size -= len(self._texts.pop(name, ""))
        self._forget(name)

    def knows(self, name: str) -> bool:
        return name in self._texts

    def line(self, name: str, number: int) -> str | None:
        """The line with its number counted from 1, without its end."""
        text = self._texts.get(name)
        if text is None:
            return None
        lines = text.split("\n", number)
        return lines[number - 1] if 0 < number <= len(lines) else None

    def defining(self, statement: str) -> str | None:
        """The name of the newest text with a line that begins with the statement."""
        for name in reversed(self._texts):
            for line in self._texts[name].split("\n"):
                rest = line.lstrip().removeprefix(statement)
                if len(rest) < len(line.lstrip()) and not (rest[:1].isalnum() or rest[:1] == "_"):
                    return name
        return None

    def publish(self, linecache: Any) -> None:
        """Adds the texts that `linecache` lacks: the newest, and all after user code has cleared it."""
        cache = getattr(linecache, "cache", None)
        if type(cache) is not dict:
            return
        for name in reversed(self._texts):
            text = self._texts[name]
            if name in cache and cache[name][0] == len(text):
                break
            # Without a modification time the entry survives linecache.checkcache.
            cache[name] = (len(text), None, [line + "\n" for line in text.split("\n")], name)

    def _forget(self, name: str) -> None:
        cache = getattr(modules.get("linecache"), "cache", None)
        if type(cache) is dict:
            cache.pop(name, None)


def _name(number: int) -> str:
    return f"<execution {number}>"
