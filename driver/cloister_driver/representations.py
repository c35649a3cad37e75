# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The representations of an object, asked for in the way and the order of Jupyter's formatters."""

from __future__ import annotations

import sys
from sys import modules

from .figure_image import png_of
from .namespace import text_of
from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PLAIN = "text/plain"
_PNG = "image/png"
_TEXT, _BINARY, _JSON = (str,), (bytes, bytearray, memoryview, str), (dict, list)
_FORMATS: tuple[tuple[str, str, tuple[type, ...]], ...] = (
    ("text/html", "_repr_html_", _TEXT),
    ("text/markdown", "_repr_markdown_", _TEXT),
    ("image/svg+xml", "_repr_svg_", _TEXT),
    (_PNG, "_repr_png_", _BINARY),
    ("application/pdf", "_repr_pdf_", _BINARY),
    ("image/jpeg", "_repr_jpeg_", _BINARY),
    ("text/latex", "_repr_latex_", _TEXT),
    ("application/json", "_repr_json_", _JSON),
    ("application/javascript", "_repr_javascript_", _TEXT),
)
_CANARY = "_ipython_canary_method_should_not_exist_"

Pair = tuple["dict[str, Any]", "dict[str, Any]"]


def represent(
    value: Any,
    include: Any,
    exclude: Any,
    report: Callable[[BaseException], None],
    must_have_text: bool = False,
) -> Pair:
    """Data and metadata by MIME type; no data if the object has shown itself. Raises only for a text it must have."""
    probe = _Probe(value, report)
    shows_itself = probe.method("_ipython_display_")
    if shows_itself is not None and probe.call(shows_itself, failure=probe) is not probe:
        return {}, {}
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    bundle = probe.bundle(include, exclude)
    wanted = _filter(include, exclude)
    if PLAIN not in bundle[0] and wanted(PLAIN):
        text = text_of(value) if must_have_text else probe.call(text_of, value)
        _add(PLAIN, text, data, metadata)
    for part, whole in zip(bundle, (data, metadata), strict=True):
        whole.update((kind, one) for kind, one in part.items() if wanted(kind))
    for kind, name, types in _FORMATS:
        if kind not in data and wanted(kind):
            _add(kind, probe.format(kind, name, types), data, metadata)
    if _PNG not in data and wanted(_PNG) and _is_figure(value):
        _add(_PNG, probe.call(png_of, value), data, metadata)
    return data, metadata


class _Probe:
    """Asks one object for its methods. One that answers to every name has none of them."""

    def __init__(self, value: Any, report: Callable[[BaseException], None]) -> None:
        self._value = value
        self._report = report
        self._silent = type in type(value).__mro__ or self._get(_CANARY) is not None

    def method(self, name: str) -> Any:
        found = None if self._silent else self._get(name)
        return found if callable(found) else None

    def call(self, method: Any, *arguments: Any, failure: Any = None, **named: Any) -> Any:
        try:
            return method(*arguments, **named)
        except NotImplementedError:
            return failure
        except Exception as error:
            self._report(error)
            return failure

    def bundle(self, include: Any, exclude: Any) -> Pair:
        method = self.method("_repr_mimebundle_")
        found = self.call(method, include=include, exclude=exclude) if method is not None else None
        metadata = None
        if isinstance(found, tuple) and len(found) == 2:
            found, metadata = found
        if found is not None and not isinstance(found, dict):
            _warn(f"_repr_mimebundle_ returned {type(found).__name__}, not a dict")
            found = None
        return found or {}, metadata if isinstance(metadata, dict) else {}

    def format(self, kind: str, name: str, types: tuple[type, ...]) -> Any:
        """One representation, alone or with its metadata; None when there is none."""
        method = self.method(name)
        found = self.call(method) if method is not None else None
        content = found[0] if isinstance(found, tuple) and len(found) == 2 else found
        if content is None or isinstance(content, types):
            return found
        expected = " or ".join(one.__name__ for one in types)
        _warn(f"{kind} formatter returned invalid type {type(content).__name__} (expected {expected})")
        return None

    def _get(self, name: str) -> Any:
        try:
            return getattr(self._value, name, None)
        except Exception:
            return None


def _add(kind: str, found: Any, data: dict[str, Any], metadata: dict[str, Any]) -> None:
    if isinstance(found, tuple):
        found, more = found
        if more:
            metadata[kind] = more
    if found is not None:
        data[kind] = found


def _filter(include: Any, exclude: Any) -> Callable[[str], bool]:
    return lambda kind: (not include or kind in include) and (not exclude or kind not in exclude)


def _is_figure(value: Any) -> bool:
    figure = getattr(modules.get("matplotlib.figure"), "Figure", None)
    return isinstance(figure, type) and figure in type(value).__mro__


def _warn(text: str) -> None:
    print(f"FormatterWarning: {text}", file=sys.stderr)
