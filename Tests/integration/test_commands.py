# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Processes beside the interpreter: what they get, what they say, how they end."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from api_client import ApiError
from commands import Commands, text
from host import patience, wait_until

if TYPE_CHECKING:
    from api_client import JSON, Client
    from instance import Instance
    from sandbox import Session

MIB = 1 << 20


@pytest.fixture
def commands(client: Client, session: Session) -> Commands:
    return Commands(client, session.id)


def outcome(command: JSON) -> tuple[str, int | None, str | None]:
    return command["status"], command["exit_code"], command["signal"]


# What a command is told


def test_a_command_says_what_it_is(commands: Commands, session: Session) -> None:
    command = commands.run("/bin/echo", "hello", "world")
    assert re.fullmatch("cmd_local_[a-z2-7]{26}", command["id"])
    assert (command["session_id"], command["number"], command["incarnation"]) == (session.id, 1, 1)
    assert (command["state"], outcome(command)) == ("finished", ("exited", 0, None))
    assert command["argv"] == ["/bin/echo", "hello", "world"]
    assert (command["cwd"], command["error"], command["out_of_memory"]) == ("/workspace", None, False)
    assert command["stdout"] == {"text": "hello world\n", "bytes": 12, "truncated": 0, "encoding": "utf-8"}
    assert command["created_at"] <= command["started_at"] <= command["finished_at"]
    assert commands.get(command["id"]) == command


@pytest.mark.parametrize("code", [0, 1, 3, 127, 255])
def test_its_exit_code_is_told(commands: Commands, code: int) -> None:
    assert outcome(commands.shell(f"exit {code}")) == ("exited", code, None)


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (11, "SIGSEGV"), (15, "SIGTERM"), (13, "SIGPIPE")])
def test_the_signal_that_ended_it_is_told(commands: Commands, number: int, name: str) -> None:
    assert outcome(commands.shell(f"kill -{number} $$")) == ("signaled", None, name)


def test_its_arguments_arrive_as_they_are(commands: Commands) -> None:
    words = ["", " ", "ä", "a b", "'", '"', "\n", "$HOME", "x" * 100_000]
    code = "import sys, json; print(json.dumps(sys.argv[1:]))"
    command = commands.run("python3", "-c", code, *words)
    assert command["status"] == "exited"
    assert text(command).startswith('["", " ", "\\u00e4", "a b"')
    assert command["stdout"]["bytes"] > 100_000
    assert sum(len(word) for word in command["argv"]) <= 8 << 10


def test_a_program_is_looked_for_in_its_own_path(commands: Commands) -> None:
    commands.shell("printf '#!/bin/sh\\necho found' > tool; chmod +x tool; mkdir -p d; mv tool d")
    assert text(commands.run("tool", env={"PATH": "/workspace/d:/bin"})) == "found\n"
    assert commands.run("tool")["error"]["errno"] == "ENOENT"


def test_it_has_the_interpreters_environment_and_its_own(commands: Commands, session: Session) -> None:
    lines = text(commands.run("env", env={"EXTRA": "ä = 1", "HOME": "/tmp"})).splitlines()
    told = dict(line.split("=", 1) for line in lines)
    assert (told.pop("EXTRA"), told.pop("HOME")) == ("ä = 1", "/tmp")
    code = "import os; print(open('/proc/self/environ').read().replace(chr(0), chr(10)))"
    said = session.execute(code).execution["stdout"]["text"]
    driver = dict(line.split("=", 1) for line in said.splitlines() if line)
    driver.pop("HOME")
    assert told == driver


def test_its_directory_is_the_one_asked_for(commands: Commands) -> None:
    assert text(commands.run("pwd")) == "/workspace\n"
    assert text(commands.run("pwd", cwd="/tmp")) == "/tmp\n"
    commands.run("mkdir", "below")
    assert text(commands.run("pwd", cwd="below")) == "/workspace/below\n"


@pytest.mark.parametrize(
    ("settings", "code", "errno", "says"),
    [
        ({"argv": ["nothing-of-this-name"]}, 127, "ENOENT", "nothing-of-this-name: not found"),
        ({"argv": ["/workspace/nothing"]}, 127, "ENOENT", "not found"),
        ({"argv": ["/etc/passwd"]}, 126, "EACCES", "may not be executed"),
        ({"argv": ["/workspace"]}, 126, "EACCES", "may not be executed"),
        ({"argv": ["/usr/bin/env"], "cwd": "/nowhere"}, 127, "ENOENT", "the directory /nowhere: is not there"),
        ({"argv": ["/usr/bin/env"], "cwd": "/etc/passwd"}, 126, "ENOTDIR", "is no directory"),
    ],
)
def test_what_cannot_be_executed_is_said(
    commands: Commands, settings: dict[str, Any], code: int, errno: str, says: str
) -> None:
    command = commands.run(**settings)
    assert outcome(command) == ("failed", code, None)
    assert command["error"]["errno"] == errno
    assert says in command["error"]["message"]
    assert (command["started_at"], command["stdout"]["bytes"]) == (None, 0)
    assert outcome(commands.get(command["id"])) == ("failed", code, None)


def test_a_file_that_is_no_program_is_said(commands: Commands) -> None:
    commands.shell("echo nonsense > file; chmod +x file")
    command = commands.run("/workspace/file")
    assert (outcome(command), command["error"]["errno"]) == (("failed", 126, None), "ENOEXEC")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({}, "argv or command"),
        ({"argv": ["a"], "command": "a"}, "argv or command"),
        ({"argv": []}, "must begin with a program"),
        ({"argv": [""]}, "must begin with a program"),
        ({"argv": ["a\0b"]}, "must not contain NUL"),
        ({"argv": ["a"], "env": {"A=B": "c"}}, "names that are not empty"),
        ({"argv": ["a"], "env": {"": "c"}}, "names that are not empty"),
        ({"argv": ["a"], "env": {"A": "c\0"}}, "must not contain NUL"),
        ({"argv": ["a"], "cwd": ""}, "must not be empty"),
        ({"argv": ["a"], "timeout_seconds": 0}, "timeout_seconds"),
        ({"argv": ["a"], "timeout_seconds": 1e9}, "timeout_seconds"),
        ({"argv": "a"}, "argv"),
        ({"argv": ["a"], "shell": True}, "not known"),
    ],
)
def test_bad_requests_are_explained(commands: Commands, settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ApiError) as caught:
        commands.client.send("POST", commands.path, settings)
    assert caught.value.status == 400
    assert says in caught.value.error["message"]
    assert caught.value.error["remedy"]


def test_too_much_is_refused_before_anything_happens(commands: Commands) -> None:
    for settings in ({"argv": ["a", "x" * MIB]}, {"argv": ["a"] * 5000}, {"argv": ["a"], "stdin": "x" * (5 * MIB)}):
        with pytest.raises(ApiError) as caught:
            commands.client.send("POST", commands.path, settings)
        assert (caught.value.status, caught.value.code) == (413, "payload_too_large")
    assert commands.list() == []


def test_the_longest_command_runs(commands: Commands) -> None:
    words = ["x" * 1000] * 1000
    assert outcome(commands.run("/bin/true", *words)) == ("exited", 0, None)


# Standard input


def test_without_input_it_reads_the_end(commands: Commands) -> None:
    assert outcome(commands.run("cat")) == ("exited", 0, None)


def test_input_is_read_to_its_end(commands: Commands) -> None:
    assert text(commands.run("cat", stdin="ä\nb")) == "ä\nb"
    large = commands.run("wc", "-c", stdin="x" * (3 * MIB))
    assert text(large).strip() == str(3 * MIB)


def test_input_that_nobody_reads_holds_nothing_up(commands: Commands) -> None:
    assert outcome(commands.run("true", stdin="x" * (3 * MIB))) == ("exited", 0, None)


def test_input_comes_in_parts(commands: Commands) -> None:
    command = commands.start("while read line; do echo got $line; done", stdin_open=True, stdin="one\n")
    assert commands.said(command, "got one")
    commands.write(command, b"two\n")
    assert commands.said(command, "got two")
    commands.write(command, b"three\n", eof=True)
    assert text(commands.result(command)) == "got one\ngot two\ngot three\n"
    with pytest.raises(ApiError) as caught:
        commands.write(command, b"four")
    assert (caught.value.status, caught.value.code) == (409, "conflict")


def test_who_sends_more_than_is_read_waits(commands: Commands) -> None:
    command = commands.start("read go; cat | wc -c", stdin_open=True)
    done = threading.Event()

    def send() -> None:
        commands.write(command, b"\n" + b"x" * (3 * MIB), eof=True)
        done.set()

    sender = threading.Thread(target=send)
    commands.signal(command, "SIGSTOP")
    sender.start()
    assert not done.wait(1)
    commands.signal(command, "SIGCONT")
    assert done.wait(patience(20))
    sender.join()
    assert text(commands.result(command)).strip() == str(3 * MIB)


# Output


def test_events_come_as_they_happen(commands: Commands, session: Session) -> None:
    with commands.stream("echo one; sleep 0.3; echo two >&2; sleep 0.3; echo three; exit 4") as stream:
        times = []
        events = []
        for event in stream:
            times.append(time.monotonic())
            events.append(event)
    assert [event["type"] for event in events] == ["started", "stdout", "stderr", "stdout", "result"]
    assert [event["seq"] for event in events] == [1, 2, 3, 4, 5]
    assert events[0] == {
        "seq": 1, "type": "started", "command_id": events[-1]["command"]["id"], "session_id": session.id,
    }  # fmt: skip
    assert events[1] == {"seq": 2, "type": "stdout", "offset": 0, "text": "one\n"}
    assert events[3] == {"seq": 4, "type": "stdout", "offset": 4, "text": "three\n"}
    assert outcome(events[-1]["command"]) == ("exited", 4, None)
    assert times[2] - times[1] > 0.2
    with commands.events(events[-1]["command"]["id"], after=2) as rest:
        assert list(rest) == events[2:]


def test_output_that_is_no_text_is_whole(commands: Commands) -> None:
    command = commands.run("python3", "-c", "import sys; sys.stdout.buffer.write(bytes(range(256)) * 300)")
    assert command["stdout"]["encoding"] == "base64"
    assert commands.output(command["id"]) == bytes(range(256)) * 300


def test_a_slow_reader_holds_nothing_up(commands: Commands, instance: Instance) -> None:
    size = 100 * MIB
    before = instance.client.get("/v1/status")["daemon"]["resident_bytes"]
    with commands.stream(f"head -c {size} /dev/zero | tr '\\0' 'x'; echo done >&2", timeout_seconds=100) as stream:
        first = next(iter(stream))
        assert wait_until(lambda: commands.get(first["command_id"])["state"] == "finished", patience(60))
        after = instance.client.get("/v1/status")["daemon"]["resident_bytes"]
        rest = list(stream)
    assert after - before < 24 * MIB
    result = rest[-1]["command"]
    assert result["stdout"]["bytes"] == size
    assert result["stdout"]["truncated"] > size - MIB
    assert result["stderr"]["text"] == "done\n"
    shown = sum(len(event["text"]) for event in rest if event["type"] == "stdout")
    # As much as the log keeps.
    assert shown == 64 * MIB


def test_what_it_leaves_running_goes_on(commands: Commands) -> None:
    command = commands.shell("(while [ ! -e stop ]; do sleep 0.05; done; echo ended > file) >/dev/null 2>&1 &")
    assert outcome(command) == ("exited", 0, None)
    commands.shell("touch stop")
    assert wait_until(lambda: text(commands.shell("cat file")) == "ended\n", patience(5))


# In the background


def test_one_in_the_background_is_polled_and_signalled(commands: Commands) -> None:
    command = commands.run("sh", "-c", "trap 'echo hup' HUP; echo up; while :; do sleep 0.05; done", wait=False)
    assert (command["state"], command["status"], command["timeout_seconds"]) == ("running", None, None)
    assert command["started_at"]
    identifier = command["id"]
    assert commands.said(identifier, "up")
    commands.signal(identifier, "SIGHUP")
    assert commands.said(identifier, "hup")
    assert commands.get(identifier)["state"] == "running"
    assert commands.signal(identifier, "SIGTERM")["id"] == identifier
    assert outcome(commands.result(identifier)) == ("signaled", None, "SIGTERM")
    with pytest.raises(ApiError) as caught:
        commands.signal(identifier, "SIGTERM")
    assert (caught.value.status, caught.value.code) == (409, "conflict")


def test_a_signal_is_for_the_group_unless_it_is_not(commands: Commands) -> None:
    line = "sleep 100 & trap 'echo got' INT; wait $!; echo waited; kill -0 $! && echo alive; kill $!"
    alone = commands.start(line)
    time.sleep(0.3)
    commands.signal(alone, "SIGINT", group=False)
    assert "alive" in text(commands.result(alone))
    together = commands.start(
        "sh -c 'trap \"echo inner; exit\" TERM; while :; do sleep 0.05; done' & trap : TERM; wait; wait"
    )
    time.sleep(0.3)
    commands.signal(together, "SIGTERM")
    assert text(commands.result(together)) == "inner\n"


@pytest.mark.parametrize("body", [{}, {"signal": "SIGSEGV"}, {"signal": 9}, {"signal": "SIGINT", "to": 1}])
def test_other_signals_are_refused(commands: Commands, body: dict[str, Any]) -> None:
    command = commands.start("sleep 100")
    with pytest.raises(ApiError) as caught:
        commands.client.send("POST", f"{commands.path}/{command}/signal", body)
    assert caught.value.status == 400
    commands.signal(command, "SIGKILL")


def test_an_unknown_command_is_not_found(commands: Commands) -> None:
    for identifier in ("cmd_local_" + "a" * 26, "nonsense"):
        for act in (commands.get, commands.output, lambda name: commands.signal(name, "SIGINT"), commands.write):
            with pytest.raises(ApiError) as caught:
                act(identifier)
            assert (caught.value.status, caught.value.code) == (404, "command_not_found")


def test_commands_are_listed_in_pages(commands: Commands) -> None:
    made = [commands.run("true")["id"] for _ in range(5)]
    listed = commands.list(limit=2)
    assert [command["id"] for command in listed] == made
    assert [command["number"] for command in listed] == [1, 2, 3, 4, 5]


def test_a_repeated_request_starts_nothing(commands: Commands) -> None:
    content = {"command": "echo x >> file"}
    answers = [
        commands.client.send("POST", commands.path, content, Idempotency_Key=commands.path[-30:]).json()
        for _ in range(3)
    ]
    assert answers[0] == answers[1] == answers[2]
    assert text(commands.shell("cat file")) == "x\n"


# Beside the interpreter


def test_it_runs_while_the_interpreter_is_busy(commands: Commands, session: Session) -> None:
    execution = commands.client.execute(session.id, "import time\nwhile True: pass", wait=False)
    began = time.monotonic()
    assert text(commands.run("echo", "here")) == "here\n"
    assert time.monotonic() - began < patience(5)
    commands.client.send("POST", f"/v1/sessions/{session.id}/executions/{execution['id']}/interrupt")
    assert session.execute("1 + 1").value == "2"


def test_files_are_shared_with_the_interpreter(commands: Commands, session: Session) -> None:
    session.execute("open('a', 'w').write('from python')")
    assert text(commands.run("cat", "a")) == "from python"
    commands.shell("echo from a command > b")
    assert session.execute("open('b').read()").value == "'from a command\\n'"
