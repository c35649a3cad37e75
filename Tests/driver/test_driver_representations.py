# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The representations of a value, as Jupyter's formatters find them."""

from __future__ import annotations

import base64
import json

import pytest
from driver_process import DriverProcess
from driver_wire import ERROR, OK

METHODS = {
    "_repr_html_": ("'<p>'", "text/html", b"<p>"),
    "_repr_markdown_": ("'*m*'", "text/markdown", b"*m*"),
    "_repr_svg_": ("'<svg/>'", "image/svg+xml", b"<svg/>"),
    "_repr_png_": ("b'\\x89PNG'", "image/png", b"\x89PNG"),
    "_repr_jpeg_": (repr(base64.b64encode(b"\xff\xd8").decode()), "image/jpeg", b"\xff\xd8"),
    "_repr_pdf_": ("b'%PDF'", "application/pdf", b"%PDF"),
    "_repr_latex_": ("'$x$'", "text/latex", b"$x$"),
    "_repr_json_": ("{'a': [1, 2.5, None, True]}", "application/json", b'{"a":[1,2.5,null,true]}'),
    "_repr_javascript_": ("'f()'", "application/javascript", b"f()"),
}


def with_methods(**methods: str) -> str:
    lines = [f"    def {name}(self, **k): return {value}" for name, value in methods.items()]
    return "\n".join(["class C:", "    def __repr__(self): return 'plain'", *lines, ""])


@pytest.mark.parametrize("name", METHODS)
def test_each_method(driver: DriverProcess, name: str) -> None:
    value, kind, data = METHODS[name]
    reply = driver.run(with_methods(**{name: value}) + "C()")
    assert (reply.status, reply.value, reply.entries, reply.metadata) == (OK, "plain", {kind: data}, {})
    reply = driver.run(with_methods(**{name: f"({value}, {{'width': 3}})"}) + "C()")
    assert (reply.entries, reply.metadata) == ({kind: data}, {kind: {"width": 3}})
    assert driver.run(with_methods(**{name: "None"}) + "C()").entries == {}
    assert driver.run("C").entries == {}


def test_all_at_once(driver: DriverProcess) -> None:
    reply = driver.run(with_methods(**{name: value for name, (value, _, _) in METHODS.items()}) + "C()")
    assert reply.entries == {kind: data for _, kind, data in METHODS.values()}


def test_a_bundle_comes_first(driver: DriverProcess) -> None:
    code = with_methods(_repr_mimebundle_="{'text/html': 'bundle', 'x/y': 'z'}", _repr_html_="'method'")
    assert driver.run(code + "C()").entries == {"text/html": b"bundle", "x/y": b"z"}
    code = with_methods(_repr_mimebundle_="({'text/plain': 'said', 'x/y': 'z'}, {'x/y': {'k': 1}})")
    reply = driver.run(code + "C()")
    assert (reply.value, reply.entries, reply.metadata) == ("said", {"x/y": b"z"}, {"x/y": {"k": 1}})
    assert driver.run(with_methods(_repr_mimebundle_="None", _repr_html_="'h'") + "C()").entries == {"text/html": b"h"}


def test_a_value_that_shows_itself(driver: DriverProcess) -> None:
    reply = driver.run("class C:\n    def _ipython_display_(self): display(7)\nC()")
    assert (reply.status, reply.value, [display.text for display in reply.displays]) == (OK, None, ["7"])
    assert driver.value("type(_).__name__") == "'C'"
    reply = driver.run("class D:\n    def _ipython_display_(self): raise NotImplementedError\nD()")
    assert reply.value is not None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("1 / 0", b"ZeroDivisionError: division by zero\n"),
        ("raise NotImplementedError", b""),
        ("return 5", b"FormatterWarning: text/html formatter returned invalid type int (expected str)\n"),
    ],
)
def test_a_method_that_fails_costs_only_itself(driver: DriverProcess, body: str, said: bytes) -> None:
    code = f"{with_methods(_repr_latex_=repr('x'))}    def _repr_html_(self): {body}\nC()"
    reply = driver.run(code)
    assert (reply.status, reply.value, reply.entries) == (OK, "plain", {"text/latex": b"x"})
    assert reply.stderr.endswith(said)
    assert bool(reply.stderr) == bool(said)
    assert b"cloister" not in reply.stderr


@pytest.mark.parametrize(
    "code",
    [
        "class C:\n    def __getattr__(self, name): return lambda *a, **k: 'yes'\nC()",
        "from unittest.mock import MagicMock\nMagicMock()",
        "class C:\n    def __getattr__(self, name): raise OSError\nC()",
        "class C:\n    _repr_html_ = 5\nC()",
        "class C:\n    __class__ = property(lambda self: 1 / 0)\nC()",
        "class M(type):\n    def _repr_html_(cls): return 'no'\nclass C(metaclass=M): pass\nC",
        "import types\ntypes.SimpleNamespace(_repr_html_=None)",
    ],
)
def test_odd_objects_have_their_text(driver: DriverProcess, code: str) -> None:
    reply = driver.run(code)
    assert (reply.status, reply.entries, reply.stderr) == (OK, {}, b"")
    assert reply.value


def test_an_error_of_repr_is_the_executions(driver: DriverProcess) -> None:
    reply = driver.run("class C:\n    def __repr__(self): 1 / 0\n    def _repr_html_(self): return 'h'\nC()")
    assert (reply.status, reply.error[0], reply.entries) == (ERROR, "ZeroDivisionError", {})


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("{'n': float('nan'), 'i': [float('inf')]}", {"n": "nan", "i": ["inf"]}),
        ("{1: 'a', None: {'é': '\\u2028'}}", {"1": "a", "null": {"é": "\u2028"}}),
        ("{(1, 2): 3}", {"(1, 2)": 3}),
        ("[b'ab', {1}, range(2)]", ["YWI=", [1], [0, 1]]),
        ("[__import__('datetime').date(2024, 1, 2)]", ["2024-01-02"]),
        ("['\\ud800']", ["?"]),
        ("[object]", ["<class 'object'>"]),
    ],
)
def test_json_of_what_json_does_not_know(driver: DriverProcess, value: str, written: object) -> None:
    reply = driver.run(with_methods(_repr_json_=value) + "C()")
    assert json.loads(reply.entries["application/json"]) == written


def test_a_cycle_ends(driver: DriverProcess) -> None:
    reply = driver.run("l = []\nl.append(l)\nclass C:\n    def _repr_json_(self): return l\nC()")
    assert (reply.status, list(reply.entries)) == (OK, ["application/json"])


def test_a_result_has_a_limit(driver: DriverProcess) -> None:
    reply = driver.run(with_methods(_repr_png_="bytes(17 << 20)", _repr_html_="'<p>'") + "C()")
    assert reply.entries == {"text/html": b"<p>"}
    assert reply.value == "plain\n[image/png left out: 17,825,792 bytes are too many]"
    reply = driver.run(with_methods(_repr_png_="bytes(8 << 20)", _repr_jpeg_="bytes(9 << 20)") + "C()")
    assert list(reply.entries) == ["image/png"]
    assert len(reply.message.body) < 16 << 20


def test_rendering_can_be_interrupted(driver: DriverProcess) -> None:
    code = "class C:\n    def _repr_html_(self):\n        print('ready', flush=True)\n        while True: pass\nC()"
    assert driver.run(code, interrupt=True).error[0] == "KeyboardInterrupt"


def test_the_latest_values(driver: DriverProcess) -> None:
    for code in ("1", "'two'", "[3]"):
        driver.run(code)
    assert driver.value("_, __, ___") == "([3], 'two', 1)"
    assert driver.value("'__' in globals(), 'Out' in globals()") == "(False, False)"
