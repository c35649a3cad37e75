# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What executions show beside their text, through the whole daemon."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from sandbox import Sessions

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Session

PNG = b"\x89PNG\r\n\x1a\n"

SHOWS = """
class Picture:
    def __init__(self, size): self.size = size
    def _repr_png_(self): return b'\\x89PNG\\r\\n\\x1a\\n' + bytes(self.size)
    def _repr_html_(self): return '<b>picture</b>'
    def __repr__(self): return f'<Picture of {self.size}>'
"""


def shown(events: list[JSON]) -> list[str]:
    """Text and displays in their order."""
    words = []
    for event in events:
        if event["type"] in ("stdout", "stderr"):
            words.append(event["text"])
        elif event["type"] == "display":
            words.append(event["display"]["data"].get("text/plain", event["display"]["kind"]))
    return words


def test_displays_are_in_order_with_the_text(client: Client, session: Session) -> None:
    code = "for i in range(50):\n    print(i)\n    display(i)\n"
    with client.stream(session.id, code) as stream:
        events = list(stream)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert shown(events) == [word for i in range(50) for word in (f"{i}\n", str(i))]
    displays = events[-1]["execution"]["displays"]
    assert [one["data"] for one in displays] == [{"text/plain": str(i)} for i in range(50)]
    assert displays[3]["stdout_offset"] == len("0\n1\n2\n3\n")


def test_a_bundle_has_every_representation(client: Client, session: Session) -> None:
    execution = client.execute(session.id, f"{SHOWS}display(Picture(1))\nPicture(2)")
    (display,) = execution["displays"]
    assert base64.b64decode(display["data"]["image/png"]) == PNG + bytes(1)
    assert display["data"]["text/html"] == "<b>picture</b>"
    assert base64.b64decode(execution["value"]["image/png"]) == PNG + bytes(2)
    assert execution["value"]["text/plain"] == "<Picture of 2>"


def test_a_large_picture_arrives_whole_and_again_later(client: Client, session: Session) -> None:
    size = 5 << 20
    execution = client.execute(session.id, f"{SHOWS}print('before')\ndisplay(Picture({size}))\nprint('after')")
    later = client.execution(session.id, execution["id"])
    for answer in (execution, later):
        (display,) = answer["displays"]
        assert base64.b64decode(display["data"]["image/png"]) == PNG + bytes(size)
    resumed = list(client.events(session.id, execution["id"], after=2))
    assert [event["type"] for event in resumed] == ["display", "stdout", "result"]


def test_updates_and_clearing_are_told(client: Client, session: Session) -> None:
    code = "handle = display('a', display_id='x')\nhandle.update('b')\nclear_output(wait=True)"
    kinds = [(one["kind"], one["display_id"], one["wait"]) for one in client.execute(session.id, code)["displays"]]
    assert kinds == [("show", "x", False), ("update", "x", False), ("clear", None, True)]


def test_what_is_no_display_harms_nobody(client: Client, session: Session) -> None:
    """User code has the socket in hand and may write to it what it likes."""
    code = """
import os, socket
for number in map(int, os.listdir('/proc/self/fd')):
    try:
        one = socket.socket(fileno=number)
    except OSError:
        continue
    if number > 5 and one.type == socket.SOCK_STREAM:
        one.send(b'\\xf7display\\xff\\xff\\xff\\xffgarbage')
        one.send(b'\\xf7display\\x08\\x00\\x00\\x00\\x40\\x00\\x00\\x00\\xff\\x00\\x00\\x00')
        one.send(b'\\xf7disp')
    one.detach()
display('still here')
"""
    execution = client.execute(session.id, code)
    assert execution["status"] == "ok", execution["error"]
    assert execution["displays"][-1]["data"] == {"text/plain": "'still here'"}
    assert session.execute("1 + 1").value == "2"


def test_displays_are_there_after_the_daemon_was_killed(instance: Instance, client: Client) -> None:
    sessions = Sessions(instance)
    try:
        session = sessions()
        execution = client.execute(session.id, "display('kept')\n7")
        instance.kill_daemon()
        instance.start()
        later = client.execution(session.id, execution["id"])
        assert later["displays"] == execution["displays"]
        assert later["value"] == {"text/plain": "7"}
    finally:
        sessions.close()


def test_standard_input(client: Client, session: Session) -> None:
    code = "import sys\nname = input('who? ')\n(name, sys.stdin.read())"
    execution = client.execute(session.id, code, stdin="me\nrest\n")
    assert execution["value"] == {"text/plain": "('me', 'rest\\n')"}
    assert execution["stdout"]["text"] == "who? "
    execution = client.execute(session.id, "input()")
    assert execution["error"]["type"] == "EOFError"


def test_the_frames_of_a_traceback(client: Client, session: Session) -> None:
    client.execute(session.id, "def fail():\n    return 1 / 0")
    frames = client.execute(session.id, "fail()")["error"]["frames"]
    assert [(one["file"], one["line"], one["function"], one["source"]) for one in frames] == [
        ("<execution 2>", 1, "<module>", "fail()"),
        ("<execution 1>", 2, "fail", "return 1 / 0"),
    ]
