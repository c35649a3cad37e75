# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""MIME bundles as bytes."""

from __future__ import annotations

from binascii import a2b_base64

from .json_text import dumps
from .private import BUILTINS
from .protocol import MIME_ENTRY, field
from .text import clip, encode, exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PLAIN = "text/plain"
_BINARY = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")
_LONGEST_TYPE = 255
_LONGEST_TEXT = 1 << 20
_LARGEST_METADATA = 1 << 20
_HEAD = 8 + 2


class Entries:
    """A bundle whose text is kept apart from its other representations, which may be too large to be sent."""

    def __init__(self, data: dict[Any, Any], metadata: Any = None) -> None:
        self.text: str | None = None
        self._others: list[tuple[bytes, bytes]] = []
        for kind, content in data.items():
            self._add(kind, content)
        described = dumps(metadata) if metadata else b""
        self.metadata = described if len(described) <= _LARGEST_METADATA else b""
        self._text_too = False

    def with_text(self) -> Entries:
        """From now on the text is an entry like the others."""
        self._text_too = True
        return self

    def encoded(self, room: int) -> bytes:
        """As many of them as have room. Whatever is left out, the text says so."""
        text = encode(clip(self.text, _LONGEST_TEXT)) if self.text is not None else b""
        left = room - 2 * _HEAD - len(PLAIN) - len(text)
        kept, notes = [], []
        for kind, content in self._others:
            size = _HEAD + len(kind) + len(content)
            if size <= left - _note_size(kind):
                kept.append(_entry(kind, content))
                left -= size
            else:
                notes.append(f"[{kind.decode()} left out: {len(content):,} bytes are too many]")
                left -= _note_size(kind)
        self._say(notes)
        if self._text_too and self.text is not None:
            kept.insert(0, _entry(PLAIN.encode(), encode(clip(self.text, _LONGEST_TEXT))))
        return b"".join(kept)

    def _say(self, notes: list[str]) -> None:
        if notes:
            shown = [] if not self.text else [clip(self.text, _LONGEST_TEXT)]
            self.text = "\n".join(shown + notes)

    def _add(self, kind: Any, content: Any) -> None:
        if not isinstance(kind, str) or content is None:
            return
        name = encode(exact(kind))
        if kind == PLAIN and isinstance(content, str):
            self.text = exact(content)
        elif 0 < len(name) <= _LONGEST_TYPE:
            encoded = _encode(exact(kind), content)
            if encoded is not None:
                self._others.append((name, encoded))


def _encode(kind: str, content: Any) -> bytes | None:
    """Bytes as they are, JSON as text, text as UTF-8; None for what is none of these."""
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    if kind == "application/json" or kind.endswith("+json") or isinstance(content, (dict, list)):
        return dumps(content)
    if not isinstance(content, str):
        return None
    if kind in _BINARY:
        try:
            return a2b_base64(content)
        except ValueError:
            return None
    return encode(exact(content))


def _entry(kind: bytes, content: bytes) -> bytes:
    return field(MIME_ENTRY, len(kind).to_bytes(2, "little") + kind + content)


def _note_size(kind: bytes) -> int:
    return len(kind) + 64
