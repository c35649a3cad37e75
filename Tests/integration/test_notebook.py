# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A session's journal as a notebook that Jupyter opens."""

from __future__ import annotations

import base64
import json
import subprocess
import time
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from host import wait_until
from sandbox import Sessions
from spawner_process import BUILD

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Session

PNG = b"\x89PNG\r\n\x1a\n"
PICTURE = """
class Picture:
    def __init__(self, size): self.size = size
    def _repr_png_(self): return b'\\x89PNG\\r\\n\\x1a\\n' + bytes(self.size)
    def __repr__(self): return 'picture'
"""


def exported(client: Client, session: Session) -> Any:
    body = client.send("GET", f"/v1/sessions/{session.id}/notebook").body
    notebook = nbformat.reads(body.decode(), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(json.loads(body))
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    return notebook


def outputs(client: Client, session: Session, code: str, **settings: Any) -> list[Any]:
    """Those of the cell of this code, shortened."""
    client.execute(session.id, code, **settings)
    return [brief(one) for one in exported(client, session).cells[-1].outputs]


def brief(output: JSON) -> Any:
    if output["output_type"] == "stream":
        return output["name"], output["text"]
    if output["output_type"] == "error":
        return "error", output["ename"], output["evalue"]
    return output["output_type"].partition("_")[0], output["data"].get("text/plain")


def test_a_session_as_a_notebook(client: Client, new_session: Sessions) -> None:
    session = new_session(name="my-notes")
    client.execute(session.id, "x = 6\nprint('six')")
    client.execute(session.id, "x * 7")
    client.execute(session.id, "open('artifacts/a.txt', 'w').write('content')")
    client.execute(session.id, "1 / 0")
    response = client.send("GET", f"/v1/sessions/{session.id}/notebook")
    assert response.headers["content-type"] == "application/x-ipynb+json"
    assert response.headers["content-disposition"] == 'attachment; filename="my-notes.ipynb"'
    notebook = exported(client, session)
    assert [cell.source for cell in notebook.cells][:2] == ["x = 6\nprint('six')", "x * 7"]
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3, 4]
    shown = [[brief(one) for one in cell.outputs] for cell in notebook.cells]
    assert shown == [
        [("stdout", "six\n")],
        [("execute", "42")],
        [("execute", "7")],
        [("error", "ZeroDivisionError", "division by zero")],
    ]
    about = notebook.cells[2].metadata.cloister
    assert about.verdict.state == "preserved"
    assert [one.path for one in about.artifacts] == ["a.txt"]
    assert notebook.cells[3].outputs[0].traceback[0] == "Traceback (most recent call last):"
    assert notebook.metadata.cloister.session_id == session.id


def test_text_and_displays_are_in_order(client: Client, session: Session) -> None:
    code = "import sys\nprint('a')\ndisplay(1)\nprint('b')\nprint('c', file=sys.stderr, flush=True)\ndisplay(2)\n3"
    found = outputs(client, session, code)
    assert found[:2] == [("stdout", "a\n"), ("display", "1")]
    # Between two displays the two streams have no order.
    assert sorted(found[2:4]) == [("stderr", "c\n"), ("stdout", "b\n")]
    assert found[4:] == [("display", "2"), ("execute", "3")]


def test_updates_and_clearing_are_carried_out(client: Client, session: Session) -> None:
    code = "h = display('a', display_id='x')\ndisplay('b')\ndisplay('a', display_id='x')\nh.update('c')"
    assert outputs(client, session, code) == [("display", "'c'"), ("display", "'b'"), ("display", "'c'")]
    assert outputs(client, session, "print(1)\nclear_output()\nprint(2)") == [("stdout", "2\n")]
    assert outputs(client, session, "print(1)\nclear_output(wait=True)") == [("stdout", "1\n")]
    code = "for i in range(3):\n    clear_output(wait=True)\n    display(i)\n    print(i)"
    assert outputs(client, session, code) == [("display", "2"), ("stdout", "2\n")]
    # What an earlier cell shows is not changed any more.
    assert outputs(client, session, "h.update('later')") == [("display", "'later'")]


def test_pictures_and_json(client: Client, session: Session) -> None:
    client.execute(session.id, f"{PICTURE}display(Picture(3 << 20))\nPicture(1)")
    client.execute(
        session.id, "display({'application/json': {'a': [1]}, 'text/plain': 'j'}, raw=True, metadata={'k': 1})"
    )
    first, second = exported(client, session).cells
    shown, value = first.outputs
    assert base64.b64decode(shown.data["image/png"]) == PNG + bytes(3 << 20)
    assert base64.b64decode(value.data["image/png"]) == PNG + bytes(1)
    assert second.outputs[0].data["application/json"] == {"a": [1]}
    assert second.outputs[0].metadata == {"k": 1}


def test_what_is_lost_is_told(client: Client, new_session: Sessions) -> None:
    session = new_session(checkpoint="off")
    found = outputs(client, session, "print('said', flush=True)\nimport os; os._exit(7)")
    assert found[0] == ("stdout", "said\n")
    assert found[1] == ("stderr", "[cloister] exited: the variables were lost.\n")
    session = new_session(checkpoint="always")
    session.execute("x = 1")
    found = outputs(client, session, "import os; os._exit(7)")
    assert found == [("stderr", "[cloister] exited: the variables went back to the last checkpoint.\n")]


def test_much_text_is_cut_and_that_is_told(client: Client, session: Session) -> None:
    found = outputs(client, session, "for i in range(3 << 10): print('x' * 1023)")
    assert found[0] == ("stdout", ("x" * 1023 + "\n") * 1024)
    assert found[1] == ("stderr", f"[cloister] {2 << 20} bytes of output and 0 displays are left out here.\n")


def test_hostile_bytes_still_make_a_notebook(client: Client, session: Session) -> None:
    code = """
import sys
sys.stdout.buffer.write(bytes(range(256)))
display({'application/json': '{"a": ', 'x y/"z': 'q', 'application/vnd.x+json': 'NaN'}, raw=True)
raise ValueError('\\ud800 \\x00')
"""
    client.execute(session.id, code)
    cell = exported(client, session).cells[-1]
    assert cell.outputs[-1].ename == "ValueError"


def test_what_runs_and_what_waits(client: Client, session: Session) -> None:
    running = client.execute(session.id, "print('begun', flush=True)\nimport time; time.sleep(30)", wait=False)
    waiting = client.execute(session.id, "2", wait=False)
    wait_until(lambda: client.execution(session.id, running["id"])["state"] == "running")
    wait_until(lambda: "begun" in str(exported(client, session).cells[0].outputs))
    first, second = exported(client, session).cells
    assert (first.metadata.cloister.state, second.metadata.cloister.state) == ("running", "queued")
    assert (second.source, second.execution_count, second.outputs) == ("2", None, [])
    for one in (waiting, running):
        client.send("POST", f"/v1/sessions/{session.id}/executions/{one['id']}/interrupt")


def test_code_outlives_the_daemon_and_not_the_session(instance: Instance, client: Client) -> None:
    sessions = Sessions(instance)
    try:
        session = sessions()
        client.execute(session.id, "print('kept')\n'value'")
        instance.kill_daemon()
        instance.start()
        (cell,) = exported(client, session).cells
        assert cell.source == "print('kept')\n'value'"
        assert [brief(one) for one in cell.outputs] == [("stdout", "kept\n"), ("execute", "'value'")]
    finally:
        sessions.close()
    assert client.request("GET", f"/v1/sessions/{session.id}/notebook").status == 404


@pytest.mark.timeout(600)
def test_a_thousand_executions(client: Client, session: Session) -> None:
    for number in range(1_000):
        client.execute(session.id, f"print({number})")
    began = time.monotonic()
    cells = exported(client, session).cells
    assert time.monotonic() - began < 30
    assert [cell.source for cell in cells] == [f"print({number})" for number in range(1_000)]
    assert brief(cells[-1].outputs[0]) == ("stdout", "999\n")


def test_the_command(instance: Instance, client: Client, session: Session) -> None:
    client.execute(session.id, "1 + 1")
    command = [str(BUILD / "release" / "cloister"), "--socket", str(instance.socket), "session", "notebook", session.id]
    done = subprocess.run(command, capture_output=True, check=True)
    nbformat.validate(json.loads(done.stdout))
