# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Cloister's events and results in the words of Jupyter's protocol."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

Message = tuple[str, dict[str, Any]]


def message_of_event(event: dict[str, Any]) -> Message | None:
    """What an event says to whoever looks at the cell; None for one that says nothing."""
    if event["type"] in ("stdout", "stderr"):
        return stream(event["type"], _text_of(event))
    return _message_of_display(event["display"]) if event["type"] == "display" else None


def message_of_value(execution: dict[str, Any], count: int) -> Message | None:
    """The value of a cell's last expression."""
    if not execution["value"]:
        return None
    content = {
        "execution_count": count,
        "data": data_of(execution["value"]),
        "metadata": execution.get("value_metadata") or {},
    }
    return "execute_result", content


def stream(name: str, text: str) -> Message:
    return "stream", {"name": name, "text": text}


def data_of(bundle: dict[str, str]) -> dict[str, Any]:
    """Jupyter wants JSON types as JSON, where Cloister has their text."""
    return {kind: json.loads(text) if is_json(kind) else text for kind, text in bundle.items()}


def is_json(kind: str) -> bool:
    return kind == "application/json" or kind.endswith("+json")


def _message_of_display(display: dict[str, Any]) -> Message:
    if display["kind"] == "clear":
        return "clear_output", {"wait": display["wait"]}
    transient = {} if display["display_id"] is None else {"display_id": display["display_id"]}
    content = {"data": data_of(display["data"]), "metadata": display["metadata"] or {}, "transient": transient}
    return "update_display_data" if display["kind"] == "update" else "display_data", content


def _text_of(event: dict[str, Any]) -> str:
    if "text" in event:
        text: str = event["text"]
        return text
    return b64decode(event["base64"]).decode("utf-8", "replace")
