# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What `display` returns for a display that can be changed later."""

from __future__ import annotations

from os import urandom

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def make_handle_class(show: Callable[..., Any]) -> Any:
    """The class for one publisher: user code makes handles of its own, too."""

    class DisplayHandle:
        """A handle on an updatable display. Use .update() to show another object in its place."""

        def __init__(self, display_id: str | None = None) -> None:
            self.display_id = urandom(16).hex() if display_id is None else display_id

        def __repr__(self) -> str:
            return f"<DisplayHandle display_id={self.display_id}>"

        def display(self, obj: Any, **options: Any) -> None:
            """Make a new display with the id; the other ones with it go on to be updated."""
            show(obj, display_id=self.display_id, **options)

        def update(self, obj: Any, **options: Any) -> None:
            """Show an object in place of what is displayed with the id."""
            show(obj, display_id=self.display_id, update=True, **options)

    DisplayHandle.__module__, DisplayHandle.__qualname__ = "IPython.core.display_functions", "DisplayHandle"
    return DisplayHandle
