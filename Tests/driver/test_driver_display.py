# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The display socket: what `display` and its kin send, in order with the text around it."""

from __future__ import annotations

import os
import socket
import time
from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from driver_wire import CLEAR, ERROR, INTERRUPTED, OK, SHOW, UPDATE, frames

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RICH = "class Rich:\n    def __repr__(self): return 'rich'\n    def _repr_html_(self): return '<b>rich</b>'\n"


def test_objects_are_shown_one_by_one(driver: DriverProcess) -> None:
    reply = driver.run(RICH + "display(Rich(), 5)")
    assert (reply.status, reply.value, reply.stdout, reply.stderr) == (OK, None, b"", b"")
    assert [display.kind for display in reply.displays] == [SHOW, SHOW]
    assert reply.displays[0].data == {"text/plain": b"rich", "text/html": b"<b>rich</b>"}
    assert reply.displays[1].data == {"text/plain": b"5"}


@pytest.mark.parametrize(
    ("options", "types"),
    [
        ("include=['text/html']", ["text/html"]),
        ("include={'text/plain', 'image/png'}", ["text/plain"]),
        ("exclude=['text/html']", ["text/plain"]),
        ("exclude=['text/plain']", ["text/html"]),
    ],
)
def test_chosen_types(driver: DriverProcess, options: str, types: list[str]) -> None:
    reply = driver.run(f"{RICH}display(Rich(), {options})")
    assert [sorted(display.data) for display in reply.displays] == [types]


def test_raw_bundles(driver: DriverProcess) -> None:
    code = (
        "display({'text/html': '<i>', 'image/png': 'iVBO', 'a/b+json': {'k': [1, None]}}, raw=True, metadata={'m': 1})"
    )
    (display,) = driver.run(code).displays
    assert display.data == {"text/html": b"<i>", "image/png": b"\x89PN"[:3], "a/b+json": b'{"k":[1,null]}'}
    assert display.metadata == {"m": 1}
    assert driver.run("display('text', raw=True)").error[0] == "TypeError"


def test_a_display_is_updated(driver: DriverProcess) -> None:
    reply = driver.run("handle = display('one', display_id='name')\nhandle.update('two')\nhandle.display('three')")
    assert [(d.kind, d.id, d.text) for d in reply.displays] == [
        (SHOW, "name", "'one'"),
        (UPDATE, "name", "'two'"),
        (SHOW, "name", "'three'"),
    ]
    (later,) = driver.run("update_display('four', display_id='name')").displays
    assert (later.kind, later.id, later.text) == (UPDATE, "name", "'four'")


def test_a_new_id(driver: DriverProcess) -> None:
    reply = driver.run("handles = display(1, display_id=True), display(display_id=True)\nhandles[0].display_id")
    assert reply.value == repr(reply.displays[0].id)
    assert reply.displays[1].data == {}
    assert reply.displays[1].id != reply.displays[0].id
    assert driver.run("display(1, display_id='x' * 256)").error[0] == "ValueError"
    assert driver.run("update_display(1, display_id=None)").error[0] == "TypeError"


def test_output_is_cleared(driver: DriverProcess) -> None:
    reply = driver.run("clear_output()\nclear_output(wait=True)\ndisplay(1, clear=True)")
    assert [(d.kind, d.waits) for d in reply.displays] == [(CLEAR, 0), (CLEAR, 1), (CLEAR, 1), (SHOW, None)]


def test_text_comes_before_the_display_that_follows_it(driver: DriverProcess) -> None:
    """The driver goes on when the frame is taken, so text behind it is not there before."""
    nonce = driver.start("import os\nprint('before', end='')\ndisplay(1)\nprint('behind')")
    frame = driver.display.recv(1, 0x2)
    time.sleep(0.1)
    assert (frame, driver.drain(driver.stdout)) == (b"\xf7", b"before")
    reply = driver.finish(nonce)
    assert (reply.displays[0].text, reply.stdout) == ("1", b"behind\n")


def test_a_daemon_that_takes_nothing_does_not_stop_the_code(driver: DriverProcess) -> None:
    nonce = driver.start("display(1)\n'went on'")
    began = time.monotonic()
    assert driver.receive().fields[33] == b"'went on'"
    assert nonce
    assert 1 < time.monotonic() - began < 8


def test_an_interrupt_leaves_no_half_frame(driver: DriverProcess) -> None:
    """It strikes while the socket is full, and is raised behind the frame."""
    driver.run("class Big:\n    def _repr_png_(self): return bytes(4_000_000)\n    def __repr__(self): return 'big'")
    nonce = driver.start("big = Big()\ndisplay(big)\ndisplay(big)\ndisplay(big)")
    time.sleep(0.3)
    driver.interrupt()
    time.sleep(0.1)
    reply = driver.finish(nonce)
    assert (reply.status, len(reply.displays)) == (INTERRUPTED, 1)
    assert len(reply.displays[0].data["image/png"]) == 4_000_000
    assert driver.run("display(2)").displays[0].text == "2"


def test_waiting_for_the_daemon_can_be_interrupted(driver: DriverProcess) -> None:
    driver.start("display(1)\nwhile True: pass")
    time.sleep(0.2)
    driver.interrupt()
    message = driver.receive()
    assert message.fields[32][0] == INTERRUPTED
    assert [display.text for display in frames(driver.drain(driver.display))] == ["1"]


def test_threads_show_whole_frames(driver: DriverProcess) -> None:
    code = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "class Big:\n    def __init__(self, n): self.n = n\n    def __repr__(self): return str(self.n)\n"
        "    def _repr_html_(self): return str(self.n) * 100_000\n"
        "with ThreadPoolExecutor(4) as pool: list(pool.map(lambda n: display(Big(n)), range(10)))"
    )
    reply = driver.run(code)
    assert sorted(display.text for display in reply.displays) == [str(n) for n in range(10)]
    assert all(display.data["text/html"] == display.text.encode() * 100_000 for display in reply.displays)


def test_a_forked_child_prints(driver: DriverProcess) -> None:
    reply = driver.run(RICH + "import os\nif os.fork() == 0:\n    display(Rich()); os._exit(0)\nos.wait();")
    assert (reply.stdout, reply.displays) == (b"rich\n", [])


@pytest.mark.parametrize("given", [3, 4])
def test_without_a_socket_the_text_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: int) -> None:
    monkeypatch.setattr(DriverProcess, "descriptors", given)
    driver = DriverProcess(tmp_path)
    reply = driver.run(RICH + "clear_output()\ndisplay(Rich())\nRich()")
    if given == 3:
        assert (reply.stdout, reply.displays) == (b"rich\n", [])
    assert (reply.value, reply.entries) == ("rich", {"text/html": b"<b>rich</b>"})
    driver.close()


def test_a_socket_that_is_gone(driver: DriverProcess) -> None:
    driver.display.shutdown(socket.SHUT_RDWR)
    reply = driver.run(RICH + "clear_output()\ndisplay(Rich())\nRich()")
    assert (reply.status, reply.stdout, reply.value) == (OK, b"rich\n", "rich")


def test_the_functions_are_builtins_that_come_back(driver: DriverProcess) -> None:
    driver.run("import builtins\ndel builtins.display\nbuiltins.clear_output = None")
    assert driver.value("'display' in globals(), display.__module__") == "(False, 'builtins')"
    assert driver.run("clear_output()").displays[0].kind == CLEAR
    assert driver.run("display = print\ndisplay(3)").stdout == b"3\n"


def test_hostile_values_end_as_errors_or_text(driver: DriverProcess) -> None:
    driver.run("import os, sys\nos.write = os.urandom = None\nsys.modules.pop('fcntl', None)")
    assert driver.run("display(1)").displays[0].text == "1"
    reply = driver.run("class C:\n    def __repr__(self): 1 / 0\n    def _repr_html_(self): return '<p>'\ndisplay(C())")
    assert (reply.status, reply.displays[0].data) == (OK, {"text/html": b"<p>"})
    assert b"ZeroDivisionError" in reply.stderr


def test_a_frame_has_a_limit(driver: DriverProcess) -> None:
    reply = driver.run("display({'text/plain': 'kept', 'image/png': bytes(17 << 20), 'text/html': '<p>'}, raw=True)")
    (display,) = reply.displays
    assert list(display.data) == ["text/plain", "text/html"]
    assert display.text == "kept\n[image/png left out: 17,825,792 bytes are too many]"
    (display,) = driver.run("display({'text/plain': 'x' * (3 << 20)}, raw=True)").displays
    assert display.text.endswith("[cut: 3,145,728 characters in all]")


def test_the_keeper_is_kept_private(start: Callable[..., DriverProcess]) -> None:
    driver = start()
    driver.run("import os\nchild = os.fork()\nif child == 0:\n    import time; time.sleep(60)")
    child = int(driver.value("child") or 0)
    links = {os.readlink(f"/proc/{driver.pid}/fd/{number}") for number in os.listdir(f"/proc/{driver.pid}/fd")}
    assert sum(link.startswith("socket:") for link in links) == 5
    assert driver.run("os.fstat(5)").status == ERROR
    os.kill(driver.pid, 9)
    driver.wait()
    driver.keeper.settimeout(5)
    assert driver.keeper.recv(1) == b""
    os.kill(child, 9)
