# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Objects of IPython.display that are text."""

from __future__ import annotations

from .display_object import DisplayObject
from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMES = ("GeoJSON", "HTML", "JSON", "Latex", "Markdown", "Math", "Pretty", "SVG", "TextDisplayObject")


class TextDisplayObject(DisplayObject):
    """Checks that the data are text."""

    def _check(self) -> None:
        if self.data is not None and not isinstance(self.data, str):
            raise TypeError(f"{type(self).__name__} expects text, not {self.data!r}")


class Pretty(TextDisplayObject):
    """Plain text as it is."""

    def __repr__(self) -> str:
        return str(self.data)


class HTML(TextDisplayObject):
    """A piece of a page."""

    def _repr_html_(self) -> Any:
        return self._described()

    def __html__(self) -> Any:
        return self._repr_html_()


class Markdown(TextDisplayObject):
    def _repr_markdown_(self) -> Any:
        return self._described()


class Math(TextDisplayObject):
    """A formula without its dollars."""

    def _repr_latex_(self) -> Any:
        return self._described(f"$\\displaystyle {str(self.data).strip('$')}$")


class Latex(TextDisplayObject):
    def _repr_latex_(self) -> Any:
        return self._described()


class SVG(DisplayObject):
    """A drawing; bytes are read as UTF-8."""

    def _repr_svg_(self) -> Any:
        text = self.data.decode("utf-8") if isinstance(self.data, bytes) else str(self.data)
        start = text.find("<svg")
        return self._described(text[start:] if start > 0 else text)


class JSON(DisplayObject):
    """A dict, a list, or their text."""

    def __init__(
        self,
        data: Any = None,
        url: str | None = None,
        filename: str | None = None,
        expanded: bool = False,
        metadata: Any = None,
        root: str = "root",
        **more: Any,
    ) -> None:
        described = {"expanded": expanded, "root": root, **(metadata or {}), **more}
        super().__init__(data, url, filename, described)

    def _check(self) -> None:
        if isinstance(self.data, str):
            self.data = __import__("json").loads(self.data)
        elif self.data is not None and not isinstance(self.data, (dict, list)):
            raise TypeError(f"{type(self).__name__} expects a dict or a list, not {self.data!r}")

    def _repr_json_(self) -> Any:
        return self._described()


class GeoJSON(JSON):
    def _repr_mimebundle_(self, **_filters: Any) -> Any:
        kind = "application/geo+json"
        return {kind: self.data, "text/plain": repr(self)}, {kind: self.metadata}

    def _repr_json_(self) -> Any:
        return None
