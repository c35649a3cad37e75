# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""How an execution ended, as Jupyter tells it, and what became of the variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_CAUSES = {
    "timeout": "it took too long",
    "oom": "it needed more memory than it may have",
    "crashed": "the interpreter crashed",
    "exited": "the interpreter ended itself",
    "killed": "it was killed",
    "host_restart": "the host was started anew",
}
REPLACED = "[Cloister] The session had ended. This is a new one, without the variables and files of the old one.\n"


def error_of(execution: dict[str, Any]) -> dict[str, Any] | None:
    """Name, value and traceback; None when all went well."""
    status, error = execution["status"], execution["error"]
    if status == "ok":
        return None
    if error is not None:
        # Jupyter's name of an exception is the class's own, without its module.
        return failure(error["type"].rpartition(".")[2], error["message"], error["traceback"])
    if status == "interrupted":
        return failure("KeyboardInterrupt", "")
    if status == "exit":
        return failure("SystemExit", str(execution["exit_code"]))
    if status == "timeout":
        return failure("TimeoutError", f"stopped after {execution['timeout_seconds']:g} seconds")
    return failure("InterpreterLost", _cause(execution["verdict"]))


def refused(error: Exception) -> dict[str, Any]:
    """An error of the daemon, or of the way to it, as a cell's."""
    return failure(type(error).__name__, str(error))


def failure(name: str, value: str, traceback: str = "") -> dict[str, Any]:
    lines = traceback.splitlines() or [f"{name}: {value}" if value else name]
    return {"ename": name, "evalue": value, "traceback": lines}


def notice_of(execution: dict[str, Any], cells: Mapping[str, int], previous: int) -> str | None:
    """What the user has to know about the variables; None when they are as the code left them.

    `cells` says which cell an execution belongs to, `previous` is the cell before this one.
    """
    verdict = execution["verdict"]
    if verdict is None or verdict["state"] == "preserved":
        return None
    if verdict["state"] == "lost":
        return f"[Cloister] All variables are lost: {_cause(verdict)}. The files of the workspace are kept.\n"
    kept = (execution.get("checkpoint") or {}).get("execution_id")
    cell = previous if kept is None else cells.get(kept)
    moment = "before this cell" if cell == previous else f"after {kept if cell is None else f'cell {cell}'}"
    return f"[Cloister] The variables are as they were {moment}: {_cause(verdict)}. The files are not set back.\n"


def _cause(verdict: dict[str, Any]) -> str:
    said: str = _CAUSES.get(verdict["cause"], verdict["cause"])
    limit, end = verdict["limit"], verdict["exit"]
    if limit is not None and limit["name"].endswith("_bytes"):
        return f"{said} ({limit['name']}: {limit['value'] / 2**20:g} MiB)"
    if limit is not None:
        return f"{said} ({limit['name']}: {limit['value']:g})"
    if end is not None:
        return f"{said} (signal {end['signal']})" if end["signal"] is not None else f"{said} (status {end['code']})"
    return said
