# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""One text stream over a descriptor: the stock classes of `io`, so that print is as fast as anywhere."""

from __future__ import annotations

from io import BufferedWriter, FileIO, TextIOWrapper

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

BUFFER = 65_536
_MOST_ANNOUNCED = 16


class Stream:
    """A stream that can announce its first write.

    While armed, `write` of the text layer and of the byte layer are instance attributes that shadow the C methods.
    The first whole line is flushed at once and removes them again, so that all further writes are plain C.
    """

    def __init__(self, descriptor: int, name: str, wake: Callable[[], bool], line_buffering: bool) -> None:
        raw = FileIO(descriptor, "w", closefd=False)
        raw.name = name
        self._buffer = BufferedWriter(raw, BUFFER)
        # Text that cannot be encoded is escaped: output is always valid UTF-8 and print never fails for it.
        self.text = TextIOWrapper(self._buffer, "utf-8", "backslashreplace", "\n", line_buffering)
        self.text.mode = "w"  # type: ignore[misc]
        self._wake = wake
        self._announced = 0
        self._write_text = self._announcing(self.text.write)
        self._write_bytes = self._announcing(self._buffer.write)

    @property
    def usable(self) -> bool:
        try:
            return not self.text.closed and self.text.buffer is self._buffer
        except ValueError:  # detached
            return False

    def arm(self, with_bytes: bool) -> None:
        """A write that user code put in place itself is left alone."""
        self._announced = 0
        vars(self.text).setdefault("write", self._write_text)
        if with_bytes:
            vars(self._buffer).setdefault("write", self._write_bytes)

    def share(self, shared: bool) -> None:
        """Sets whether several threads write.

        CPython before 3.12.4 loses and garbles text when they do (gh-119506), unless the text layer keeps none.
        That halves the speed of print.
        """
        try:
            self.text.reconfigure(write_through=shared)
        except (OSError, ValueError):
            pass

    def flush(self) -> None:
        try:
            self.text.flush()
        except (OSError, ValueError):
            pass  # Closed or replaced by user code, or not blocking and full: the next flush has another try.

    def _disarm(self) -> None:
        for layer, hook in ((self.text, self._write_text), (self._buffer, self._write_bytes)):
            attributes = vars(layer)
            if attributes.get("write") is hook:
                del attributes["write"]

    def _announcing(self, write: Callable[[Any], int]) -> Callable[[Any], int]:
        def announce(data: Any, /) -> int:
            awake = self._announced > 0 or self._wake()
            written = write(data)
            ends = type(data) is not str or data.endswith("\n")
            if ends or not awake:
                self.flush()
            if awake:
                self._announced += 1
                if ends or self._announced >= _MOST_ANNOUNCED:
                    self._disarm()
            return written

        announce.__name__ = "write"
        return announce
