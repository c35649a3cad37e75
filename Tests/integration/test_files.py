# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The workspace's files through the socket."""

from __future__ import annotations

import hashlib
import os
import socket
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from api_client import ApiError
from host import wait_until

if TYPE_CHECKING:
    from api_client import JSON, Client
    from sandbox import Session, Sessions

MIB = 1 << 20

ODD_NAMES = [
    "a b",
    "per%cent",
    "per%20cent",
    "question?mark",
    "hash#mark",
    "plus+and&",
    "semi;colon:",
    "quote'\"",
    "back\\slash",
    "new\nline",
    "tab\tand\x01control",
    "-rf",
    "...",
    ".hidden",
    "~",
    "*",
    "ä",
    "a\u0308",
    "日本語.txt",
    "👩‍🔬",
    "x" * 255,
]
NOT_UTF8 = [b"\xff\xfe", b"caf\xe9.csv", b"a\x80b%41"]


def entries(client: Client, session: Session, path: str | None = None) -> list[JSON]:
    return client.pages(f"/v1/sessions/{session.id}/files", "entries", path=path)


def at(session: Session, raw: str) -> str:
    return f"/v1/sessions/{session.id}/files/{raw}"


def test_there_and_back(client: Client, session: Session) -> None:
    content = os.urandom(3 * MIB + 7)
    entry = client.upload(session.id, "data.bin", content)
    assert (entry["name"], entry["path"], entry["type"], entry["size"]) == (
        "data.bin",
        "data.bin",
        "file",
        len(content),
    )
    response = client.send("GET", at(session, "data.bin"))
    assert response.body == content
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["x-content-type-options"] == "nosniff"
    assert int(response.headers["content-length"]) == len(content)
    digest = session.execute("import hashlib; hashlib.sha256(open('data.bin', 'rb').read()).hexdigest()").value
    assert digest == repr(hashlib.sha256(content).hexdigest())


def test_a_new_file_is_created_and_an_old_one_replaced(client: Client, session: Session) -> None:
    headers = {"Content-Type": "application/octet-stream"}
    assert client.request("PUT", at(session, "f"), b"one", headers).status == 201
    # Whoever has the old one open keeps it: the new one takes its name.
    session.execute("old = open('f')")
    assert client.request("PUT", at(session, "f"), b"second", headers).status == 200
    assert session.execute("old.read(), open('f').read()").value == "('one', 'second')"
    assert client.upload(session.id, "empty", b"")["size"] == 0
    assert client.download(session.id, "empty") == b""


def test_directories_on_the_way_are_made(client: Client, session: Session) -> None:
    assert client.upload(session.id, "a/b/c/d.txt", b"deep")["path"] == "a/b/c/d.txt"
    assert session.execute("open('/workspace/a/b/c/d.txt').read()").value == "'deep'"
    assert [(entry["path"], entry["type"]) for entry in entries(client, session, "a/b")] == [("a/b/c", "directory")]
    assert [(entry["path"], entry["size"]) for entry in entries(client, session, "a/b/c")] == [("a/b/c/d.txt", 4)]
    assert {"a", "artifacts"} == {entry["name"] for entry in entries(client, session)}
    # The session owns what was uploaded, directories too.
    assert (
        session.execute("import os; os.stat('a').st_uid == os.stat('a/b/c/d.txt').st_uid == os.getuid()").value
        == "True"
    )
    assert session.execute("import shutil; shutil.rmtree('a'); os.path.exists('a')").value == "False"


@pytest.mark.parametrize("name", ODD_NAMES, ids=lambda name: ascii(name)[:20])
def test_odd_names(client: Client, session: Session, name: str) -> None:
    path = f"odd/{name}"
    assert client.upload(session.id, path, b"content")["path"] == path
    assert client.download(session.id, path) == b"content"
    assert session.execute(f"import os; os.listdir('odd') == [{name!r}]").value == "True"
    (entry,) = entries(client, session, "odd")
    assert (entry["name"], entry["path"]) == (name, path)
    assert client.send("DELETE", client.file_path(session.id, path)).status == 204
    assert entries(client, session, "odd") == []


@pytest.mark.parametrize("name", NOT_UTF8, ids=ascii)
def test_names_that_are_not_utf8(client: Client, session: Session, name: bytes) -> None:
    client.upload(session.id, b"odd/" + name, b"content")
    assert session.execute(f"import os; os.listdir(b'odd') == [{name!r}]").value == "True"
    (entry,) = entries(client, session, "odd")
    # The listed path is what goes into a URL as it stands.
    assert client.send("GET", at(session, entry["path"])).body == b"content"
    assert client.send("DELETE", at(session, entry["path"])).status == 204
    assert entries(client, session, "odd") == []


def test_files_of_the_session_are_readable_whatever_their_mode(client: Client, session: Session) -> None:
    session.execute(
        "import os\nopen('own', 'w').write('x')\nos.chmod('own', 0o600)\nos.umask(0o077)\nos.mkdir('closed')"
    )
    assert client.download(session.id, "own") == b"x"
    assert client.upload(session.id, "closed/new", b"y")["size"] == 1
    assert session.execute("open('closed/new').read()").value == "'y'"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [("0-0", 0, 1), ("0-9", 0, 10), ("5-", 5, 100), ("-7", 93, 100), ("90-500", 90, 100), ("-500", 0, 100)],
)
def test_ranges(client: Client, session: Session, asked: str, start: int, end: int) -> None:
    content = bytes(range(100))
    client.upload(session.id, "f", content)
    response = client.request("GET", at(session, "f"), headers={"Range": f"bytes={asked}"})
    assert (response.status, response.body) == (206, content[start:end])
    assert response.headers["content-range"] == f"bytes {start}-{end - 1}/100"


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_ranges_outside(client: Client, session: Session, asked: str) -> None:
    client.upload(session.id, "f", bytes(100))
    response = client.request("GET", at(session, "f"), headers={"Range": asked})
    assert (response.status, response.json()["error"]["code"]) == (416, "range_not_satisfiable")


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "lines=1-2", "bytes=9-2", "bytes=a-b"])
def test_other_ranges_are_ignored(client: Client, session: Session, asked: str) -> None:
    client.upload(session.id, "f", bytes(100))
    response = client.request("GET", at(session, "f"), headers={"Range": asked})
    assert (response.status, len(response.body)) == (200, 100)


@pytest.mark.parametrize(
    "raw",
    [
        "..", "../x", "a/../../x", "a/../x", "%2e%2e/x", "..%2fx", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/etc/passwd",
        "%2fetc/passwd", "a//b", "a/", ".", "a/./b", "a%00b", "%00", "x" * 256, "/".join(["x" * 200] * 21), "%zz", "%f",
    ],
    ids=lambda raw: raw[:40],
)  # fmt: skip
def test_paths_that_lead_elsewhere(client: Client, session: Session, raw: str) -> None:
    for method, body in (("GET", None), ("PUT", b"x"), ("DELETE", None)):
        response = client.request(method, at(session, raw), body, {"Content-Type": "application/octet-stream"})
        assert (response.status, response.json()["error"]["code"]) == (400, "invalid_request"), method
    assert {entry["name"] for entry in entries(client, session)} == {"artifacts"}


@pytest.mark.parametrize("path", ["..", "a/..", "/", "/etc", "a//b", "a\0b"])
def test_lists_of_elsewhere(client: Client, session: Session, path: str) -> None:
    response = client.request("GET", f"/v1/sessions/{session.id}/files?path={quote(path, safe='')}")
    assert (response.status, response.json()["error"]["code"]) == (400, "invalid_request")


def test_links_are_shown_and_never_followed(client: Client, session: Session) -> None:
    session.execute(
        "import os\nos.symlink('/etc', 'etc')\nos.symlink('real', 'link')\nopen('real', 'w').write('x')\n"
        "os.mkfifo('pipe')\nos.mkdir('directory')"
    )
    kinds = {entry["name"]: entry["type"] for entry in entries(client, session)}
    assert kinds == {
        "artifacts": "directory", "directory": "directory", "etc": "symlink", "link": "symlink", "pipe": "other",
        "real": "file",
    }  # fmt: skip
    for name in ("etc/passwd", "link", "pipe", "directory"):
        with pytest.raises(ApiError) as refusal:
            client.download(session.id, name)
        assert (refusal.value.status, refusal.value.code) == (400, "invalid_request"), name
    for name in ("etc/new", "directory"):
        with pytest.raises(ApiError) as refusal:
            client.upload(session.id, name, b"x")
        assert refusal.value.status in (400, 404), name
    # Replacing a link replaces the link.
    client.upload(session.id, "link", b"own")
    assert session.execute("os.path.islink('link'), open('real').read()").value == "(False, 'x')"
    assert client.send("DELETE", at(session, "etc")).status == 204


def test_deleting(client: Client, session: Session) -> None:
    client.upload(session.id, "d/f", b"x")
    with pytest.raises(ApiError) as refusal:
        client.send("DELETE", at(session, "d"))
    assert (refusal.value.status, refusal.value.code) == (400, "invalid_request")
    assert client.send("DELETE", at(session, "d/f")).status == 204
    assert client.send("DELETE", at(session, "d")).status == 204
    for raw in ("d", "d/f", "never"):
        with pytest.raises(ApiError) as refusal:
            client.send("DELETE", at(session, raw))
        assert (refusal.value.status, refusal.value.code) == (404, "file_not_found")
        with pytest.raises(ApiError) as refusal:
            client.download(session.id, raw)
        assert (refusal.value.status, refusal.value.code) == (404, "file_not_found")


def test_a_long_list_has_pages(client: Client, session: Session) -> None:
    session.execute("import os\nos.mkdir('many')\nfor i in range(250): open(f'many/{i:03}', 'w')")
    at_many = f"/v1/sessions/{session.id}/files"
    listed = [entry["name"] for entry in client.pages(at_many, "entries", path="many", limit=40)]
    assert listed == [f"{i:03}" for i in range(250)]


def test_an_upload_beyond_the_quota(client: Client, new_session: Sessions) -> None:
    session = new_session(limits={"workspace_bytes": 4 * MIB})
    client.upload(session.id, "first", os.urandom(3 * MIB))
    with pytest.raises(ApiError) as refusal:
        client.upload(session.id, "second", os.urandom(3 * MIB))
    assert (refusal.value.status, refusal.value.code) == (507, "workspace_full")
    assert [entry["name"] for entry in entries(client, session)] == ["artifacts", "first"]
    with pytest.raises(ApiError) as refusal:
        client.upload(session.id, "huge", bytes(5 * MIB))
    assert refusal.value.status in (413, 507)
    assert client.download(session.id, "first")[:0] == b""
    assert session.execute("1 + 1").value == "2"


def connect(client: Client) -> socket.socket:
    end = socket.socket(socket.AF_UNIX)
    end.settimeout(30)
    end.connect(str(client.path))
    return end


def test_an_upload_in_chunks(client: Client, session: Session) -> None:
    with connect(client) as end:
        end.sendall(
            f"PUT {at(session, 'chunked')} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
            "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n".encode()
        )
        for _ in range(20):
            end.sendall(b"3e8\r\n" + b"z" * 1000 + b"\r\n")
        end.sendall(b"0\r\n\r\n")
        assert end.recv(100).startswith(b"HTTP/1.1 201")
    assert client.download(session.id, "chunked") == b"z" * 20_000


def test_an_upload_that_is_cut_off_leaves_nothing(client: Client, session: Session) -> None:
    client.upload(session.id, "f", b"before")
    with connect(client) as end:
        end.sendall(
            f"PUT {at(session, 'f')} HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
            "Content-Length: 1000000\r\n\r\n".encode()
        )
        end.sendall(b"z" * 500_000)
        assert wait_until(lambda: len(entries(client, session)) == 3)
    assert wait_until(lambda: len(entries(client, session)) == 2)
    assert client.download(session.id, "f") == b"before"


def test_files_while_code_runs(client: Client, session: Session) -> None:
    running = client.execute(
        session.id,
        "import time, os\nwhile not os.path.exists('stop'): time.sleep(0.01)\nopen('stop').read()",
        wait=False,
    )
    client.upload(session.id, "some/where", b"x")
    assert client.download(session.id, "some/where") == b"x"
    client.upload(session.id, "stop", b"now")
    with client.events(session.id, running["id"]) as events:
        assert list(events)[-1]["execution"]["value"] == {"text/plain": "'now'"}
