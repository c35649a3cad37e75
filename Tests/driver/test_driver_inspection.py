# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What a driver says of its variables, of code that is being written, and what objects can do about it."""

from __future__ import annotations

import struct
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from driver_wire import OK, split, tagged

if TYPE_CHECKING:
    from driver_process import DriverProcess
    from driver_wire import Message

INSPECT, INSPECTED = 6, 70
LIST, ONE, COMPLETE, INSPECT_TEXT, INSPECT_SOURCE = range(5)
KINDS = ("variable", "function", "class", "module")


def ask(
    driver: DriverProcess, what: int, text: str = "", cursor: int = 0, limit: int = 1000, milliseconds: int = 1000
) -> Message:
    numbers = ((8, cursor), (9, limit), (10, milliseconds))
    body = tagged(7, bytes((what,))) + tagged(1, text.encode())
    body += b"".join(tagged(tag, struct.pack("<I", number)) for tag, number in numbers)
    message = driver.request(INSPECT, body)
    assert message.kind == INSPECTED
    return message


@dataclass
class Variable:
    fields: dict[int, list[bytes]]

    def text(self, tag: int) -> str | None:
        return self.fields[tag][0].decode() if tag in self.fields else None

    def number(self, tag: int) -> int | None:
        return int.from_bytes(self.fields[tag][0], "little") if tag in self.fields else None

    @property
    def kind(self) -> str:
        return KINDS[self.fields[113][0][0]]

    @property
    def shape(self) -> tuple[int, ...] | None:
        return struct.unpack(f"<{len(self.fields[116][0]) // 8}Q", self.fields[116][0]) if 116 in self.fields else None

    @property
    def preview(self) -> str:
        return self.fields[119][0].decode()

    @property
    def items(self) -> list[tuple[str | None, str]]:
        items = [Variable(split(one)) for one in self.fields.get(122, [])]
        return [(one.text(112), one.preview) for one in items]


def variables(message: Message) -> dict[str, Variable]:
    found = [Variable(split(one)) for one in message.repeated(100)]
    return {one.text(112) or "": one for one in found}


def listed(driver: DriverProcess) -> dict[str, Variable]:
    message = ask(driver, LIST)
    assert message.fields[97] == b"\x00"
    return variables(message)


def one(driver: DriverProcess, name: str) -> Variable:
    (found,) = variables(ask(driver, ONE, name)).values()
    return found


def matches(driver: DriverProcess, code: str) -> dict[str, str]:
    message = ask(driver, COMPLETE, code, len(code))
    found = {}
    for entry in message.repeated(101):
        size = int.from_bytes(entry[:2], "little")
        found[entry[2 : 2 + size].decode()] = entry[2 + size :].decode()
    return found


def explained(driver: DriverProcess, code: str, what: int = INSPECT_TEXT) -> str | None:
    entries = ask(driver, what, code, len(code)).repeated(48)
    return entries[0][2 + 10 :].decode() if entries else None


def test_variables_are_listed(driver: DriverProcess) -> None:
    driver.run(
        "import math\nn = 42\ntext = 'x' * 1000\nd = {'a': [1, 2]}\n_hidden = 1\ndef f(): pass\nclass C: pass\nc = C()"
    )
    found = listed(driver)
    assert list(found) == ["C", "c", "d", "f", "math", "n", "text"]
    assert [one.kind for one in found.values()] == [
        *["class", "variable", "variable", "function", "module", "variable", "variable"]
    ]
    assert found["n"].preview == "42"
    assert found["d"].preview == "{'a': [1, 2]}"
    assert (found["text"].number(117), len(found["text"].preview), found["text"].number(120)) == (None, 200, 1)
    assert found["text"].number(115) == 1000
    assert found["c"].text(114) == "C"
    assert found["c"].preview.startswith("<__main__.C object at ")


def test_pages_and_the_deadline(driver: DriverProcess) -> None:
    driver.run("for i in range(50): globals()[f'v{i:02}'] = i")
    message = ask(driver, LIST, "v09", limit=5)
    assert list(variables(message)) == ["v10", "v11", "v12", "v13", "v14"]
    assert message.fields[99] == b"\x01"
    assert int.from_bytes(message.fields[98], "little") == 51
    assert ask(driver, LIST, milliseconds=0).fields[97] == b"\x01"


HOSTILE = """
import sys
class Meta(type):
    def __getattribute__(cls, name): raise SystemError('metaclass')
    def __instancecheck__(cls, one): raise SystemError('instance')
    def __subclasscheck__(cls, one): raise SystemError('subclass')
    def __repr__(cls): raise SystemError('class repr')
class Everything(metaclass=Meta):
    def __getattribute__(self, name):
        calls.append(name)
        return lambda *a, **k: calls.append(name)
    def __repr__(self): calls.append('repr'); return 'lie'
    def __len__(self): calls.append('len'); return 10 ** 100
    def __sizeof__(self): calls.append('sizeof'); return -1
class Liar:
    @property
    def __class__(self): calls.append('class'); return dict
    @property
    def __dict__(self): calls.append('dict'); return {}
    @property
    def shape(self): calls.append('shape'); return 'round'
class Numbers(list):
    def __len__(self): calls.append('len'); return 7
    def __iter__(self): calls.append('iter'); return iter(())
class ndarray:
    __module__ = 'numpy'
    def __getattribute__(self, name): calls.append(name)
class Text(str):
    def __len__(self): calls.append('len'); return -5
    def __getitem__(self, i): calls.append('item'); return self
Liar.__module__ = 7
Fake = ndarray
calls = []
everything, liar, numbers, array, text = Everything(), Liar(), Numbers([1, 2]), ndarray(), Text('abc')
nested = {'a': [everything, liar]}
"""


def test_listing_runs_no_code_of_the_user(driver: DriverProcess) -> None:
    assert driver.run(HOSTILE).status == OK
    found = listed(driver)
    assert (found["liar"].text(114), found["liar"].number(115)) == ("Liar", None)
    assert found["numbers"].number(115) == 2
    assert found["text"].number(115) == 3
    assert found["array"].shape is None
    assert found["everything"].text(114) == "Everything"
    assert found["Everything"].preview == "<class Everything>"
    assert "Everything object at" in found["nested"].preview
    for code in ("everything.", "liar.", "Liar.", "numbers.", "array.x", "everything.a.b", "Everything."):
        matches(driver, code)
    assert driver.value("calls") == "[]"


def test_modules_that_are_none_are_not_asked(driver: DriverProcess) -> None:
    code = (
        "import sys, datetime\nday = datetime.date(2026, 1, 2)\ncalls = []\n"
        "class Fake:\n    def __getattribute__(self, name): calls.append(name); return {}\n"
        "class Thing: pass\nThing.__module__ = 'numpy'\nthing = Thing()\n"
        "for name in ('datetime', 'numpy', 'pandas', 'decimal'): sys.modules[name] = Fake()\ncalls.clear()"
    )
    assert driver.run(code).status == OK
    found = listed(driver)
    assert found["day"].preview.startswith("<datetime.date object at ")
    assert found["thing"].text(114) == "numpy.Thing"
    matches(driver, "thing.")
    matches(driver, "from numpy import a")
    assert driver.value("calls") == "[]"


def test_completion_names_what_is_there(driver: DriverProcess) -> None:
    code = (
        "import sys\nclass Point:\n    __slots__ = ('slot',)\n    kind = 1\n    @property\n    def area(self): 1 / 0\n"
        "    def move(self): pass\nclass Deep:\n    pass\ndeep = Deep()\ndeep.point = Point()\n"
        "deep.point.slot = 'text'\n"
        "table = {'first': 1, 'other': 2}\nlength = 1"
    )
    assert driver.run(code).status == OK
    assert matches(driver, "x = len") == {"len": "function", "length": "variable"}
    assert matches(driver, "deep.point.") == {
        "slot": "variable",
        "kind": "variable",
        "area": "property",
        "move": "function",
    }
    assert "upper" in matches(driver, "deep.point.slot.up")
    assert matches(driver, "deep.point.area.") == {}
    assert matches(driver, "table['f") == {"first": "key"}
    assert matches(driver, "import jso") == {"json": "module"}
    assert "path" in matches(driver, "from os import pa")
    assert "decoder" in matches(driver, "from json.de") or "decoder" in matches(driver, "import json.de")
    assert matches(driver, "whil") == {"while": "keyword"}
    assert "json" not in (driver.value("sorted(name for name in sys.modules if name == 'json')") or "")
    driver.run("import os; os.mkdir('data'); open('data/file one.csv', 'w').close()")
    assert matches(driver, "open('da") == {"data/": "path"}
    message = ask(driver, COMPLETE, "open('data/fi", 13)
    assert [int.from_bytes(message.fields[tag], "little") for tag in (102, 103)] == [11, 13]


def test_explanations(driver: DriverProcess) -> None:
    driver.run("def area(width: int, height=2):\n    '''How large.'''\n    return width * height\nside = [1, 2]")
    text = explained(driver, "area") or ""
    assert "area(width: int, height=2)" in text
    assert "How large." in text
    assert "return width" in (explained(driver, "area(", INSPECT_SOURCE) or "")
    assert "area(width" in (explained(driver, "x = area(1, ") or "")
    assert "list" in (explained(driver, "side") or "")
    assert explained(driver, "nothing_here") is None


def test_one_variable_in_detail(driver: DriverProcess) -> None:
    driver.run(
        "class C:\n    def __repr__(self): return 'C!' * 50_000\nc = C()\nd = {i: [c] for i in range(100)}\n"
        "def f(a, b=3):\n    'Doc.'\n    return a\nimport json"
    )
    found = one(driver, "c")
    assert found.preview.startswith("C!C!")
    assert found.number(120) == 1
    found = one(driver, "d")
    assert len(found.items) == 20
    assert found.items[1][0] == "1"
    assert found.number(115) == 100
    found = one(driver, "f")
    assert [found.text(tag) for tag in (124, 125)] == ["(a, b=3)", "Doc."]
    assert "return a" in (found.text(126) or "")
    found = one(driver, "json")
    assert (found.text(127) or "").startswith("2.")
    assert (found.text(128) or "").endswith("__init__.py")
    assert ask(driver, ONE, "nothing").fields[96] == b"\x01"


@pytest.mark.parametrize(
    "body",
    ["raise ValueError('no')", "return 7", "import sys; sys.exit(3)", "return '\\ud800' * 10", "print('noise'); 1 / 0"],
)
def test_a_repr_that_misbehaves_costs_only_itself(driver: DriverProcess, body: str) -> None:
    driver.run(f"class C:\n    def __repr__(self): {body}\nc = C()")
    found = one(driver, "c")
    assert found.text(114) == "C"
    assert found.preview
    assert driver.value("1 + 1") == "2"


def test_a_repr_that_hangs_is_interrupted(driver: DriverProcess) -> None:
    driver.run("class C:\n    def __repr__(self):\n        while True: pass\nc = C()\nx = 7")
    timer = threading.Timer(0.3, driver.interrupt)
    timer.start()
    began = time.monotonic()
    message = ask(driver, ONE, "c")
    assert time.monotonic() - began < 5
    assert message.fields[97] == b"\x01"
    (found,) = variables(message).values()
    assert found.preview.startswith("<__main__.C object at ")
    assert driver.value("x") == "7"


def test_malformed_questions(driver: DriverProcess) -> None:
    for body in (b"", b"\x01", tagged(7, b"\xff"), tagged(7, b"\x00") + tagged(1, b"\xff")):
        message: Any = driver.request(INSPECT, body)
        assert message.kind == INSPECTED
    assert driver.value("1") == "1"
