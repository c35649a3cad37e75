# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What a variable is made of: more than a list of variables has room for. Its own `repr` is called."""

from __future__ import annotations

from itertools import islice
from types import FunctionType

from .definitions import documentation, signature, source
from .facts import PREVIEW, facts_of
from .preview import preview
from .private import BUILTINS
from .statics import CLASS, FUNCTION, MODULE, is_a, loaded, module_variables
from .text import clip, exact

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .facts import Facts

LONG = 16_000
_ITEMS = 20
_COLUMNS = 200
_ROWS = 5
_repr = BUILTINS["repr"]
_SEQUENCES: tuple[Any, ...] = (list, tuple, set, frozenset)


class Details:
    """Filled in step by step: when one of them is interrupted, what was found before stays."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.columns: list[tuple[str, str]] = []
        self.items: list[tuple[str, Facts]] = []
        self.head: str | None = None
        self.signature: str | None = None
        self.documentation: str | None = None
        self.source: str | None = None
        self.version: str | None = None
        self.file: str | None = None

    def fill(self, value: Any) -> None:
        kind = self.facts.kind
        if kind in (FUNCTION, CLASS):
            self.documentation = documentation(value)
            self.signature = signature(value)
            self.source = source(value)
        elif kind == MODULE:
            self._fill_module(value)
        else:
            self._fill_items(value)
            self._fill_frame(value)
            self._fill_text(value)

    def _fill_module(self, value: Any) -> None:
        self.documentation = documentation(value)
        variables = module_variables(value)
        version, file = variables.get("__version__"), variables.get("__file__")
        self.version = version if type(version) is str else None
        self.file = file if type(file) is str else None

    def _fill_items(self, value: Any) -> None:
        if is_a(value, dict):
            pairs = [(preview(key, PREVIEW)[0], one) for key, one in islice(dict.items(value), _ITEMS)]
        else:
            base = next((base for base in _SEQUENCES if is_a(value, base)), None)
            pairs = [] if base is None else [("", one) for one in islice(base.__iter__(value), _ITEMS)]
        self.items = [(key, facts_of(one)) for key, one in pairs]

    def _fill_frame(self, value: Any) -> None:
        if type(value) is loaded("pandas", "DataFrame"):
            dtypes = value.dtypes
            names = list(value.columns[:_COLUMNS])
            self.columns = [(_label(name), exact(str(dtypes.iloc[index]))) for index, name in enumerate(names)]
            self.head = exact(value.head(_ROWS).to_string(max_cols=_ITEMS, max_colwidth=50))
        elif type(value) is loaded("pandas", "Series"):
            self.head = exact(value.head(_ROWS).to_string())
        elif type(value) is loaded("pyarrow", "Table"):
            self.columns = [(_label(one.name), exact(str(one.type))) for one in value.schema][:_COLUMNS]

    def _fill_text(self, value: Any) -> None:
        if self.columns:
            return
        text, cut = preview(value, LONG, _own_text)
        self.facts.text, self.facts.cut = text, cut


def _label(name: Any) -> str:
    return name[:PREVIEW] if type(name) is str else preview(name, PREVIEW)[0]


def _own_text(value: Any) -> str:
    if type(value) is FunctionType or is_a(value, type):
        return preview(value, PREVIEW)[0]
    return clip(exact(_repr(value)), LONG)
