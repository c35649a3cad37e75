# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Figures of matplotlib, with a stand-in for it and, where it is installed, with itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import INTERRUPTED, OK, Reply
from zygote_process import Zygote

if TYPE_CHECKING:
    from pathlib import Path

STAND_IN = {
    "__init__": "backend = 'agg'\ndef use(name, *, force=True):\n    global backend\n    backend = name\n",
    "_pylab_helpers": """
class Gcf:
    figs = {}
    @classmethod
    def get_all_fig_managers(cls): return list(cls.figs.values())
    @classmethod
    def destroy(cls, manager): del cls.figs[manager.num]
""",
    "backend_bases": """
class FigureManagerBase:
    def __init__(self, canvas, num): self.canvas, self.num = canvas, num
    @classmethod
    def pyplot_show(cls, *, block=None): print('no window')
class FigureCanvasBase:
    manager_class = FigureManagerBase
""",
    "figure": """
class Figure:
    dpi = 100
    lines = ()
    def __init__(self, num):
        self.num, self.axes = num, []
        self.canvas = self.figure = self
    def __repr__(self): return f'<Figure {self.num}>'
    def get_facecolor(self): return 'white'
    get_edgecolor = get_facecolor
    def print_figure(self, file, **options):
        if self.num == 99: raise ValueError('cannot draw')
        while self.num == 100: print('ready', flush=True)
        file.write(f"{options['format']} {options['bbox_inches']} {options['dpi']}".encode())
""",
    "pyplot": """
from . import backend_bases, figure
from ._pylab_helpers import Gcf
class _backend_mod:
    FigureCanvas = backend_bases.FigureCanvasBase
    show = backend_bases.FigureManagerBase.pyplot_show
def figure_(num):
    made = figure.Figure(num)
    Gcf.figs[num] = backend_bases.FigureManagerBase(made, num)
    return made
def plot(num): figure_(num).axes.append(1)
def show(**options): _backend_mod.show(**options)
""",
}


def write_stand_in(folder: Path) -> None:
    (folder / "matplotlib").mkdir()
    for name, text in STAND_IN.items():
        (folder / f"matplotlib/{name}.py").write_text(text, "utf-8")


@pytest.fixture
def plots(driver: DriverProcess, tmp_path: Path) -> DriverProcess:
    write_stand_in(tmp_path)
    assert driver.run("import matplotlib.pyplot as plt").status == OK
    return driver


def shown(reply: Reply) -> list[str]:
    return [display.text for display in reply.displays]


def test_show_displays_and_closes_all_figures(plots: DriverProcess) -> None:
    reply = plots.run("plt.plot(1)\nplt.plot(2)\nplt.show()\nprint('behind')\nlen(plt.Gcf.figs)")
    assert (reply.value, reply.stdout, shown(reply)) == ("0", b"behind\n", ["<Figure 1>", "<Figure 2>"])
    assert reply.displays[0].data["image/png"] == b"png tight 100"
    assert shown(plots.run("plt.show(block=True)")) == []


def test_what_is_open_at_the_end_is_displayed_and_closed(plots: DriverProcess) -> None:
    assert shown(plots.run("plt.plot(1)\nplt.plot(2)")) == ["<Figure 1>", "<Figure 2>"]
    assert shown(plots.run("plt.plot(3)\n1 / 0")) == ["<Figure 3>"]
    assert shown(plots.run("1")) == []


def test_an_empty_figure_has_only_its_text(plots: DriverProcess) -> None:
    reply = plots.run("plt.figure_(1);")
    assert [display.data for display in reply.displays] == [{"text/plain": b"<Figure 1>"}]


def test_a_figure_as_a_value(plots: DriverProcess) -> None:
    reply = plots.run("f = plt.figure.Figure(7)\nf.axes.append(1)\nf")
    assert (reply.value, reply.entries, reply.displays) == ("<Figure 7>", {"image/png": b"png tight 100"}, [])


def test_a_chosen_backend_is_left_alone(plots: DriverProcess) -> None:
    reply = plots.run("import matplotlib\nmatplotlib.use('Agg')\nplt.plot(1)\nplt.show()")
    assert (reply.displays, reply.stdout) == ([], b"no window\n")
    reply = plots.run("matplotlib.use('inline')\nmatplotlib.backend")
    assert (reply.value, shown(reply)) == ("'agg'", ["<Figure 1>"])


def test_a_figure_that_fails_does_not_fail_the_code(plots: DriverProcess) -> None:
    reply = plots.run("plt.plot(99)\n'value'")
    assert (reply.status, reply.value) == (OK, "'value'")
    assert reply.stderr.endswith(b"ValueError: cannot draw\n")
    assert plots.value("len(plt.Gcf.figs)") == "0"


def test_drawing_can_be_interrupted(plots: DriverProcess) -> None:
    assert plots.run("plt.plot(100)", interrupt=True).status == INTERRUPTED
    assert plots.value("len(plt.Gcf.figs)") == "0"


def test_a_forked_child_shows_nothing(plots: DriverProcess) -> None:
    reply = plots.run("import os\nplt.plot(1)\npid = os.fork()\nif pid: os.waitpid(pid, 0)")
    assert (shown(reply), reply.stdout) == (["<Figure 1>"], b"")


def test_matplotlib_that_was_changed(plots: DriverProcess) -> None:
    assert plots.run("plt.Gcf.figs = 5").status == OK
    assert plots.run("plt.Gcf.figs = {1: 2}").status == OK
    assert plots.value("1 + 1") == "2"


def test_matplotlib_loaded_by_a_zygote(tmp_path: Path) -> None:
    write_stand_in(tmp_path)
    warmup = f"import sys\nsys.path.insert(0, {str(tmp_path)!r})\nimport matplotlib.pyplot"
    zygote = Zygote(tmp_path, "", warmup)
    driver = zygote.fork(tmp_path)
    reply = driver.run("import matplotlib.pyplot as plt\nplt.plot(1)\nplt.show()\nplt.plot(2)")
    assert shown(reply) == ["<Figure 1>", "<Figure 2>"]
    driver.close()
    zygote.close()


def test_matplotlib_itself(driver: DriverProcess) -> None:
    if driver.run("import os\nos.environ['MPLBACKEND'] = 'agg'\nimport matplotlib.pyplot as plt").status != OK:
        pytest.skip("this Python has no matplotlib")
    reply = driver.run("plt.plot([1, 2])\nplt.show()\nfigure, axes = plt.subplots()\naxes.plot([3]);", timeout=60)
    assert [sorted(display.data) for display in reply.displays] == [["image/png", "text/plain"]] * 2
    assert all(display.data["image/png"].startswith(b"\x89PNG") for display in reply.displays)
    reply = driver.run("figure")
    assert (list(reply.entries), reply.displays) == (["image/png"], [])
