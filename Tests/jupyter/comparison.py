# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What a cell shows, without that which differs from one run to the next or between the kernels by their nature.

By their nature: Cloister gives a value last, after the figures of its cell, and its text is what `repr` gives, where
IPython has a printer of its own that breaks lines and shortens the names of classes.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any

from png import difference

_PNG, _PLAIN = "image/png", "text/plain"
_CELL = r"<execution \d+>|[^\s()\"']*ipykernel_\d+/\d+\.py|\d+\.py|<ipython-input-[^>]*>"
_REPLACEMENTS = (
    # A pseudo-terminal, which ipykernel runs shell commands in, ends its lines so.
    (r"\r\n", "\n"),
    (r"\b0x[0-9a-fA-F]{6,}\b", "0xADDRESS"),
    (rf"\(({_CELL}), line", "(CELL, line"),
    (rf"(?m)^({_CELL}):(\d+):", r"CELL:\2:"),
    (r"CPU times: .*", "CPU times: TIME"),
    (r"\d+(\.\d+)?(e[-+]\d+)? (ns|[μµu]s|ms|s|min)\b", "TIME"),
    (r"\b(T_)[0-9a-f]{5}(?=[_\"\s{])", r"\1STYLE"),
    (r"/tmp/[\w.-]+", "/tmp/PLACE"),
)
# Of values' texts only.
_NAMES = ((r"<class '([\w.]+)'>", r"\1"), (r"( object)? at 0xADDRESS>", ">"))
# Of lists, tuples, dicts and sets.
_LINES = ((r"\s+", " "), (r"([(\[{]) ", r"\1"))
_IDENTITY = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_LARGEST_DIFFERENCE = 2.0


def differences(expected: Any, actual: Any) -> dict[int, str]:
    """By their numbers, from 1, the cells that differ in two runs of one notebook, and how."""
    found = {}
    for number, (one, other) in enumerate(zip(expected.cells, actual.cells, strict=True), 1):
        if one.cell_type != "code":
            continue
        texts = _compare(_outputs(one), _outputs(other))
        if one.execution_count != other.execution_count:
            texts.append(f"count {other.execution_count}, not {one.execution_count}")
        if texts:
            found[number] = "\n  ".join(texts)
    return found


def _compare(expected: list[Any], actual: list[Any]) -> list[str]:
    if len(expected) != len(actual):
        return [f"outputs {_brief(actual)}, not {_brief(expected)}"]
    pairs = zip(expected, actual, strict=True)
    return [f"{_brief(other)}, not {_brief(one)}" for one, other in pairs if not _equal(one, other)]


def _equal(one: Any, other: Any) -> bool:
    if one == other:
        return True
    pictures = [output.get("data", {}).get(_PNG) for output in (one, other)]
    if None in pictures:
        return False
    rest = [{**output, "data": {**output["data"], _PNG: None}} for output in (one, other)]
    return rest[0] == rest[1] and difference(*map(b64decode, pictures)) <= _LARGEST_DIFFERENCE


def _outputs(cell: Any) -> list[dict[str, Any]]:
    """Adjacent pieces of one stream are one."""
    merged: list[dict[str, Any]] = []
    for output in cell.outputs:
        last = merged[-1] if merged else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last["text"] += output.text
        else:
            merged.append(dict(output))
    merged.sort(key=lambda output: output["output_type"] == "execute_result")
    return [_normal(output) for output in merged]


def _normal(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "stream":
        return {**output, "text": _text(output["text"])}
    if output["output_type"] == "error":
        # Tracebacks are each kernel's own.
        return {"error": output["ename"], "value": _text(output["evalue"])}
    data = {kind: _content(kind, content) for kind, content in output["data"].items()}
    return {**output, "data": data, "metadata": dict(output["metadata"])}


def _content(kind: str, content: Any) -> Any:
    if kind == _PNG:
        return content.strip()
    if kind == _PLAIN:
        text = _replaced(_text(content), _NAMES).rstrip("\n")
        return _replaced(text, _LINES) if text.startswith(("(", "[", "{")) else text
    return _text(content) if isinstance(content, str) else json.loads(json.dumps(content))


def _text(text: str) -> str:
    text = _replaced(text, _REPLACEMENTS)
    names: dict[str, str] = {}
    return _IDENTITY.sub(lambda match: names.setdefault(match[0], f"ID{len(names)}"), text)


def _replaced(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in pairs:
        text = re.sub(pattern, replacement, text)
    return text


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 1500 else f"{text[:700]} … {text[-700:]}"
