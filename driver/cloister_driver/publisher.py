# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Jupyter's display protocol: objects become MIME bundles, bundles become frames."""

from __future__ import annotations

from os import urandom

from .handle import make_handle_class
from .mime import Entries
from .private import BUILTINS
from .protocol import CLEAR_WAITS, DISPLAY_ID, DISPLAY_KIND, DISPLAY_METADATA, MAX_BODY, field
from .representations import represent
from .text import encode

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .displays import Displays

_SHOW, _UPDATE, _CLEAR = range(3)
_ROOM = MAX_BODY - 4_096
_LONGEST_ID = 255


class Publisher:
    """Shows objects and bundles on the display channel; where there is none, prints their text."""

    def __init__(self, displays: Displays) -> None:
        self._displays = displays
        self._sinks: list[list[dict[str, Any]]] = []
        self.Handle = make_handle_class(self.display)

    def display(
        self,
        *objects: Any,
        include: Any = None,
        exclude: Any = None,
        metadata: Any = None,
        transient: Any = None,
        display_id: Any = None,
        raw: bool = False,
        clear: bool = False,
        update: bool = False,
        **_more: Any,
    ) -> Any:
        """As IPython's `display`. What has drawn itself, or has nothing to show, gives no frame."""
        name = _identity(display_id, transient)
        if update and name is None:
            raise TypeError("display_id required for update_display")
        if clear:
            self.clear(wait=True)
        if not objects and display_id:
            objects, raw = ({},), True
        for one in objects:
            data, described = (one, {}) if raw else represent(one, include, exclude, self._displays.report)
            if data or raw:
                self.publish(data, {**described, **(metadata or {})}, name, update)
        return self.Handle(name) if display_id else None

    def publish(self, data: Any, metadata: Any = None, display_id: str | None = None, update: bool = False) -> None:
        """Shows one MIME bundle."""
        if not isinstance(data, dict):
            raise TypeError("a MIME bundle must be a dict")
        if self._sinks:
            self._sinks[-1].append({"data": data, "metadata": metadata or {}})
            return
        entries = Entries(data, metadata)
        if not self._displays.socket.usable:
            _print(entries)
            return
        head = field(DISPLAY_KIND, bytes((_UPDATE if update else _SHOW,)))
        if entries.metadata:
            head += field(DISPLAY_METADATA, entries.metadata)
        if display_id is not None:
            head += field(DISPLAY_ID, encode(display_id))
        try:
            self._displays.send(head + entries.with_text().encoded(_ROOM - len(head)))
        except OSError:
            _print(entries)  # User code has closed the socket, say.

    def clear(self, wait: bool = False) -> None:
        if not self._sinks and self._displays.socket.usable:
            body = field(DISPLAY_KIND, bytes((_CLEAR,))) + field(CLEAR_WAITS, bytes((bool(wait),)))
            try:
                self._displays.send(body)
            except OSError:
                pass

    def value(self, value: object) -> tuple[str, Entries] | None:
        """The text of an execution's value and its other representations; None when the value has shown itself."""
        data, metadata = represent(value, None, None, self._displays.report, must_have_text=True)
        if not data:
            return None
        entries = Entries(data, metadata)
        return entries.text or "", entries

    def capture(self, sink: list[dict[str, Any]] | None) -> None:
        """From now on bundles are kept in this list instead of being shown; None ends the latest such time."""
        if sink is not None:
            self._sinks.append(sink)
        elif self._sinks:
            self._sinks.pop()


def _identity(display_id: Any, transient: Any) -> str | None:
    if display_id is None and isinstance(transient, dict):
        display_id = transient.get("display_id")
    if not display_id:
        return None
    name = urandom(16).hex() if display_id is True else str(display_id)
    if len(encode(name)) > _LONGEST_ID:
        raise ValueError(f"a display_id has at most {_LONGEST_ID} bytes")
    return name


def _print(entries: Entries) -> None:
    if entries.text:
        print(entries.text)
