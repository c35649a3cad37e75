# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Artifacts from a session's directory to the object store and back."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from api_client import ApiError
from host import wait_until

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Session, Sessions

MIB = 1 << 20


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def of_session(client: Client, session: Session) -> list[JSON]:
    return client.pages(f"/v1/sessions/{session.id}/artifacts", "artifacts")


def stored(client: Client, session: Session) -> list[JSON]:
    """The session's artifacts once all of them are in the store."""
    assert wait_until(lambda: all(artifact["state"] != "captured" for artifact in of_session(client, session)), 30)
    return of_session(client, session)


def test_a_file_becomes_an_artifact(client: Client, session: Session, instance: Instance) -> None:
    execution = client.execute(session.id, "open('artifacts/chart.csv', 'w').write('a,b\\n1,2\\n')")
    content = b"a,b\n1,2\n"
    digest = sha256(content)
    (artifact,) = execution["artifacts"]
    assert (artifact["path"], artifact["sha256"], artifact["size"]) == ("chart.csv", digest, len(content))
    assert (artifact["mime"], artifact["reason"]) == ("text/csv", None)
    assert artifact["state"] in ("captured", "stored")
    assert artifact["key"] == f"output/artifacts/{digest[:2]}/{digest[2:4]}/{digest}"
    assert artifact["execution_id"] == execution["id"]
    (kept,) = stored(client, session)
    assert kept["state"] == "stored"
    assert kept["uri"] == f"file://{instance.state_directory}/objects/{artifact['key']}"
    assert (instance.state_directory / "objects" / artifact["key"]).read_bytes() == content
    # The execution tells the same, also later and to who asks for its artifacts alone.
    assert client.execution(session.id, execution["id"])["artifacts"] == [kept]
    at = f"/v1/sessions/{session.id}/executions/{execution['id']}/artifacts"
    assert client.pages(at, "artifacts") == [kept]
    assert client.session(session.id)["artifacts"] == 1


def test_it_is_fetched_by_its_hash(client: Client, session: Session) -> None:
    content = b"<script>alert(1)</script>"
    client.upload(session.id, "artifacts/page.html", content)
    client.execute(session.id, "None")
    at = f"/v1/artifacts/{sha256(content)}"
    response = client.send("GET", at)
    assert sha256(response.body) == sha256(content)
    assert response.headers["content-type"].startswith("text/html")
    assert response.headers["content-disposition"].startswith("attachment")
    assert "page.html" in response.headers["content-disposition"]
    assert response.headers["x-content-type-options"] == "nosniff"
    part = client.request("GET", at, headers={"Range": "bytes=1-6"})
    assert (part.status, part.body) == (206, b"script")
    session.close()
    assert client.send("GET", at).body == content


def test_the_stream_tells_of_artifacts_before_the_result(client: Client, session: Session) -> None:
    with client.stream(session.id, "for i in range(3): open(f'artifacts/{i}', 'w').write(str(i))") as stream:
        events = list(stream)
    assert [event["type"] for event in events] == ["started", "artifacts", "result"]
    assert {artifact["path"] for artifact in events[1]["artifacts"]} == {"0", "1", "2"}
    assert [artifact["sha256"] for artifact in events[2]["execution"]["artifacts"]] == [
        artifact["sha256"] for artifact in events[1]["artifacts"]
    ]


def test_an_unchanged_tree_gives_none(client: Client, session: Session) -> None:
    client.execute(session.id, "open('artifacts/a', 'w').write('one')")
    assert client.execute(session.id, "open('other', 'w').write('no artifact')")["artifacts"] == []
    assert client.execute(session.id, "open('artifacts/a').read()")["artifacts"] == []
    (changed,) = client.execute(session.id, "open('artifacts/a', 'w').write('two')")["artifacts"]
    assert changed["sha256"] == sha256(b"two")
    (added,) = client.execute(session.id, "open('artifacts/b', 'w').write('two')")["artifacts"]
    assert (added["path"], added["sha256"]) == ("b", sha256(b"two"))
    assert client.execute(session.id, "import os; os.unlink('artifacts/a')")["artifacts"] == []
    listed = stored(client, session)
    assert [(artifact["path"], artifact["sha256"]) for artifact in listed] == [
        ("a", sha256(b"one")), ("a", sha256(b"two")), ("b", sha256(b"two")),
    ]  # fmt: skip
    pages = client.pages(f"/v1/sessions/{session.id}/artifacts", "artifacts", limit=1)
    assert pages == listed


def test_names_and_directories(client: Client, session: Session) -> None:
    code = """
import os
os.makedirs('artifacts/deep/er')
for name in [b'deep/er/x', 'ä 日本%41'.encode(), b'caf\\xe9%', b'new\\nline']:
    open(b'artifacts/' + name, 'wb').write(name)
"""
    found = {artifact["path"]: artifact for artifact in client.execute(session.id, code)["artifacts"]}
    assert set(found) == {"deep/er/x", "ä 日本%41", "caf%E9%25", "new\nline"}
    assert found["caf%E9%25"]["sha256"] == sha256(b"caf\xe9%")
    for artifact in found.values():
        assert client.send("GET", f"/v1/artifacts/{artifact['sha256']}").status == 200


def test_what_is_skipped_has_a_reason(client: Client, session: Session) -> None:
    code = """
import os, socket
os.symlink('/etc/passwd', 'artifacts/link')
os.symlink('/etc', 'artifacts/directory-link')
os.mkfifo('artifacts/pipe')
end = socket.socket(socket.AF_UNIX)
end.bind('artifacts/socket')
open('artifacts/closed', 'w').write('x')
os.chmod('artifacts/closed', 0)
open('artifacts/good', 'w').write('good')
"""
    found = {artifact["path"]: artifact for artifact in client.execute(session.id, code)["artifacts"]}
    assert {path: artifact["reason"] for path, artifact in found.items()} == {
        "link": "symlink", "directory-link": "symlink", "pipe": "fifo", "socket": "socket", "closed": "unreadable",
        "good": None,
    }  # fmt: skip
    for path, artifact in found.items():
        if path != "good":
            assert (artifact["state"], artifact["sha256"], artifact["uri"]) == ("skipped", None, None)
    again = client.execute(session.id, "None")["artifacts"]
    assert again == [], "what has been told is told again"
    (opened,) = client.execute(session.id, "os.chmod('artifacts/closed', 0o600)")["artifacts"]
    assert (opened["path"], opened["sha256"]) == ("closed", sha256(b"x"))


@pytest.mark.parametrize("replacement", ["os.symlink('/etc', 'artifacts')", "open('artifacts', 'w').write('x')"])
def test_a_directory_that_is_none(client: Client, session: Session, replacement: str) -> None:
    (skipped,) = client.execute(session.id, f"import os\nos.rmdir('artifacts')\n{replacement}")["artifacts"]
    assert (skipped["state"], skipped["reason"]) == ("skipped", "artifacts_not_a_directory")
    restored = "os.unlink('artifacts')\nos.mkdir('artifacts')\nopen('artifacts/a', 'w').write('back')"
    (artifact,) = client.execute(session.id, restored)["artifacts"]
    assert artifact["sha256"] == sha256(b"back")


def test_no_directory_gives_none(client: Client, session: Session) -> None:
    assert client.execute(session.id, "import os\nos.rmdir('artifacts')")["artifacts"] == []


@pytest.mark.parametrize(
    ("end", "status"),
    [("raise ValueError", "error"), ("import os; os._exit(1)", "lost"), ("import time; time.sleep(60)", "timeout")],
)
def test_what_was_written_before_the_end_is_kept(client: Client, session: Session, end: str, status: str) -> None:
    code = f"open('artifacts/a', 'w').write('kept')\n{end}"
    execution = client.execute(session.id, code, timeout_seconds=1)
    assert execution["status"] == status
    assert [artifact["sha256"] for artifact in execution["artifacts"]] == [sha256(b"kept")]


def test_a_big_file(client: Client, new_session: Sessions) -> None:
    session = new_session(limits={"workspace_bytes": 160 * MIB})
    code = """
import hashlib, os
digest = hashlib.sha256()
with open('artifacts/big.bin', 'wb') as file:
    for _ in range(50):
        block = os.urandom(1 << 20)
        digest.update(block)
        file.write(block)
digest.hexdigest()
"""
    execution = client.execute(session.id, code)
    (artifact,) = execution["artifacts"]
    assert artifact["size"] == 50 * MIB
    assert execution["value"] == {"text/plain": repr(artifact["sha256"])}
    assert sha256(client.send("GET", f"/v1/artifacts/{artifact['sha256']}").body) == artifact["sha256"]
    (kept,) = stored(client, session)
    assert kept["state"] == "stored"


def test_more_files_than_are_taken(client: Client, session: Session) -> None:
    code = "for i in range(1010): open(f'artifacts/{i:04}', 'w').write(str(i))"
    artifacts = client.execute(session.id, code)["artifacts"]
    skipped = [artifact for artifact in artifacts if artifact["state"] == "skipped"]
    assert len(artifacts) - len(skipped) == 1000
    assert {artifact["reason"] for artifact in skipped} == {"artifact_limit"}
    # What did not fit is taken after the next execution.
    assert len(client.execute(session.id, "None")["artifacts"]) == 10


def test_one_content_is_stored_once(client: Client, new_session: Sessions, instance: Instance) -> None:
    content = os.urandom(32)
    for session in (new_session(), new_session()):
        client.upload(session.id, "artifacts/a", content)
        client.upload(session.id, "artifacts/b", content)
        found = client.execute(session.id, "None")["artifacts"]
        assert [artifact["sha256"] for artifact in found] == [sha256(content)] * 2
        assert {artifact["state"] for artifact in stored(client, session)} == {"stored"}
    objects = list((instance.state_directory / "objects").rglob(sha256(content)))
    assert len(objects) == 1


def test_an_unknown_hash(client: Client) -> None:
    with pytest.raises(ApiError) as refusal:
        client.send("GET", f"/v1/artifacts/{'0' * 64}")
    assert (refusal.value.status, refusal.value.code) == (404, "artifact_not_found")
