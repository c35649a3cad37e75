# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Objects of IPython.display that are pictures, sounds and films."""

from __future__ import annotations

from binascii import b2a_base64
from html import escape
from math import isfinite
from struct import pack

from .display_object import DisplayObject
from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMES = ("Audio", "DisplayObject", "Image", "Video")
_PICTURES = {"png": "image/png", "jpeg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
_BEGINNINGS = ((b"\x89PNG", "png"), (b"\xff\xd8", "jpeg"), (b"GIF8", "gif"), (b"RIFF", "webp"))
_SAMPLE = 32_767


class Image(DisplayObject):
    """A picture: PNG, JPEG, GIF or WebP. One given by its URL is linked, not embedded, unless `embed` is set."""

    _binary = True

    def __init__(
        self,
        data: Any = None,
        url: str | None = None,
        filename: Any = None,
        format: str | None = None,  # noqa: A002 (IPython's name)
        embed: bool | None = None,
        width: int | None = None,
        height: int | None = None,
        metadata: Any = None,
        alt: str | None = None,
        **_more: Any,
    ) -> None:
        if isinstance(data, str) and not data.startswith(("http://", "https://")) and filename is None:
            data, filename = None, data
        if isinstance(data, str) and url is None:
            data, url = None, data
        self.width, self.height, self.alt = width, height, alt
        self.embed = url is None if embed is None else embed
        self._format = format
        super().__init__(data, url, filename, metadata)

    def reload(self) -> None:
        if self.embed or self.filename is not None:
            super().reload()

    def _check(self) -> None:
        found = next((name for start, name in _BEGINNINGS if bytes(self.data or b"").startswith(start)), "png")
        self.format = (self._format or found).lower().replace("jpg", "jpeg")
        if self.embed and self.data is None:
            raise ValueError("No image data found. Expecting filename, url, or data.")
        if self.format not in _PICTURES:
            raise ValueError(f"Cannot embed the '{self.format}' image format")
        sizes = {"width": self.width, "height": self.height, "alt": self.alt}
        self.metadata.update((name, value) for name, value in sizes.items() if value)

    def _repr_html_(self) -> Any:
        if self.embed:
            return None
        sizes = "".join(f' {name}="{escape(str(value))}"' for name, value in self.metadata.items())
        return f'<img src="{escape(str(self.url))}"{sizes}/>'

    def _repr_mimebundle_(self, **_filters: Any) -> Any:
        if not self.embed:
            return None
        kind = _PICTURES[self.format]
        return {kind: self.data}, {kind: self.metadata} if self.metadata else {}


class Video(DisplayObject):
    """A film: a file or a URL, or data with their MIME type."""

    _binary = True
    _tag, _kind = "video", "video/mp4"

    def __init__(
        self,
        data: Any = None,
        url: str | None = None,
        filename: Any = None,
        embed: bool = False,
        mimetype: str | None = None,
        width: int | None = None,
        height: int | None = None,
        html_attributes: str = "controls",
    ) -> None:
        if isinstance(data, str):
            is_url = data.startswith(("http://", "https://"))
            data, url, filename = (None, data, filename) if is_url else (None, url, data)
        self.embed, self.width, self.height = embed or url is None, width, height
        self.mimetype = mimetype or _guessed(filename or url) or self._kind
        self.html_attributes = html_attributes
        super().__init__(data, url, filename)

    def reload(self) -> None:
        if self.embed:
            super().reload()

    def _repr_html_(self) -> str:
        sizes = "".join(f' {name}="{getattr(self, name)}"' for name in ("width", "height") if getattr(self, name))
        return f'<{self._tag} src="{self._source()}" {self.html_attributes}{sizes}></{self._tag}>'

    def _source(self) -> str:
        if not self.embed:
            return escape(str(self.url))
        return f"data:{self.mimetype};base64,{b2a_base64(bytes(self.data or b''), newline=False).decode()}"


class Audio(Video):
    """A sound: a file, a URL, bytes, or samples with their `rate`, which become WAV."""

    _tag, _kind = "audio", "audio/wav"

    def __init__(
        self,
        data: Any = None,
        filename: Any = None,
        url: str | None = None,
        embed: bool | None = None,
        rate: int | None = None,
        autoplay: bool = False,
        normalize: bool = True,
        *,
        element_id: str | None = None,
    ) -> None:
        if data is not None and not isinstance(data, (str, bytes)):
            if rate is None:
                raise ValueError("rate must be specified when data is a numpy array or list of audio samples.")
            data = _wave(data, rate, normalize)
        named = f' id="{escape(element_id)}"' if element_id else ""
        attributes = f"controls{' autoplay' if autoplay else ''}{named}"
        super().__init__(data, url, filename, bool(embed), html_attributes=attributes)


def _wave(samples: Any, rate: int, normalize: bool) -> bytes:
    """A WAV file of 16 bits; channels are rows."""
    rows = samples.tolist() if hasattr(samples, "tolist") else list(samples)
    rows = [list(row) for row in rows] if rows and hasattr(rows[0], "__len__") else [rows]
    loudest = max((abs(one) for row in rows for one in row if isfinite(one)), default=0) or 1
    if not normalize and loudest > 1:
        raise ValueError("Audio data must be between -1 and 1 when normalize=False.")
    scale = _SAMPLE / (loudest if normalize else 1)
    values = [int(one * scale) for moment in zip(*rows, strict=True) for one in moment]
    content = pack(f"<{len(values)}h", *values)
    form = pack("<HHIIHH", 1, len(rows), int(rate), int(rate) * 2 * len(rows), 2 * len(rows), 16)
    head = b"WAVEfmt " + pack("<I", len(form)) + form + b"data" + pack("<I", len(content))
    return b"RIFF" + pack("<I", len(head) + len(content)) + head + content


def _guessed(name: Any) -> Any:
    return __import__("mimetypes").guess_type(str(name))[0] if name is not None else None
