# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""docs/openapi.yaml against a running daemon: requests made from the document, answers held against it."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import requests
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from requests.adapters import HTTPAdapter
from schemathesis import Case
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool

from fixtures import own_instance

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "openapi.yaml"
schema = schemathesis.openapi.from_path(DOCUMENT)
checks: Any = schemathesis.checks.CHECKS.get_by_names

SHAPE = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
]
STRICTNESS = ["negative_data_rejection", "unsupported_method", "missing_required_header"]
# What the document allows as data is accepted here. Elsewhere images, limits, paths and cursors obey rules that no
# schema can say.
ACCEPTING = {"execute", "getSession", "deleteSession", "getExecution", "getCommand", "isLive", "getStatus"}

modest = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


class UnixConnection(HTTPConnection):
    """HTTP over a Unix socket."""

    path = ""

    def connect(self) -> None:
        """Connects to the socket instead of a host."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class UnixAdapter(HTTPAdapter):
    """Sends every request of a session to one Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.pool = HTTPConnectionPool("localhost")
        self.pool.ConnectionCls = type("Connection", (UnixConnection,), {"path": path})

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        """The pool, whatever the address."""
        return self.pool


class Api:
    """A client of the daemon under test."""

    base = "http://localhost"

    def __init__(self, path: str) -> None:
        self.http = requests.Session()
        self.http.mount("http://", UnixAdapter(path))

    def delete_sessions(self, keep: str) -> None:
        """Ends what a generated request has made."""
        for session in self.http.get(f"{self.base}/v1/sessions").json()["sessions"]:
            if session["id"] != keep:
                self.http.delete(f"{self.base}/v1/sessions/{session['id']}")


@pytest.fixture(scope="module")
def instance() -> Iterator[Any]:
    """One of its own: generated requests end all sessions."""
    with own_instance("openapi") as running:
        yield running


@pytest.fixture
def api(instance: Any) -> Api:
    """The daemon of the fixture `instance`, which is the path of its socket or has it as `socket`."""
    return Api(str(getattr(instance, "socket", instance)))


@pytest.fixture
def targets(api: Api) -> Iterator[dict[str, str]]:
    """Path parameters of things that exist."""
    session = api.http.post(f"{api.base}/v1/sessions", json={"name": "openapi"}).json()
    url = f"{api.base}/v1/sessions/{session['id']}"
    execution = api.http.post(f"{url}/executions", json={"code": "print('hello')\n1 + 1"}).json()
    assert execution["status"] == "ok", execution
    command = api.http.post(f"{url}/commands", json={"argv": ["echo", "hello"]}).json()
    assert command["status"] == "exited", command
    api.http.put(f"{url}/files/a.txt", data=b"0123456789").raise_for_status()
    yield {
        "id": session["id"],
        "eid": execution["id"],
        "path": "a.txt",
        "stream": "stdout",
        "cid": command["id"],
        "sha256": "0" * 64,
        "name": "x",
    }
    api.http.delete(url)


def test_document_is_embedded() -> None:
    """The copy that the daemon is built with is the one in docs."""
    script = ROOT / "scripts" / "embed_openapi.py"
    result = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_document_is_served(api: Api) -> None:
    """/openapi.json is docs/openapi.yaml."""
    assert api.http.get(f"{api.base}/openapi.json").json() == yaml.safe_load(DOCUMENT.read_text("utf-8"))


@schema.parametrize()
@modest
def test_generated_requests(case: Case[Any], api: Api) -> None:
    """Whatever is sent, the answer is one that the document describes."""
    names = SHAPE + STRICTNESS
    if case.operation.definition.raw["operationId"] in ACCEPTING:
        names = [*names, "positive_data_acceptance"]
    response = case.call(base_url=api.base, session=api.http)
    try:
        case.validate_response(response, checks=checks(names))
    finally:
        if case.path == "/v1/sessions":
            api.delete_sessions(keep="")


@schema.exclude(path="/v1/sessions").parametrize()
@modest
def test_generated_requests_to_real_targets(case: Case[Any], api: Api, targets: dict[str, str]) -> None:
    """The same where the session, the execution and the file of the path exist."""
    if (case.method, case.path) == ("DELETE", "/v1/sessions/{id}"):
        pytest.skip("ends the session that the others use")
    for name in case.path_parameters or {}:
        case.path_parameters[name] = targets[name]
    response = case.call(base_url=api.base, session=api.http)
    case.validate_response(response, checks=checks(SHAPE))


def test_every_event_is_described(api: Api, targets: dict[str, str]) -> None:
    """The lines of a stream are events as the document's schema says."""
    document = yaml.safe_load(DOCUMENT.read_text("utf-8"))
    validator = jsonschema_rs.Draft202012Validator({"$ref": "#/components/schemas/Event", **document})
    code = "import sys\nprint('out')\nprint('err', file=sys.stderr)\nsys.stdout.buffer.write(b'\\xff')\n7"
    response = api.http.post(
        f"{api.base}/v1/sessions/{targets['id']}/executions",
        json={"code": code},
        headers={"Accept": "application/x-ndjson"},
    )
    events = [json.loads(line) for line in response.content.splitlines()]
    for event in events:
        validator.validate(event)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "result"


def test_every_event_of_a_command_is_described(api: Api, targets: dict[str, str]) -> None:
    """The same for commands, those included that could not be executed."""
    document = yaml.safe_load(DOCUMENT.read_text("utf-8"))
    validator = jsonschema_rs.Draft202012Validator({"$ref": "#/components/schemas/CommandEvent", **document})
    for content in ({"command": "echo out; echo err >&2; printf '\\377'; exit 3"}, {"argv": ["nothing"]}):
        response = api.http.post(
            f"{api.base}/v1/sessions/{targets['id']}/commands",
            json=content,
            headers={"Accept": "application/x-ndjson"},
        )
        events = [json.loads(line) for line in response.content.splitlines()]
        for event in events:
            validator.validate(event)
        assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
        assert events[-1]["type"] == "result"
