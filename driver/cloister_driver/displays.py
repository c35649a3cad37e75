# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What executions show beside their text. Only the front: all that renders is loaded at its first use."""

from __future__ import annotations

import builtins
from _thread import allocate_lock, get_ident

from .control import PrivateSocket
from .deferred import deferred
from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any

    from .output import Output

_BUILTINS: ModuleType = builtins


class Displays:
    """The display channel, and the functions for it that user code finds among its builtins."""

    def __init__(self, output: Output, report: Callable[[BaseException], None]) -> None:
        """`report` tells the user of an exception that is not the execution's."""
        self.socket = PrivateSocket()
        self.report = report
        self.close_in_child = self.socket.close_in_child
        self._output = output
        self._publisher: Any = None
        self._channel: Any = None
        self._main_thread = 0
        self._lock = allocate_lock()
        self._functions = self._make_functions()

    def attach(self, descriptor: int) -> None:
        """Called in the main thread, whenever this process has become a driver."""
        self.socket.attach(descriptor)
        self._main_thread = get_ident()
        self._lock = allocate_lock()
        self._channel = None

    @property
    def publisher(self) -> Any:
        if self._publisher is None:
            self._publisher = deferred("publisher").Publisher(self)
        return self._publisher

    def begin(self) -> None:
        vars(_BUILTINS).update(self._functions)

    def send(self, body: bytes) -> None:
        """What was printed before the display comes before it."""
        self._output.settle()
        if self._channel is None:
            self._channel = deferred("channel").Channel(self.socket.descriptor, self._main_thread, self._lock)
        self._channel.send(body)

    def functions(self) -> dict[str, Any]:
        return dict(self._functions)

    def _make_functions(self) -> dict[str, Any]:
        def display(*objects: Any, **options: Any) -> Any:
            """Show objects in their richest representations, as in a notebook.

            Options: include and exclude (MIME types), metadata, raw (the objects are MIME bundles), clear, and
            display_id (True for a new one), with which a handle is returned whose update() replaces what is shown.
            """
            return self.publisher.display(*objects, **options)

        def update_display(obj: Any, *, display_id: str, **options: Any) -> None:
            """Show an object in place of what was displayed with the same id."""
            self.publisher.display(obj, display_id=display_id, update=True, **options)

        def clear_output(wait: bool = False) -> None:
            """Clear what the execution has shown: now, or when there is something new to show."""
            self.publisher.clear(wait)

        functions = (display, update_display, clear_output)
        for function in functions:
            function.__qualname__, function.__module__ = function.__name__, "builtins"
        return {function.__name__: function for function in functions}
