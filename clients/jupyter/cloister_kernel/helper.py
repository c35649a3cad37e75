# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What the kernel asks about the variables of a session.

The API has no way to complete or inspect names. Each question is an execution of its own: the source of
`introspection` and a call of one of its functions, run in a namespace apart from the user's. The answer comes
as a display of a type that only this module knows. Neither `_` nor any variable changes, and what is shown is not
passed on.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .messages import data_of
from .outcomes import error_of

if TYPE_CHECKING:
    from .session import Session

_ANSWER = "application/vnd.cloister.answer+json"


class Helper:
    def __init__(self, session: Session) -> None:
        self._session = session

    def names(self, dotted: str, beginning: str) -> list[str]:
        """The names of an object, or of the session when `dotted` is empty, that begin so."""
        found: list[str] = self._ask(f"answer(names({dotted!r}, {beginning!r}))") or []
        return found

    def description(self, dotted: str, detail: int) -> str | None:
        """Signature, documentation and so on; None for a name that nothing has."""
        found: str | None = self._ask(f"answer(description({dotted!r}, {detail}))")
        return found

    def value(self, expression: str) -> dict[str, Any]:
        """What the protocol wants for one of a request's `user_expressions`."""
        execution = self._run(f"show({expression!r})")
        error = error_of(execution)
        if error is not None:
            return {"status": "error", **error}
        shown = [display for display in execution["displays"] if display["kind"] == "show"]
        if not shown:
            return {"status": "ok", "data": {}, "metadata": {}}
        return {"status": "ok", "data": data_of(shown[0]["data"]), "metadata": shown[0]["metadata"] or {}}

    def _ask(self, call: str) -> Any:
        for display in self._run(call)["displays"]:
            if _ANSWER in display["data"]:
                return json.loads(display["data"][_ANSWER])["answer"]
        return None

    def _run(self, call: str) -> dict[str, Any]:
        source = files(__package__).joinpath("introspection.py").read_text("utf-8") + call
        return self._session.help(f"exec(compile({source!r}, '<cloister_kernel>', 'exec'), {{'__name__': 'kernel'}})")
