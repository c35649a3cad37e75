#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Writes botocore.json: requests as botocore's S3 client would send them, with its signatures.

No request leaves the process: a hook takes each prepared request away just before it is sent.
Run it with boto3 installed:  python3 generate.py > botocore.json
"""

from __future__ import annotations

import datetime
import functools
import json
from collections.abc import Callable
from typing import Any
from unittest import mock
from urllib.parse import parse_qsl, unquote, urlsplit

import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.session

NOW = datetime.datetime(2025, 2, 28, 23, 59, 58, tzinfo=datetime.UTC)
ACCESS_KEY = "AKIDEXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "FwoGZXIvYXdzEBYaDH//+token==with/odd+characters="
ADDED_BY_SIGNER = {"x-amz-content-sha256", "x-amz-date", "x-amz-security-token", "authorization"}

ODD_KEYS = {
    "space": "a key with spaces",
    "plus": "a+b+c",
    "equals and ampersand": "a=b&c=d",
    "question and hash": "what?#now",
    "percent": "100%25 of %2F",
    "quotes and brackets": "it's (a) [key]{x}!*",
    "at colon comma semicolon": "a@b:c,d;e$f",
    "double slash": "a//b///c",
    "dots": "a/./b/../c",
    "accent": "é/ü/ß",
    "emoji and cjk": "データ/🙂.txt",
    "decomposed": "e\u0301",
    "tilde and unreserved": "a~b-c_d.e",
    "backslash and pipe": "a\\b|c^d`e",
    "control": "a\tb",
    "content hash": "output/artifacts/ab/cd/abcd",
}


class Recorder:
    """An S3 client whose requests are written down instead of being sent."""

    def __init__(self, region: str, token: str | None, style: str, endpoint: str | None) -> None:
        self.region = region
        self.token = token
        self.seen: list[botocore.awsrequest.AWSPreparedRequest] = []
        addressing: Any = {"addressing_style": style, "payload_signing_enabled": True}
        self.client: Any = botocore.session.get_session().create_client(
            "s3",
            region_name=region,
            endpoint_url=endpoint,
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key=SECRET_KEY,
            aws_session_token=token,
            config=botocore.config.Config(
                signature_version="s3v4",
                s3=addressing,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        self.client.meta.events.register("before-send.s3.*", self.take)

    def take(self, request: Any, **_: object) -> Any:
        self.seen.append(request)
        empty: Any = {}
        return botocore.awsrequest.AWSResponse(request.url, 200, empty, EmptyBody())

    def header_case(self, name: str, call: Callable[[Any], object]) -> dict[str, Any]:
        self.seen.clear()
        call(self.client)
        request = self.seen[0]
        headers = {key.lower(): as_text(value) for key, value in request.headers.items()}
        url = urlsplit(request.url)
        headers.setdefault("host", url.netloc)
        signed = headers["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
        return self.case(name, "header", request.method, request.url) | {
            "headers": [[key, headers[key]] for key in signed if key not in ADDED_BY_SIGNER],
            "payload_hash": headers["x-amz-content-sha256"],
            "expected": headers["authorization"],
        }

    def presigned_case(self, name: str, operation: str, expires: int, **params: Any) -> dict[str, Any]:
        url = self.client.generate_presigned_url(operation, Params=params, ExpiresIn=expires)
        query = parse_qsl(urlsplit(url).query, keep_blank_values=True)
        signature = dict(query)["X-Amz-Signature"]
        method = "PUT" if operation.startswith("put") else "GET"
        case = self.case(name, "query", method, url)
        case["query"] = [list(pair) for pair in query if not pair[0].startswith("X-Amz-")]
        return case | {
            "headers": [["host", urlsplit(url).netloc]],
            "payload_hash": "UNSIGNED-PAYLOAD",
            "expires": expires,
            "expected": signature,
        }

    def case(self, name: str, kind: str, method: str, url: str) -> dict[str, Any]:
        parts = urlsplit(url)
        query = parse_qsl(parts.query, keep_blank_values=True)
        return {
            "name": name,
            "kind": kind,
            "method": method,
            "region": self.region,
            "token": self.token,
            "path": unquote(parts.path),
            "encoded_path": parts.path,
            "query": [list(pair) for pair in query],
        }


class EmptyBody:
    """What botocore reads a response's body from."""

    def read(self, *_: object) -> bytes:
        return b""

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return []


def as_text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def head(client: Any, key: str) -> object:
    return client.head_object(Bucket="bucket", Key=key)


def header_cases(plain: Recorder, virtual: Recorder, with_token: Recorder) -> list[dict[str, Any]]:
    cases = [plain.header_case(f"get: {label}", functools.partial(head, key=key)) for label, key in ODD_KEYS.items()]
    cases += [
        virtual.header_case("virtual host", lambda c: c.head_object(Bucket="my-bucket-1", Key="a b")),
        with_token.header_case("session token", lambda c: c.head_object(Bucket="bucket", Key="k")),
        plain.header_case("empty prefix", lambda c: c.list_objects_v2(Bucket="bucket", Prefix="")),
        plain.header_case(
            "list with odd prefix",
            lambda c: c.list_objects_v2(Bucket="bucket", Prefix="a+b/é =&", Delimiter="/", MaxKeys=7),
        ),
        plain.header_case("query name without value", lambda c: c.get_bucket_versioning(Bucket="bucket")),
        plain.header_case("start of multipart", lambda c: c.create_multipart_upload(Bucket="bucket", Key="k/1")),
        plain.header_case(
            "part", lambda c: c.upload_part(Bucket="bucket", Key="k", PartNumber=2, UploadId="a/b+c=", Body=b"part")
        ),
        plain.header_case(
            "conditional put",
            lambda c: c.put_object(Bucket="bucket", Key="k", Body=b"hello", ContentType="image/png", IfNoneMatch="*"),
        ),
        plain.header_case(
            "put with metadata",
            lambda c: c.put_object(
                Bucket="bucket",
                Key="k",
                Body=b"",
                ContentType="text/plain; charset=utf-8",
                Metadata={"zeta": "last", "alpha": "two  blanks"},
                ServerSideEncryption="AES256",
            ),
        ),
        plain.header_case("range", lambda c: c.get_object(Bucket="bucket", Key="k", Range="bytes=5-9")),
        with_token.header_case("delete", lambda c: c.delete_object(Bucket="bucket", Key="a b")),
    ]
    return cases


def presigned_cases(plain: Recorder, virtual: Recorder, with_token: Recorder) -> list[dict[str, Any]]:
    attachment = "attachment; filename=\"a b.csv\"; filename*=UTF-8''%C3%A9.csv"
    return [
        plain.presigned_case("presigned get", "get_object", 3600, Bucket="bucket", Key="k"),
        plain.presigned_case("presigned odd key", "get_object", 86400, Bucket="bucket", Key="é +=&/?#~"),
        plain.presigned_case(
            "presigned disposition",
            "get_object",
            604800,
            Bucket="bucket",
            Key="k",
            ResponseContentDisposition=attachment,
            ResponseContentType="application/octet-stream",
        ),
        virtual.presigned_case("presigned virtual host", "get_object", 60, Bucket="my-bucket-1", Key="a/b"),
        with_token.presigned_case("presigned session token", "get_object", 900, Bucket="bucket", Key="k"),
        plain.presigned_case("presigned put", "put_object", 900, Bucket="bucket", Key="up load"),
    ]


def main() -> None:
    with mock.patch("botocore.auth.get_current_datetime", return_value=NOW.replace(tzinfo=None)):
        plain = Recorder("us-east-1", None, "path", "http://store.example:7480")
        virtual = Recorder("eu-central-1", None, "virtual", "https://store.example")
        with_token = Recorder("us-west-2", TOKEN, "path", "http://store.example")
        recorders = (plain, virtual, with_token)
        cases = header_cases(*recorders) + presigned_cases(*recorders)
    document = {
        "generator": f"botocore {botocore.__version__}",
        "access_key_id": ACCESS_KEY,
        "secret_access_key": SECRET_KEY,
        "epoch_seconds": int(NOW.timestamp()),
        "cases": cases,
    }
    print(json.dumps(document, indent=1, ensure_ascii=True))


if __name__ == "__main__":
    main()
