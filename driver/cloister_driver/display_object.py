# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What the objects of IPython.display have in common."""

from __future__ import annotations

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DisplayObject:
    """Data given as such, or read from a file or a URL."""

    _binary = False

    def __init__(self, data: Any = None, url: str | None = None, filename: Any = None, metadata: Any = None) -> None:
        if type(data).__name__.endswith("Path") and filename is None:
            data, filename = None, data
        if isinstance(data, str) and url is None and filename is None and data.startswith(("http://", "https://")):
            data, url = None, data
        self.data, self.url = data, url
        self.filename = None if filename is None else str(filename)
        self.metadata = dict(metadata or {})
        self.reload()
        self._check()

    def reload(self) -> None:
        """Reads the file or the URL again."""
        if self.filename is not None:
            with open(self.filename, "rb") as file:
                content = file.read()
        elif self.url is not None and self.data is None:
            with __import__("urllib.request").request.urlopen(self.url) as answer:
                content = answer.read()
        else:
            return
        self.data = content if self._binary else content.decode("utf-8")

    def __repr__(self) -> str:
        return f"<IPython.core.display.{type(self).__name__} object>"

    def _check(self) -> None:
        """Subclasses refuse what they cannot show."""

    def _described(self, data: Any = None) -> Any:
        shown = self.data if data is None else data
        return (shown, self.metadata) if self.metadata else shown


DisplayObject.__module__ = "IPython.core.display"
