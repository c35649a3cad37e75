# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Objects of IPython.display that are code, links and frames of a page."""

from __future__ import annotations

from html import escape
from os import walk
from os.path import exists, isdir

from .json_text import dumps
from .private import BUILTINS
from .text_objects import TextDisplayObject

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMES = (
    *["Code", "FileLink", "FileLinks", "IFrame", "Javascript", "YouTubeVideo"],
    *["set_matplotlib_close", "set_matplotlib_formats"],
)


class Javascript(TextDisplayObject):
    """Code for the page; `lib` are scripts to load before, `css` are style sheets."""

    def __init__(
        self, data: Any = None, url: Any = None, filename: Any = None, lib: Any = None, css: Any = None
    ) -> None:
        self.lib = [lib] if isinstance(lib, str) else list(lib or ())
        self.css = [css] if isinstance(css, str) else list(css or ())
        super().__init__(data, url, filename)

    def _repr_javascript_(self) -> str:
        sheets = "".join(
            'var link = document.createElement("link"); link.rel = "stylesheet"; '
            f"link.href = {dumps(sheet).decode()}; document.head.appendChild(link);\n"
            for sheet in self.css
        )
        begin = "".join(
            "new Promise(function(resolve, reject) { var script = document.createElement('script'); "
            "script.onload = resolve; script.onerror = reject; "
            f"script.src = {dumps(lib).decode()}; document.head.appendChild(script); }}).then(() => {{\n"
            for lib in self.lib
        )
        return f"{sheets}{begin}{self.data}{'});' * len(self.lib)}"


class Code(TextDisplayObject):
    """Source text."""

    def __init__(self, data: Any = None, url: Any = None, filename: Any = None, language: str | None = None) -> None:
        self.language = language
        super().__init__(data, url, filename)

    def __repr__(self) -> str:
        return str(self.data)

    def _repr_html_(self) -> str:
        return f"<pre><code>{escape(str(self.data))}</code></pre>"


class IFrame:
    """Another page inside this one."""

    def __init__(self, src: str, width: Any, height: Any, extras: Any = None, **parameters: Any) -> None:
        self.src, self.width, self.height = src, width, height
        self.extras, self.params = list(extras or ()), parameters

    def _repr_html_(self) -> str:
        query = "?" + __import__("urllib.parse").parse.urlencode(self.params) if self.params else ""
        extras = " ".join(map(str, self.extras))
        return (
            f'<iframe width="{self.width}" height="{self.height}" src="{self.src}{query}" '
            f'frameborder="0" allowfullscreen {extras}></iframe>'
        )


class YouTubeVideo(IFrame):
    def __init__(self, id: str, width: Any = 400, height: Any = 300, **more: Any) -> None:  # noqa: A002 (IPython's name)
        self.id = id
        super().__init__(f"https://www.youtube.com/embed/{id}", width, height, **more)


class FileLink:
    """A link to a file of the workspace."""

    def __init__(
        self, path: Any, url_prefix: str = "", result_html_prefix: str = "", result_html_suffix: str = "<br>"
    ) -> None:
        self.path = str(path)
        if isdir(self.path):
            raise ValueError("Cannot display a directory using FileLink. Use FileLinks to display it.")
        self.url_prefix, self.result_html_prefix, self.result_html_suffix = (
            *[url_prefix, result_html_prefix, result_html_suffix],
        )

    def __repr__(self) -> str:
        return self.path if exists(self.path) else f"Path ({self.path}) doesn't exist."

    def _repr_html_(self) -> str:
        if not exists(self.path):
            return f"Path (<tt>{escape(self.path)}</tt>) doesn't exist."
        link = f"<a href='{escape(self.url_prefix + self.path)}' target='_blank'>{escape(self.path)}</a>"
        return f"{self.result_html_prefix}{link}{self.result_html_suffix}"


class FileLinks(FileLink):
    """Links to the files of a folder."""

    def __init__(self, path: Any, url_prefix: str = "", recursive: bool = True, **_more: Any) -> None:
        self.path, self.url_prefix, self.recursive = str(path), url_prefix, recursive

    def _files(self) -> list[str]:
        folders = walk(self.path)
        return [f"{folder}/{name}" for folder, _, names in folders for name in sorted(names)]

    def __repr__(self) -> str:
        return "\n".join(self._files())

    def _repr_html_(self) -> str:
        return "".join(f"{FileLink(file, self.url_prefix)._repr_html_()}\n" for file in self._files())


def set_matplotlib_formats(*_formats: str, **_options: Any) -> None:
    """Figures are shown as PNG."""


def set_matplotlib_close(close: bool = True) -> None:
    """Figures are closed when they have been shown."""
