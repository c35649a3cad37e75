# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""IPython's names where it is not installed, and libraries that look for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import CLEAR, OK, UPDATE

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def notebook(driver: DriverProcess) -> DriverProcess:
    if driver.value("import importlib.util as u\nu.find_spec('IPython').origin") != "'cloister'":
        pytest.skip("this Python has IPython")
    assert driver.run("from IPython.display import *\nfrom IPython.display import display").status == OK
    return driver


@pytest.mark.parametrize(
    ("code", "kind", "data"),
    [
        ("HTML('<p>')", "text/html", b"<p>"),
        ("Markdown('*m*')", "text/markdown", b"*m*"),
        ("Math(r'\\alpha')", "text/latex", b"$\\displaystyle \\alpha$"),
        ("Latex('$a$')", "text/latex", b"$a$"),
        ("SVG('<?xml?><svg/>')", "image/svg+xml", b"<svg/>"),
        ("JSON({'a': 1})", "application/json", b'{"a":1}'),
        ("JSON('[1]')", "application/json", b"[1]"),
        ("GeoJSON({'type': 'Point'})", "application/geo+json", b'{"type":"Point"}'),
        ("Javascript('f()')", "application/javascript", b"f()"),
        ("Code('a < b')", "text/html", b"<pre><code>a &lt; b</code></pre>"),
        ("Image(b'\\x89PNG')", "image/png", b"\x89PNG"),
        ("Image(b'\\xff\\xd8')", "image/jpeg", b"\xff\xd8"),
        ("Image(b'GIF89a')", "image/gif", b"GIF89a"),
        ("Image('picture.png')", "image/png", b"\x89PNG file"),
        ("Image(url='http://h/p.png', width=5)", "text/html", b'<img src="http://h/p.png" width="5"/>'),
        ("HTML(filename='page.html')", "text/html", b"<b>page</b>"),
        ("Video('http://h/v.mp4')", "text/html", b'<video src="http://h/v.mp4" controls></video>'),
        ("Audio(b'RIFF')", "text/html", b'<audio src="data:audio/wav;base64,UklGRg==" controls></audio>'),
        ("FileLink('page.html')", "text/html", b"<a href='page.html' target='_blank'>page.html</a><br>"),
    ],
)
def test_objects(notebook: DriverProcess, tmp_path: Path, code: str, kind: str, data: bytes) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG file")
    (tmp_path / "page.html").write_bytes(b"<b>page</b>")
    reply = notebook.run(code)
    assert (reply.status, reply.entries) == (OK, {kind: data}), reply.traceback
    assert "cloister" not in (reply.value or "")


def test_more_objects(notebook: DriverProcess, tmp_path: Path) -> None:
    reply = notebook.run("Image(b'\\x89PNG', width=100, alt='text')")
    assert reply.metadata == {"image/png": {"width": 100, "alt": "text"}}
    assert b"<iframe" in notebook.run("IFrame('http://h/', 10, 20, q=1)").entries["text/html"]
    sound = notebook.run("import math\nAudio([math.sin(i) for i in range(100)], rate=8000)")
    assert b"data:audio/wav;base64,UklGR" in sound.entries["text/html"]
    assert notebook.run("Pretty('as it is')").value == "as it is"
    assert notebook.run("HTML(5)").error[0] == "TypeError"
    assert notebook.run("Image('missing.png')").error[0] == "FileNotFoundError"
    assert notebook.value("import pickle\npickle.loads(pickle.dumps(HTML('h'))).data") == "'h'"


def test_functions(notebook: DriverProcess) -> None:
    reply = notebook.run("h = DisplayHandle('n')\nh.update(1)\nclear_output()\npublish_display_data({'a/b': 'c'})")
    assert [display.kind for display in reply.displays] == [UPDATE, CLEAR, 0]
    assert notebook.run("display_html('<p>', raw=True)").displays[0].data == {"text/html": b"<p>"}
    assert notebook.value(
        "import IPython\ndisplay is IPython.display.display, isinstance(display(1, display_id=True), DisplayHandle)"
    )


def test_there_is_no_shell(notebook: DriverProcess) -> None:
    code = "import IPython\nIPython.get_ipython(), IPython.version_info > (8, 24), 'get_ipython' in dir(__builtins__)"
    assert notebook.value(code) == "(None, True, False)"
    assert notebook.run("import IPython.html").error[0] == "ModuleNotFoundError"
    assert notebook.run("import ipykernel").error[0] == "ModuleNotFoundError"


def test_an_installed_ipython_displays_too(driver: DriverProcess, tmp_path: Path) -> None:
    (tmp_path / "IPython/core").mkdir(parents=True)
    (tmp_path / "IPython/__init__.py").write_text("real = True\n")
    (tmp_path / "IPython/core/__init__.py").touch()
    (tmp_path / "IPython/core/display_functions.py").write_text("def display(*objects): print(*objects)\n")
    (tmp_path / "IPython/display.py").write_text("from .core.display_functions import *\n")
    reply = driver.run("import IPython\nfrom IPython.display import display\ndisplay(1)\nIPython.real")
    assert (reply.value, reply.stdout, len(reply.displays)) == ("True", b"", 1)


def test_the_finder_costs_other_imports_nothing(driver: DriverProcess) -> None:
    assert driver.run("import nothing_like_it").error == ("ModuleNotFoundError", "No module named 'nothing_like_it'")
    assert driver.value("import sys\n[name for name in sys.modules if 'IPython' in name or 'plot' in name]") == "[]"


def test_modules_of_the_users_own_with_such_names(driver: DriverProcess, tmp_path: Path) -> None:
    for name in ("matplotlib", "inspect", "pdb"):
        (tmp_path / f"{name}.py").write_text("answer = 42\n")
    (tmp_path / "tqdm").mkdir()
    (tmp_path / "tqdm/notebook.py").write_text("answer = 42\n")
    code = (
        "import matplotlib, inspect, pdb, tqdm.notebook\n[m.answer for m in (matplotlib, inspect, pdb, tqdm.notebook)]"
    )
    assert driver.value(code) == "[42, 42, 42, 42]"


PLOTLY = """
try:
    import nbformat
except ImportError:
    nbformat = None
ipython_display = None
class renderers:
    default = 'browser'
"""


def test_plotly_finds_a_notebook(driver: DriverProcess, tmp_path: Path) -> None:
    (tmp_path / "plotly/io").mkdir(parents=True)
    (tmp_path / "plotly/__init__.py").touch()
    (tmp_path / "plotly/io/__init__.py").touch()
    (tmp_path / "plotly/io/_renderers.py").write_text(PLOTLY)
    driver.run("from plotly.io import _renderers as r")
    assert driver.value("r.renderers.default, r.nbformat.__version__ > '4.2'") == "('plotly_mimetype', True)"
    assert driver.run("r.ipython_display.display({'a/b': 'c'}, raw=True)").displays[0].data == {"a/b": b"c"}


def test_plotly_itself(driver: DriverProcess) -> None:
    if driver.run("import plotly.graph_objects as go").status != OK:
        pytest.skip("this Python has no plotly")
    for code in ("figure = go.Figure(go.Bar(y=[1]))\nfigure", "figure.show()"):
        (display,) = driver.run(code, timeout=60).displays
        assert json.loads(display.data["application/vnd.plotly.v1+json"])["data"][0]["type"] == "bar"


def test_pandas_itself(driver: DriverProcess) -> None:
    if driver.run("import pandas").status != OK:
        pytest.skip("this Python has no pandas")
    reply = driver.run("pandas.DataFrame({'a': [1]})", timeout=60)
    assert (reply.value, list(reply.entries)) == ("   a\n0  1", ["text/html"])
