# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""`cloister command`: a program in a session, as if it ran here."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from host import patience

if TYPE_CHECKING:
    from instance import Instance
    from sandbox import Session

PROGRAM = Path(__file__).resolve().parents[2] / ".build" / "release" / "cloister"


def words(instance: Instance, *arguments: str) -> list[str]:
    return [str(PROGRAM), "command", "--socket", str(instance.socket), *arguments]


def run(instance: Instance, *arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        words(instance, *arguments), input=stdin, capture_output=True, check=False, timeout=patience(60)
    )


def test_output_and_exit_code_are_passed_on(instance: Instance, session: Session) -> None:
    line = "echo out; echo err >&2; pwd; echo $NAME; exit 7"
    done = run(instance, "--session", session.id, "--cwd", "/tmp", "--env", "NAME=a=b", "--", "sh", "-c", line)
    assert (done.returncode, done.stdout, done.stderr) == (7, b"out\n/tmp\na=b\n", b"err\n")


def test_input_is_passed_on(instance: Instance, session: Session) -> None:
    content = bytes(range(256)) * 10_000
    done = run(instance, "--session", session.id, "--", "cat", stdin=content)
    assert (done.returncode, done.stdout) == (0, content)


def test_without_a_session_there_is_one_for_once(instance: Instance) -> None:
    before = len(instance.client.get("/v1/status")["sessions"])
    assert run(instance, "--", "echo", "hello").stdout == b"hello\n"
    assert len(instance.client.get("/v1/status")["sessions"]) == before


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--", "sh", "-c", "kill -9 $$"], 137, b""),
        (["--timeout", "0.3", "--", "sleep", "100"], 124, b"time limit"),
        (["--", "nothing-of-this-name"], 127, b"nothing-of-this-name: not found"),
        (["--", "/etc/passwd"], 126, b"may not be executed"),
        (["--cwd", "/nowhere", "--", "ls"], 127, b"/nowhere"),
    ],
)
def test_ends_are_told(instance: Instance, session: Session, arguments: list[str], code: int, says: bytes) -> None:
    done = run(instance, "--session", session.id, *arguments)
    assert done.returncode == code
    assert says in done.stderr


def test_an_interrupt_is_the_programs(instance: Instance, session: Session) -> None:
    line = "trap 'echo told; exit 3' INT; echo up; while :; do sleep 0.05; done"
    with subprocess.Popen(
        words(instance, "--session", session.id, "--", "sh", "-c", line),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == b"told\n"
        assert process.wait(patience(10)) == 3


def test_no_daemon_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        [PROGRAM, "command", "--socket", tmp_path / "none", "--", "ls"], capture_output=True, check=False, timeout=30
    )
    assert done.returncode == 125
    assert b"No daemon" in done.stderr
