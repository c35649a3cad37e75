# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What is known of a variable from outside: how long, of which shape, of what, how large."""

from __future__ import annotations

from .preview import preview
from .private import BUILTINS
from .statics import is_a, kind_of, loaded, package_of, plain_text, type_name
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PREVIEW = 200
_SAMPLE = 24
_MANY_COLUMNS = 1_000
_SIZED: tuple[Any, ...] = (str, bytes, bytearray, list, tuple, dict, set, frozenset, range)


class Facts:
    """Of one variable; what is not known is None."""

    __slots__ = ("bytes", "cut", "dtype", "kind", "length", "shape", "text", "type")

    def __init__(self, value: Any) -> None:
        self.kind = kind_of(value)
        self.type = type_name(type(value))
        self.length: int | None = None
        self.shape: tuple[int, ...] | None = None
        self.dtype: str | None = None
        self.bytes: int | None = None
        self.text, self.cut = "", False


def facts_of(value: Any) -> Facts:
    facts = Facts(value)
    try:
        _measure(value, facts)
    except Exception:
        pass  # A library that is not what it seems: what is known by then stays.
    if not facts.text:
        try:
            facts.text, facts.cut = preview(value, PREVIEW)
        except Exception:
            facts.text = plain_text(value)
    if len(facts.text) > PREVIEW:
        facts.text, facts.cut = facts.text[:PREVIEW], True
    return facts


def _measure(value: Any, facts: Facts) -> None:
    for base in _SIZED:
        if is_a(value, base):
            facts.length = base.__len__(value)
            facts.bytes = base.__sizeof__(value)
            return
    package = package_of(type(value))
    if package is None:
        if type(value) in (int, float, complex, bool):
            facts.bytes = value.__sizeof__()
    elif facts.kind == 0:
        _MEASURES[package](value, facts)


def _numpy(value: Any, facts: Facts) -> None:
    array = loaded("numpy", "ndarray")
    if type(value) is array:
        facts.shape, facts.dtype, facts.bytes = tuple(value.shape), exact(str(value.dtype)), value.nbytes
        facts.length = value.shape[0] if value.shape else None
        sample = value.flat[:_SAMPLE].tolist()
        facts.text, facts.cut = preview(sample, PREVIEW)
        if value.size > len(sample):
            facts.text, facts.cut = facts.text.removesuffix("]") + ", ...", True
    elif is_a(value, loaded("numpy", "generic")):
        facts.dtype, facts.bytes = exact(str(value.dtype)), value.nbytes


def _pandas(value: Any, facts: Facts) -> None:
    if type(value) is loaded("pandas", "DataFrame"):
        facts.shape, facts.length = tuple(value.shape), value.shape[0]
        if value.shape[1] <= _MANY_COLUMNS:
            facts.bytes = int(value.memory_usage(index=True, deep=False).sum())
        names, cut = preview(list(value.columns[:_SAMPLE]), PREVIEW)
        facts.text = f"{value.shape[0]} rows, {value.shape[1]} columns: {names}"
        facts.cut = cut or value.shape[1] > _SAMPLE
    elif type(value) is loaded("pandas", "Series") or is_a(value, loaded("pandas", "Index")):
        facts.shape, facts.length, facts.dtype = tuple(value.shape), len(value), exact(str(value.dtype))
        facts.bytes = int(value.nbytes)
        facts.text, facts.cut = preview(value[:_SAMPLE].tolist(), PREVIEW)
        if facts.length > _SAMPLE:
            facts.text, facts.cut = facts.text.removesuffix("]") + ", ...", True


def _pyarrow(value: Any, facts: Facts) -> None:
    if type(value) is loaded("pyarrow", "Table") or type(value) is loaded("pyarrow", "RecordBatch"):
        facts.shape, facts.length = (value.num_rows, value.num_columns), value.num_rows
        facts.bytes = value.nbytes
        names, facts.cut = preview(value.schema.names[:_SAMPLE], PREVIEW)
        facts.text = f"{value.num_rows} rows, {value.num_columns} columns: {names}"
    elif is_a(value, loaded("pyarrow", "Array")) or type(value) is loaded("pyarrow", "ChunkedArray"):
        facts.shape, facts.length, facts.dtype = (len(value),), len(value), exact(str(value.type))
        facts.bytes = value.nbytes
        facts.text, facts.cut = preview(value[:_SAMPLE].to_pylist(), PREVIEW)


def _pillow(value: Any, facts: Facts) -> None:
    if is_a(value, loaded("PIL.Image", "Image")):
        width, height = value.size
        facts.shape, facts.dtype = (height, width), exact(str(value.mode))
        facts.text = f"<{facts.type} {facts.dtype} {width}x{height}>"


def _torch(value: Any, facts: Facts) -> None:
    if is_a(value, loaded("torch", "Tensor")):
        facts.shape, facts.dtype = tuple(value.shape), exact(str(value.dtype))
        facts.length = value.shape[0] if value.shape else None
        facts.bytes = value.numel() * value.element_size()
        facts.text = f"<{facts.type} of shape {facts.shape}>"


_MEASURES: dict[str, Callable[[Any, Facts], None]] = {
    "numpy": _numpy,
    "pandas": _pandas,
    "pyarrow": _pyarrow,
    "PIL": _pillow,
    "torch": _torch,
}
