# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What the text of a cell means, as far as it can be known without running it."""

from __future__ import annotations

import ast
import re
from codeop import CommandCompiler

from IPython.core.inputtransformer2 import TransformerManager

_QUESTION = re.compile(r"\s*(\?{0,2})\s*([^\W\d][\w.]*)\s*(\?{0,2})\s*")
_CALLED = re.compile(r"([^\W\d][\w.]*)\s*\Z")
_DOTTED = re.compile(r"[^\W\d][\w.]*")
_UNFINISHED = re.compile(r"(?:[^\W\d][\w.]*)?\Z")


def question(code: str) -> tuple[str, int] | None:
    """What `name?` asks about, and with how much detail."""
    match = _QUESTION.fullmatch(code)
    if match is None or not (match[1] or match[3]):
        return None
    return match[2], 1 if "??" in (match[1], match[3]) else 0


def completeness(code: str) -> dict[str, str]:
    """Whether a prompt should run the code or ask for more of it."""
    # The session knows magics, and compilers do not.
    transformer = TransformerManager()  # type: ignore[no-untyped-call]
    compiler = CommandCompiler()
    compiler.compiler.flags |= ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        python = transformer.transform_cell(code).removesuffix("\n" if not code.endswith("\n") else "")
        complete = compiler(python, "<cell>", "exec") is not None
    except (SyntaxError, ValueError, OverflowError):
        return {"status": "invalid"}
    last = python.rsplit("\n", 1)[-1]
    indent = last[: len(last) - len(last.lstrip())]
    if complete and not (indent and last.strip()):
        return {"status": "complete"}
    return {"status": "incomplete", "indent": indent + "    " * last.rstrip().endswith(":")}


def unfinished_name(code: str, cursor: int) -> tuple[str, str]:
    """The object before the last dot and the beginning of a name, left of the cursor."""
    match = _UNFINISHED.search(code, 0, cursor)
    dotted, _, beginning = (match[0] if match else "").rpartition(".")
    return dotted, beginning


def name_at(code: str, cursor: int) -> str | None:
    """The name under the cursor, or else the function whose arguments it stands in."""
    for match in _DOTTED.finditer(code):
        if match.start() <= cursor <= match.end():
            rest = code[cursor : match.end()].partition(".")[0]
            return code[match.start() : cursor] + rest
    depth = 0
    for position in range(cursor - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(code[position], 0)
        if depth < 0:
            called = _CALLED.search(code, 0, position)
            return called[1] if called else None
    return None
