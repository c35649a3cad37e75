# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Looking at a session's variables and at code that is being written, through the whole daemon."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

import pytest

from api_client import ApiError
from host import wait_until
from sandbox import Sessions
from zygotes import DATA_IMAGE, IMAGES

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Session

STUCK = "import hashlib\nhashlib.pbkdf2_hmac('sha256', b'x', b'y', (1 << 31) - 1)"


def listed(client: Client, session: Session, **query: Any) -> dict[str, JSON]:
    page = client.get(f"/v1/sessions/{session.id}/variables", **query)
    return {one["name"]: one for one in page["variables"]}


def detail(client: Client, session: Session, name: str, **query: Any) -> JSON:
    found: JSON = client.get(f"/v1/sessions/{session.id}/variables/{name}", **query)
    return found


def ask(client: Client, session: Session, what: str, code: str, **more: Any) -> JSON:
    answer: JSON = client.send("POST", f"/v1/sessions/{session.id}/{what}", {"code": code, **more}).json()
    return answer


def refused(call: Any, *arguments: Any, **named: Any) -> ApiError:
    with pytest.raises(ApiError) as refusal:
        call(*arguments, **named)
    assert refusal.value.error["remedy"]
    return refusal.value


def test_variables_are_listed_and_shown(client: Client, session: Session) -> None:
    session.execute("import math\nn = 42\nd = {'a': [1, 2]}\ndef area(w, h=2):\n    'How large.'\n    return w * h")
    found = listed(client, session)
    assert list(found) == ["area", "d", "math", "n"]
    assert [one["kind"] for one in found.values()] == ["function", "variable", "module", "variable"]
    assert (found["n"]["type"], found["n"]["preview"], found["d"]["length"]) == ("int", "42", 1)
    shown = detail(client, session, "d")
    assert shown["items"] == [{"key": "'a'", "type": "list", "preview": "[1, 2]"}]
    shown = detail(client, session, "area")
    assert (shown["signature"], shown["documentation"]) == ("(w, h=2)", "How large.")
    assert "return w * h" in shown["source"]
    assert refused(detail, client, session, "nothing").code == "variable_not_found"


def test_pages(client: Client, session: Session) -> None:
    session.execute("for i in range(120): globals()[f'v{i:03}'] = i")
    found = client.pages(f"/v1/sessions/{session.id}/variables", "variables", limit=50)
    assert [one["name"] for one in found] == ["i", *(f"v{i:03}" for i in range(120))]


@pytest.mark.skipif(DATA_IMAGE not in IMAGES, reason="the guest has only the small image")
def test_tables(client: Client, new_session: Sessions) -> None:
    session = new_session(image=DATA_IMAGE)
    code = "import numpy as np, pandas as pd\na = np.zeros((3, 4))\ndf = pd.DataFrame({'x': [1, 2], 'y': list('ab')})"
    more = "\nimport pyarrow as pa\nt = pa.table({'n': [1, 2, 3]})\ns = df.x\nf = np.float64(2.5)"
    more += "\nwhen = pd.Timestamp('2026-01-02')"
    assert session.execute(code + more).status == "ok"
    found = listed(client, session)
    assert (found["a"]["shape"], found["a"]["dtype"], found["a"]["bytes"]) == ([3, 4], "float64", 96)
    assert (found["df"]["shape"], found["df"]["type"].rpartition(".")[2]) == ([2, 2], "DataFrame")
    assert (found["t"]["shape"], found["s"]["dtype"], found["s"]["preview"]) == ([3, 1], "int64", "[1, 2]")
    assert "2.5" in found["f"]["preview"]
    assert "2026-01-02" in found["when"]["preview"]
    shown = detail(client, session, "df")
    assert shown["columns"][0] == {"name": "x", "dtype": "int64"}
    assert "a" in shown["head"]
    assert ask(client, session, "complete", "df['")["matches"] == [
        {"text": "x", "type": "key"},
        {"text": "y", "type": "key"},
    ]


def test_editors_are_helped(client: Client, session: Session) -> None:
    session.execute("def length_of(one):\n    'Measures.'\n    return len(one)")
    answer = ask(client, session, "complete", "x = leng\ny", cursor=8)
    assert answer == {
        "matches": [{"text": "length_of", "type": "function"}],
        "start": 4,
        "end": 8,
        "truncated": False,
    }
    answer = ask(client, session, "inspect", "length_of(", detail=1)
    assert answer["found"]
    assert "return len(one)" in answer["data"]["text/plain"]
    assert ask(client, session, "inspect", "nothing") == {"found": False, "data": {}}


def test_nothing_is_answered_while_something_runs(client: Client, session: Session) -> None:
    running = client.execute(session.id, "import time\nx = 1\ntime.sleep(1.5)\nx = 2", wait=False)
    wait_until(lambda: client.execution(session.id, running["id"])["state"] == "running")
    refusal = refused(listed, client, session)
    assert (refusal.status, refusal.code) == (409, "session_busy")
    began = time.monotonic()
    assert refused(listed, client, session, wait_seconds=1).code == "session_busy"
    assert time.monotonic() - began > 0.9
    assert listed(client, session, wait_seconds=20)["x"]["preview"] == "2"


def test_right_after_an_answer_nothing_is_in_the_way(client: Client, session: Session) -> None:
    for number in range(40):
        session.execute(f"x = {number}")
        assert listed(client, session)["x"]["preview"] == str(number)


def test_executions_that_come_meanwhile_are_queued(client: Client, session: Session) -> None:
    session.execute(
        "import time\nclass Slow:\n    def __repr__(self):\n        time.sleep(0.7)\n        return 'slow'\ns = Slow()"
    )
    with ThreadPoolExecutor() as pool:
        shown = pool.submit(detail, client, session, "s")
        time.sleep(0.2)
        began = time.monotonic()
        execution = client.execute(session.id, "6 * 7", queue="refuse")
        assert time.monotonic() - began > 0.2
        assert execution["value"] == {"text/plain": "42"}
        assert shown.result()["preview"] == "slow"


def test_a_repr_that_hangs_is_interrupted(client: Client, session: Session) -> None:
    session.execute("class Bad:\n    def __repr__(self):\n        while True: pass\nb, x = Bad(), 7")
    began = time.monotonic()
    shown = detail(client, session, "b")
    assert time.monotonic() - began < 5
    assert shown["truncated"]
    assert shown["preview"].startswith("<__main__.Bad object")
    assert session.execute("x").value == "7"
    assert client.session(session.id)["incarnation"] == 1


def test_an_interrupt_does_not_strike_what_comes_next(client: Client, session: Session) -> None:
    session.execute("import time\nclass Bad:\n    def __repr__(self):\n        while True: pass\nb = Bad()")
    for _round in range(3):
        with ThreadPoolExecutor() as pool:
            shown = pool.submit(detail, client, session, "b")
            time.sleep(0.3)
            execution = client.execute(session.id, "for i in range(200): time.sleep(0.001)\n'whole'")
            assert shown.result()["truncated"]
        assert execution["value"] == {"text/plain": "'whole'"}


def test_a_session_that_is_deleted_meanwhile(client: Client, new_session: Sessions) -> None:
    session = new_session()
    session.execute("import time\nclass Slow:\n    def __repr__(self): time.sleep(5)\ns = Slow()")
    with ThreadPoolExecutor() as pool:
        shown = pool.submit(refused, detail, client, session, "s")
        time.sleep(0.3)
        session.close()
        assert shown.result().code == "session_not_found"


def test_a_daemon_that_is_killed_meanwhile(instance: Instance, client: Client) -> None:
    sessions = Sessions(instance)
    try:
        session = sessions()
        body = "time.sleep(1)\n        return 'slow'"
        session.execute(f"import time\nclass Slow:\n    def __repr__(self):\n        {body}\ns = Slow()")
        with ThreadPoolExecutor() as pool:
            shown = pool.submit(client.request, "GET", f"/v1/sessions/{session.id}/variables/s")
            time.sleep(0.3)
            instance.kill_daemon()
            with pytest.raises((OSError, HTTPException)):
                shown.result()
        instance.start()
        assert detail(client, session, "s", wait_seconds=20)["preview"] == "slow"
        assert client.session(session.id)["incarnation"] == 1
    finally:
        sessions.close()


@pytest.mark.parametrize("checkpoint", ["always", "off"])
def test_an_interpreter_that_does_not_answer_is_ended_and_that_is_told(
    client: Client, new_session: Sessions, checkpoint: str
) -> None:
    session = new_session(checkpoint=checkpoint)
    body = STUCK.replace("\n", "; ")
    session.execute(f"class Bad:\n    def __repr__(self):\n        {body}\nb, x = Bad(), 7")
    with ThreadPoolExecutor() as pool:
        shown = pool.submit(refused, detail, client, session, "b")
        time.sleep(0.3)
        execution = client.execute(session.id, "globals().get('x')")
        refusal = shown.result()
    assert (refusal.status, refusal.code) == (502, "interpreter_ended")
    state = "rolled_back" if checkpoint == "always" else "lost"
    assert refusal.error["details"] == {"state": state, "cause": "timeout"}
    assert execution["value"] == ({"text/plain": "7"} if checkpoint == "always" else None)
    assert execution["incarnation"] == 2


def test_a_repr_that_ends_the_interpreter(client: Client, new_session: Sessions) -> None:
    session = new_session(checkpoint="off")
    session.execute("import os\nclass Bad:\n    def __repr__(self): os._exit(3)\nb = Bad()")
    refusal = refused(detail, client, session, "b")
    assert refusal.error["details"] == {"state": "lost", "cause": "crashed"}
    assert session.execute("1").value == "1"


def test_what_objects_print_meanwhile_belongs_to_nobody(client: Client, session: Session) -> None:
    session.execute(
        "class Loud:\n    def __repr__(self):\n        print('noise'); display('x')\n        return 'loud'\nv = Loud()"
    )
    assert detail(client, session, "v")["preview"] == "loud"
    execution = client.execute(session.id, "print('mine')")
    assert execution["stdout"]["text"] == "mine\n"
    assert execution["displays"] == []


def test_bad_questions_are_refused(client: Client, session: Session) -> None:
    assert refused(listed, client, session, wait_seconds=31).code == "invalid_request"
    assert refused(ask, client, session, "complete", "x", cursor=-1).code == "invalid_request"
    assert refused(ask, client, session, "complete", "x", detail=1).code == "invalid_request"
    assert refused(ask, client, session, "inspect", "x", detail=2).code == "invalid_request"
    assert refused(ask, client, session, "inspect", "x", more=2).code == "unknown_field"
