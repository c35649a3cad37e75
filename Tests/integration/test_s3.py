# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Artifacts in a real S3 service: Ceph's gateway."""

from __future__ import annotations

import hashlib
import secrets
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from fixtures import own_instance
from gateway import Passage, gateway
from host import wait_until
from sandbox import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Sessions

# The guest has neither Ceph nor room for it.
pytestmark = pytest.mark.host_only

MIB = 1 << 20
CONFIG = """
[object_store]
kind = "s3"

[object_store.s3]
endpoint = "{endpoint}"
bucket = "{bucket}"
redirect = {redirect}
"""
AT = "/v1/artifacts/"


@pytest.fixture(scope="module")
def service() -> Iterator[dict[str, str]]:
    with gateway() as settings:
        yield settings


@pytest.fixture(scope="module")
def passage(service: dict[str, str]) -> Iterator[Passage]:
    way = Passage(service["S3_ENDPOINT"])
    yield way
    way.close()


def config(passage: Passage, service: dict[str, str], *, redirect: bool) -> str:
    return CONFIG.format(endpoint=passage.endpoint, bucket=service["S3_BUCKET"], redirect=str(redirect).lower())


@pytest.fixture(scope="module")
def instance(passage: Passage, service: dict[str, str]) -> Iterator[Instance]:
    with own_instance("s3", environment=service, config=config(passage, service, redirect=True)) as running:
        yield running


@pytest.fixture
def way(passage: Passage) -> Iterator[Passage]:
    """The passage, and afterwards it is open."""
    yield passage
    passage.close()
    passage.open()


@pytest.fixture(scope="module")
def bucket(service: dict[str, str]) -> Any:
    """As a client of another make sees it."""
    resource = boto3.resource(
        "s3",
        endpoint_url=service["S3_ENDPOINT"],
        region_name="us-east-1",
        aws_access_key_id=service["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=service["AWS_SECRET_ACCESS_KEY"],
    )
    return resource.Bucket(service["S3_BUCKET"])


def artifacts(client: Client, session: Session) -> list[JSON]:
    return client.pages(f"/v1/sessions/{session.id}/artifacts", "artifacts")


def all_stored(client: Client, session: Session, seconds: float = 60) -> bool:
    return wait_until(
        lambda: {artifact["state"] for artifact in artifacts(client, session)} == {"stored"}, seconds, 0.1
    )


def kept_by(bucket: Any, artifact: JSON) -> bytes:
    """The object, which must be named after what it holds."""
    answer = bucket.Object(artifact["key"]).get()
    content: bytes = answer["Body"].read()
    digest = hashlib.sha256(content).hexdigest()
    assert artifact["key"] == f"output/artifacts/{digest[:2]}/{digest[2:4]}/{digest}"
    assert (artifact["sha256"], artifact["size"]) == (digest, len(content))
    assert answer["ContentType"] == artifact["mime"]
    return content


def test_an_artifact_goes_through(client: Client, session: Session, bucket: Any) -> None:
    secret = secrets.token_hex(16)
    code = f"""
open('artifacts/table.csv', 'w').write('a,b\\n{secret},2\\n')
open('artifacts/page.html', 'w').write('<p>{secret}</p>')
open('artifacts/ä %41.bin', 'wb').write(bytes(range(256)) + b'{secret}')
open('artifacts/empty', 'w')
"""
    found = client.execute(session.id, code)["artifacts"]
    assert len(found) == 4
    assert all_stored(client, session)
    by_path = {artifact["path"]: artifact for artifact in artifacts(client, session)}
    assert kept_by(bucket, by_path["table.csv"]) == f"a,b\n{secret},2\n".encode()
    assert by_path["table.csv"]["mime"] == "text/csv"
    assert by_path["page.html"]["mime"] == "text/html"
    for artifact in by_path.values():
        kept_by(bucket, artifact)
        assert artifact["uri"] == f"s3://{bucket.name}/{artifact['key']}"
    store = client.get("/v1/status")["object_store"]
    assert (store["kind"], store["pending"], store["failed"]) == ("s3", 0, 0)


def test_a_big_artifact(client: Client, new_session: Sessions, bucket: Any) -> None:
    session = new_session(limits={"workspace_bytes": 160 * MIB})
    code = "import os\nwith open('artifacts/big', 'wb') as f:\n    for _ in range(40): f.write(os.urandom(1 << 20))"
    client.execute(session.id, code)
    assert all_stored(client, session)
    (artifact,) = artifacts(client, session)
    assert len(kept_by(bucket, artifact)) == 40 * MIB


def test_a_redirect_leads_to_the_bytes(client: Client, session: Session) -> None:
    content = f"<script>{secrets.token_hex(16)}</script>".encode()
    client.upload(session.id, "artifacts/my page.html", content)
    (artifact,) = client.execute(session.id, "None")["artifacts"]
    assert all_stored(client, session)
    response = client.request("GET", AT + artifact["sha256"])
    assert (response.status, response.body) == (302, b"")
    with urllib.request.urlopen(response.headers["location"], timeout=30) as answer:
        assert answer.read() == content
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert "my page.html" in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Type"].startswith("text/html")
    changed = response.headers["location"].replace(artifact["sha256"], "0" * 64)
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(changed, timeout=30)
    assert refusal.value.code == 403
    # Without its signature it is nothing either.
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(response.headers["location"].partition("?")[0], timeout=30)
    assert refusal.value.code == 403


def test_the_bytes_without_a_redirect(passage: Passage, service: dict[str, str]) -> None:
    settings = config(passage, service, redirect=False)
    with own_instance("s3b", environment=service, config=settings, pool_size="1G") as plain:
        session = Session(plain.client)
        content = secrets.token_bytes(3 * MIB)
        plain.client.upload(session.id, "artifacts/a", content)
        (artifact,) = plain.client.execute(session.id, "None")["artifacts"]
        assert all_stored(plain.client, session)
        # What the store has is no longer in the spool.
        assert wait_until(lambda: not list((plain.pool / "spool").rglob(artifact["sha256"])), 10)
        assert plain.client.send("GET", AT + artifact["sha256"]).body == content
        part = plain.client.request("GET", AT + artifact["sha256"], headers={"Range": "bytes=1000000-1000009"})
        assert (part.status, part.body) == (206, content[1_000_000:1_000_010])


def test_a_gateway_that_is_away(client: Client, session: Session, way: Passage, bucket: Any) -> None:
    way.close()
    secret = secrets.token_hex(16)
    start = time.monotonic()
    code = f"for i in range(20): open(f'artifacts/{{i}}', 'w').write(f'{secret} {{i}}')"
    found = client.execute(session.id, code)["artifacts"]
    assert time.monotonic() - start < 10, "an execution waits for the store"
    assert {artifact["state"] for artifact in found} == {"captured"}
    # They can be had all the same.
    assert client.send("GET", AT + found[0]["sha256"]).status == 200

    def is_told() -> bool:
        store = client.get("/v1/status")["object_store"]
        return bool(store["pending"] + store["failed"] >= 20 and store["last_error"])

    assert wait_until(is_told, 30)
    assert client.get("/health/ready")["status"] == "ready"
    way.open()
    assert all_stored(client, session)
    contents = {kept_by(bucket, artifact).decode() for artifact in artifacts(client, session)}
    assert contents == {f"{secret} {i}" for i in range(20)}


def test_an_upload_that_is_cut(client: Client, new_session: Sessions, way: Passage, bucket: Any) -> None:
    session = new_session(limits={"workspace_bytes": 160 * MIB})
    code = "import os\nwith open('artifacts/big', 'wb') as f:\n    for _ in range(40): f.write(os.urandom(1 << 20))"
    client.execute(session.id, code)
    for _ in range(3):
        time.sleep(0.05)
        way.close()
        way.open()
    assert all_stored(client, session)
    (artifact,) = artifacts(client, session)
    assert len(kept_by(bucket, artifact)) == 40 * MIB


def test_a_killed_daemon_goes_on(
    instance: Instance, client: Client, session: Session, way: Passage, bucket: Any
) -> None:
    way.close()
    secret = secrets.token_hex(16)
    client.execute(session.id, f"for i in range(10): open(f'artifacts/{{i}}', 'w').write(f'{secret} {{i}}')")
    instance.kill_daemon()
    way.open()
    instance.start()
    assert all_stored(client, session)
    assert {kept_by(bucket, artifact).decode() for artifact in artifacts(client, session)} == {
        f"{secret} {i}" for i in range(10)
    }
    assert client.get("/v1/status")["object_store"]["pending"] == 0


def test_a_daemon_killed_while_it_uploads(instance: Instance, client: Client, session: Session, bucket: Any) -> None:
    secret = secrets.token_hex(16)
    code = f"for i in range(200): open(f'artifacts/{{i}}', 'w').write(f'{secret} {{i}}' * 1000)"
    assert len(client.execute(session.id, code)["artifacts"]) == 200
    instance.kill_daemon()
    instance.start()
    assert all_stored(client, session)
    for artifact in artifacts(client, session)[::20]:
        kept_by(bucket, artifact)


def test_the_keys_are_told_to_nobody(instance: Instance, service: dict[str, str]) -> None:
    for role in ("daemon", "spawner"):
        assert service["AWS_SECRET_ACCESS_KEY"] not in instance.log(role, 100_000)
    for name in ("daemon", "object_store", "limits"):
        assert service["AWS_ACCESS_KEY_ID"] not in str(instance.client.get("/v1/status")[name])
