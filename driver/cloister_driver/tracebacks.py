# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Text of exceptions as the interpreter prints it, with the source lines of executions and without the driver's frames.

The standard module is not used: it takes milliseconds to import, and user code may have changed it or hidden it.
"""

from __future__ import annotations

from .excerpt import Excerpts
from .private import BUILTINS
from .suggestions import suggestion
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType, TracebackType

    from .sources import Sources

_DRIVER = __file__.rpartition("/")[0] + "/"
_EXECUTION = "<execution "
_SHOWN_REPEATS = 3
MOST_FRAMES = 100
_MAX_FRAMES = 1_000
_MAX_CHAIN = 50
_MAX_GROUP_WIDTH = 15
_MAX_GROUP_DEPTH = 10

_CAUSE = "\nThe above exception was the direct cause of the following exception:\n\n"
_CONTEXT = "\nDuring handling of the above exception, another exception occurred:\n\n"

Frame = tuple[int, str, str, str]
"""Line, file, function and the text of the line."""


def type_name(error: BaseException) -> str:
    """The qualified name; bare for builtins and for classes of the user's own `__main__`."""
    cls = type(error)
    module, name = cls.__module__, exact(cls.__qualname__)
    return name if module in ("builtins", "__main__") or not isinstance(module, str) else f"{exact(module)}.{name}"


def message(error: BaseException) -> str:
    try:
        return exact(str(error))
    except Exception:
        return "<exception str() failed>"


class Formatter:
    """Formats one exception with everything it is chained to. Runs user code (`__str__`, `__getattr__`)."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._excerpts = Excerpts(sources)
        self._seen: set[int] = set()
        self._depth = 0
        self._open_frame = False

    def format(self, error: BaseException) -> str:
        return "".join(self._chain(error))

    def frames(self, error: BaseException) -> list[Frame]:
        """The places that the exception itself passed, outermost first; of very many the first and the last."""
        entries = [entry for entry in _user_entries(error.__traceback__) if not isinstance(entry, int)]
        if len(entries) > MOST_FRAMES:
            entries[MOST_FRAMES // 2 : -MOST_FRAMES // 2] = []
        return [self._frame(entry.tb_frame.f_code, entry.tb_lineno or 0) for entry in entries]

    def _frame(self, code: CodeType, number: int) -> Frame:
        source = self._excerpts.line(code.co_filename, number) or ""
        return (number, code.co_filename, code.co_name, source.strip())

    def _chain(self, error: BaseException) -> Iterator[str]:
        links: list[tuple[BaseException, str]] = [(error, "")]
        self._seen.add(id(error))
        while len(links) < _MAX_CHAIN:
            link = self._previous(links[-1][0])
            if link is None:
                break
            self._seen.add(id(link[0]))
            links.append(link)
        for one, joint in reversed(links):
            yield from self._group(one) if isinstance(one, BaseExceptionGroup) else self._single(one)
            if joint:
                yield from self._emit(joint)

    def _previous(self, error: BaseException) -> tuple[BaseException, str] | None:
        if error.__cause__ is not None:
            previous, joint = error.__cause__, _CAUSE
        elif error.__context__ is not None and not error.__suppress_context__:
            previous, joint = error.__context__, _CONTEXT
        else:
            return None
        return None if id(previous) in self._seen else (previous, joint)

    def _single(self, error: BaseException) -> Iterator[str]:
        frames = list(self._frames(error.__traceback__))
        if frames:
            yield from self._emit("Traceback (most recent call last):\n")
            for frame in frames:
                yield from self._emit(frame)
        for line in self._final(error):
            yield from self._emit(line)

    def _group(self, group: BaseExceptionGroup[BaseException]) -> Iterator[str]:
        if self._depth > _MAX_GROUP_DEPTH:
            yield from self._emit(f"... (max_group_depth is {_MAX_GROUP_DEPTH})\n")
            return
        outermost = self._depth == 0
        if outermost:
            self._depth = 1
        frames = list(self._frames(group.__traceback__))
        if frames:
            yield from self._emit("Exception Group Traceback (most recent call last):\n", "+" if outermost else "|")
            for frame in frames:
                yield from self._emit(frame)
        for line in self._final(group):
            yield from self._emit(line)
        yield from self._members(group.exceptions)
        if outermost:
            self._depth = 0

    def _members(self, members: tuple[BaseException, ...]) -> Iterator[str]:
        shown = min(len(members), _MAX_GROUP_WIDTH + 1)
        self._open_frame = False
        for index in range(shown):
            last = index == shown - 1
            if last:
                # A nested group may close the frame in this one's stead.
                self._open_frame = True
            cut = index >= _MAX_GROUP_WIDTH
            title = "..." if cut else str(index + 1)
            yield f"{self._indent()}{'+-' if index == 0 else '  '}+---------------- {title} ----------------\n"
            self._depth += 1
            if cut:
                left = len(members) - _MAX_GROUP_WIDTH
                yield from self._emit(f"and {left} more exception{'s' if left > 1 else ''}\n")
            else:
                yield from self._chain(members[index])
            if last and self._open_frame:
                yield f"{self._indent()}+------------------------------------\n"
                self._open_frame = False
            self._depth -= 1

    def _indent(self) -> str:
        return " " * (2 * self._depth)

    def _emit(self, text: str, margin: str = "|") -> Iterator[str]:
        if not self._depth:
            yield text
            return
        prefix = f"{self._indent()}{margin} "
        for line in text.splitlines(True):
            yield prefix + line

    def _frames(self, traceback: TracebackType | None) -> Iterator[str]:
        previous: tuple[str, int, str] | None = None
        repeats = count = 0
        for entry in _user_entries(traceback):
            if isinstance(entry, int):
                yield from _repetition(count)
                yield f"  [{entry:,} frames left out]\n"
                previous, repeats, count = None, 0, 0
                continue
            code = entry.tb_frame.f_code
            place = (code.co_filename, entry.tb_lineno, code.co_name)
            repeats = repeats + 1 if place == previous else 1
            if place != previous:
                yield from _repetition(count)
            previous, count = place, repeats
            if repeats <= _SHOWN_REPEATS:
                yield f'  File "{place[0]}", line {place[1]}, in {place[2]}\n'
                yield self._excerpts.of_frame(code, entry.tb_lasti, entry.tb_lineno)
        yield from _repetition(count)

    def _final(self, error: BaseException) -> Iterator[str]:
        if isinstance(error, SyntaxError):
            yield from self._excerpts.of_syntax_error(error)
            text = exact(error.msg) if isinstance(error.msg, str) else "<no detail available>"
        else:
            text = message(error)
        text += suggestion(error)
        yield f"{type_name(error)}: {text}\n" if text else f"{type_name(error)}\n"
        notes = getattr(error, "__notes__", None)
        if isinstance(notes, (list, tuple)):
            for note in notes:
                yield from (line + "\n" for line in str(note).split("\n"))


def strip_driver(error: BaseException) -> None:
    """Removes the outermost frames, the driver's and the event loop's.

    Beside being of no interest they would keep the exception alive through their variables.
    """
    start = error.__traceback__
    while start is not None and not start.tb_frame.f_code.co_filename.startswith(_EXECUTION):
        start = start.tb_next
    error.__traceback__ = start


def _user_entries(traceback: TracebackType | None) -> list[TracebackType | int]:
    """All entries but the driver's; of very many the first and the last, with the number left out between."""
    entries: list[TracebackType | int] = []
    while traceback is not None:
        if not _is_driver(traceback):
            entries.append(traceback)
        traceback = traceback.tb_next
    left_out = len(entries) - _MAX_FRAMES
    if left_out > 0:
        entries[_MAX_FRAMES // 2 : -_MAX_FRAMES // 2] = [left_out]
    return entries


def _is_driver(entry: TracebackType) -> bool:
    return entry.tb_frame.f_code.co_filename.startswith(_DRIVER)


def _repetition(count: int) -> Iterator[str]:
    extra = count - _SHOWN_REPEATS
    if extra > 0:
        yield f"  [Previous line repeated {extra} more time{'s' if extra > 1 else ''}]\n"
