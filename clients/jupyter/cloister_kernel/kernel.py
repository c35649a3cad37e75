# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The kernel: Jupyter's requests on one side, a session of Cloister on the other."""

from __future__ import annotations

import http.client
import signal
from typing import TYPE_CHECKING, Any

from ipykernel.kernelbase import Kernel

from . import __version__
from .cells import completeness, name_at, question, unfinished_name
from .daemon import CloisterError
from .helper import Helper
from .messages import message_of_event, message_of_value, stream
from .outcomes import REPLACED, error_of, notice_of, refused
from .session import Session
from .settings import Settings

if TYPE_CHECKING:
    from .messages import Message

_UNREACHABLE = (CloisterError, OSError, http.client.HTTPException)
Reply = dict[str, Any]


class CloisterKernel(Kernel):
    implementation = "cloister"
    implementation_version = __version__
    banner = "Python in a session of Cloister"
    language_info = {  # noqa: RUF012 (the base class declares it so)
        "name": "python",
        "version": "3",
        "mimetype": "text/x-python",
        "file_extension": ".py",
        "pygments_lexer": "ipython3",
        "codemirror_mode": {"name": "ipython", "version": 3},
        "nbconvert_exporter": "python",
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self._session = Session(Settings.of())
        self._helper = Helper(self._session)
        self._silent = False

    @property
    def kernel_info(self) -> Reply:
        """The base class offers a debugger, which would debug the kernel."""
        return {**super().kernel_info, "supported_features": []}

    def pre_handler_hook(self) -> None:
        """Interrupts are the session's, whether they come as messages, which become signals, or as signals."""
        self.saved_sigint_handler = signal.signal(signal.SIGINT, lambda *_: self._session.interrupt())

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, str] | None = None,
        *_unused: Any,
        **_more: Any,
    ) -> Reply:
        self._silent = silent
        try:
            reply = self._execute(code)
            if reply["status"] == "ok":
                reply["user_expressions"] = self._evaluated(user_expressions or {})
        except _UNREACHABLE as error:
            reply = self._failed(refused(error))
        reply["execution_count"] = self.execution_count
        if not silent and not (store_history and code.strip()):
            self.execution_count -= 1
        return reply

    async def do_complete(self, code: str, cursor_pos: int) -> Reply:
        dotted, beginning = unfinished_name(code, cursor_pos)
        try:
            matches = self._helper.names(dotted, beginning)
        except _UNREACHABLE:
            matches = []
        start = cursor_pos - len(beginning)
        return {"status": "ok", "matches": matches, "cursor_start": start, "cursor_end": cursor_pos, "metadata": {}}

    async def do_inspect(self, code: str, cursor_pos: int, detail_level: int = 0, *_more: Any) -> Reply:
        name = name_at(code, cursor_pos)
        try:
            text = None if name is None else self._helper.description(name, detail_level)
        except _UNREACHABLE:
            text = None
        data = {} if text is None else {"text/plain": text}
        return {"status": "ok", "found": text is not None, "data": data, "metadata": {}}

    async def do_is_complete(self, code: str) -> Reply:
        return {**completeness(code)}

    async def do_shutdown(self, restart: bool) -> Reply:
        self._session.close()
        return {"status": "ok", "restart": restart}

    def _execute(self, code: str) -> Reply:
        if not code.strip():
            return _done()
        asked = question(code)
        if asked is not None:
            return self._paged(*asked)
        return self._run(code)

    def _run(self, code: str) -> Reply:
        execution: dict[str, Any] = {}
        previous, self._session.cell = self._session.cell, self.execution_count
        for event in self._session.execute(code):
            if self._session.was_replaced:
                self._session.was_replaced = False
                self._publish(stream("stderr", REPLACED))
            self._publish(message_of_event(event))
            execution = event.get("execution", execution)
        self._publish(message_of_value(execution, self.execution_count))
        notice = notice_of(execution, self._session.cells, previous)
        if notice is not None:
            self._publish(stream("stderr", notice))
        error = error_of(execution)
        return _done() if error is None else self._failed(error)

    def _paged(self, name: str, detail: int) -> Reply:
        text = self._helper.description(name, detail)
        if text is None:
            self._publish(stream("stdout", f"Object `{name}` not found.\n"))
            return _done()
        return _done({"source": "page", "data": {"text/plain": text}, "start": 0})

    def _evaluated(self, expressions: dict[str, str]) -> Reply:
        return {name: self._helper.value(expression) for name, expression in expressions.items()}

    def _failed(self, error: Reply) -> Reply:
        self._publish(("error", error))
        return {"status": "error", **error}

    def _publish(self, message: Message | None) -> None:
        if message is not None and not self._silent:
            self.send_response(self.iopub_socket, *message)  # type: ignore[no-untyped-call]


def _done(*payload: Reply) -> Reply:
    return {"status": "ok", "payload": list(payload), "user_expressions": {}}
