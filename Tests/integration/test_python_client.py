# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The example client in clients/python does what its docstrings say."""

import hashlib
import importlib.util
import io
from pathlib import Path
from typing import Any

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "clients" / "python" / "cloister.py"


@pytest.fixture
def client() -> Any:
    """The module, which is not installed anywhere."""
    specification = importlib.util.spec_from_file_location("cloister", SOURCE)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_client_does_a_whole_job(client: Any, instance: Any) -> None:
    """Upload, two executions, a stream, an artifact, and the end of the session."""
    daemon = client.Cloister(str(getattr(instance, "socket", instance)))
    with daemon.session(metadata={"purpose": "test"}) as session:
        session.upload("data/in put.txt", io.BytesIO(b"6"))
        assert session.download("data/in put.txt") == b"6"
        assert session.run("x = int(open('data/in put.txt').read())")["status"] == "ok"
        assert session.run("x * 7")["value"]["text/plain"] == "42"
        events = list(session.stream("print('out'); open('artifacts/a.txt', 'w').write('art')"))
        assert "".join(event["text"] for event in events if event["type"] == "stdout") == "out\n"
        assert events[-1]["type"] == "result"
        (artifact,) = session.artifacts()
        assert artifact["sha256"] == hashlib.sha256(b"art").hexdigest()
        with pytest.raises(client.CloisterError) as refusal:
            session.download("nothing")
        assert refusal.value.code == "file_not_found"
    with pytest.raises(client.CloisterError) as refusal:
        session.run("1")
    assert refusal.value.code == "session_not_found"
