# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What may stand at a place in code: names, attributes, keys, modules, files. No code of the user's runs for it."""

from __future__ import annotations

import builtins
import sys
from os import fsdecode, scandir
from sys import modules

from .private import BUILTINS
from .statics import MISSING, attributes, is_a, kind_of, loaded, look_up, module_variables
from .text import exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    Match = tuple[str, str]

_KINDS = ("variable", "function", "class", "module")
_KEYWORDS = (
    *["False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del"],
    *["elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "match"],
    *["nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield"],
)
_SUFFIXES = (".py", ".so", ".pyc")
_builtin_names = builtins.__dict__


class Completion:
    """The matches at the end of a text, and where the part that they complete begins."""

    def __init__(self, text: str, variables: dict[str, Any]) -> None:
        self._variables = variables
        self._line = text[text.rfind("\n") + 1 :]
        self.start = len(text)
        self._length = len(text)

    def matches(self) -> Iterator[Match]:
        """Some perhaps twice."""
        quote = open_quote(self._line)
        if quote is not None:
            return self._in_string(self._line[:quote], self._line[quote + 1 :])
        base, prefix = split_name(self._line)
        self.start = self._length - len(prefix)
        words = self._line[: len(self._line) - len(prefix) - len(base)].split()
        if words[:1] == ["from"] and "import" in words:
            return _matching(prefix, _members(words[1]))
        if words and words[-1] in ("import", "from") and words[0] in ("import", "from"):
            return _matching(prefix, ((name, "module") for name in _module_names(base.rstrip("."))))
        return self._attributes(base, prefix) if base else _matching(prefix, self._names())

    def _names(self) -> Iterator[Match]:
        for name, value in list(self._variables.items()):
            if type(name) is str:
                yield name, _KINDS[kind_of(value)]
        for name, value in list(_builtin_names.items()):
            yield name, _KINDS[kind_of(value)]
        for word in _KEYWORDS:
            yield word, "keyword"

    def _attributes(self, base: str, prefix: str) -> Iterator[Match]:
        value = resolve(base[:-1], self._variables)
        if value is MISSING:
            return iter(())
        return _matching(prefix, _attribute_names(value))

    def _in_string(self, before: str, begun: str) -> Iterator[Match]:
        if before.endswith("["):
            base, name = split_name(before[:-1])
            keys = _keys(resolve(base + name, self._variables))
            if keys is not None:
                self.start = self._length - len(begun)
                return _matching(begun, ((key, "key") for key in keys), hidden=True)
        folder, slash, prefix = begun.rpartition("/")
        self.start = self._length - len(prefix)
        return _matching(prefix, _files(folder + slash))


def resolve(path: str, variables: dict[str, Any]) -> Any:
    """The object of a dotted name, or MISSING."""
    first, *rest = path.split(".")
    value = variables.get(first, MISSING)
    if value is MISSING:
        value = _builtin_names.get(first, MISSING)
    for name in rest:
        if value is MISSING:
            break
        value = look_up(value, name)
    return value


def split_name(line: str) -> tuple[str, str]:
    """A dotted name at the end, as what ends with its last dot and what follows that."""
    start = len(line)
    while start > 0 and (line[start - 1].isalnum() or line[start - 1] in "_."):
        start -= 1
    path = line[start:]
    base, dot, prefix = path.rpartition(".")
    return (base + dot, prefix) if all(part.isidentifier() for part in base.split(".")) else ("", prefix)


def open_quote(line: str) -> int | None:
    """Where a string begins that is not closed on the line."""
    found = None
    position = 0
    while position < len(line):
        character = line[position]
        if found is not None and character == "\\":
            position += 1
        elif found is not None and character == line[found]:
            found = None
        elif found is None and character in "\"'":
            found = position
        elif found is None and character == "#":
            return None
        position += 1
    return found


def _matching(prefix: str, found: Iterable[Match], hidden: bool = False) -> Iterator[Match]:
    hidden = hidden or prefix.startswith("_")
    return ((name, kind) for name, kind in found if name.startswith(prefix) and (hidden or not name.startswith("_")))


def _attribute_names(value: Any) -> Iterator[Match]:
    for name, found in attributes(value):
        yield name, "property" if type(found) is property else _KINDS[kind_of(found)]
    if type(value) is loaded("pandas", "DataFrame"):
        yield from ((name, "variable") for name in _labels(value) if name.isidentifier())


def _keys(value: Any) -> list[str] | None:
    if type(value) is dict:
        return [key for key in list(value) if type(key) is str]
    return _labels(value) if type(value) is loaded("pandas", "DataFrame") else None


def _labels(frame: Any) -> list[str]:
    return [label for label in list(frame.columns) if type(label) is str]


def _members(module: str) -> Iterator[Match]:
    """What can be imported from a module: its variables if it is loaded, and the modules in its folder."""
    found = modules.get(module)
    if is_a(found, type(sys)):
        yield from ((name, _KINDS[kind_of(one)]) for name, one in list(module_variables(found).items()))
    yield from ((name, "module") for name in _module_names(module))


def _module_names(package: str) -> Iterator[str]:
    """Those that can be imported, without importing them."""
    if package:
        folders = [f"{one}/{package.replace('.', '/')}" for one in _path()]
    else:
        yield from sys.stdlib_module_names
        folders = _path()
    for folder in folders:
        for name, kind in _files(folder + "/"):
            stem = name.partition(".")[0]
            if stem.isidentifier() and (name.endswith("/") or name.endswith(_SUFFIXES)) and kind == "path":
                yield stem


def _path() -> list[str]:
    return [one or "." for one in list(sys.path) if type(one) is str and not one.endswith(".zip")]


def _files(folder: str) -> Iterator[Match]:
    """The names in a folder; those of folders end with a slash."""
    try:
        with scandir(folder or ".") as found:
            for one in found:
                name = exact(fsdecode(one.name))
                yield name + "/" if one.is_dir() else name, "path"
    except (OSError, ValueError):
        return
