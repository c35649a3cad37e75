# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""A command is as confined as the interpreter beside which it runs, before and after hostile code."""

from __future__ import annotations

import ast
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from commands import Commands, text
from host import processes_in, wait_until
from portraits import BY_FORK, NUMBER_OF_STARTS, differences, with_forks_marks, without
from probe import Probes
from sandbox import Session, Sessions

if TYPE_CHECKING:
    from instance import Instance

PORTRAIT = Probes("portrait")
MARK = "cloister-command-portrait:"
FACTS = """
import json, os
def status():
    lines = (line.split(":", 1) for line in open("/proc/self/status") if ":" in line)
    return {name: value.strip() for name, value in lines}
found = status()
names = ("Uid", "Gid", "Groups", "CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp",
         "Seccomp_filters", "SigBlk", "Umask", "Speculation_Store_Bypass")
facts = {name: found.get(name) for name in names}
facts["namespaces"] = {name: os.readlink("/proc/self/ns/" + name) for name in sorted(os.listdir("/proc/self/ns"))}
facts["cgroup"] = open("/proc/self/cgroup").read()
facts["limits"] = open("/proc/self/limits").read()
facts["oom"] = open("/proc/self/oom_score_adj").read()
facts["root"] = sorted(os.listdir("/"))
facts["mounts"] = open("/proc/self/mounts").read()
facts["environment"] = sorted(open("/proc/self/environ").read().split(chr(0)))
facts["processors"] = sorted(os.sched_getaffinity(0))
facts["leader"] = os.getpid() == os.getsid(0) == os.getpgid(0)
facts["parent"] = os.getppid()
"""
DESCRIPTORS = """
import os
def kind(number):
    try: return os.readlink(f"/proc/self/fd/{number}").split(":")[0]
    except OSError: return "gone"
print([(number, kind(number)) for number in sorted(map(int, os.listdir("/proc/self/fd")))])"""
OWN = {
    "descriptors: 0": "the driver reads /dev/null",
    **{f"descriptors: {number}": "the driver's own" for number in range(240, 246)},
    **{f"interpreter: {name}": "a Python without a driver" for name in ("argv", "orig_argv", "builtins", "frames")},
    **{f"interpreter: {name}": "a Python without a driver" for name in ("gc in use", "hooks", "streams")},
    **{f"signals: {number}": "handlers of the driver" for number in (63, 64)},
    "signals: sigaltstack": "for the stacks that the driver writes down",
    "status: SigCgt": "handlers of the driver",
    "status: the other signals caught": "handlers of the driver",
    "stat: sigcatch": "handlers of the driver",
    "own_files: cmdline": "its own arguments",
    "settings: session": "it leads a session of its own number, as the driver does",
    **{f"stat: {name}": "the same" for name in ("pgrp", "session")},
    **{f"status: {name}": "the same" for name in ("NSpgid", "NSpid", "NSsid", "NStgid", "Pid", "Tgid")},
    "standard_modules: main": "a Python without a driver",
    "threads: hooks": "the same",
}
"""What differs between a Python that a command is and the driver, and says nothing of their rights."""


@pytest.fixture
def commands(new_session: Sessions) -> Commands:
    session = new_session()
    return Commands(session.client, session.id)


def _session(commands: Commands) -> str:
    return commands.path.split("/")[3]


def _facts(commands: Commands, program: str) -> dict[str, Any]:
    done = commands.run("python3", "-u", "-X", "utf8", "-c", program)
    assert done["status"] == "exited", done
    found: dict[str, Any] = json.loads(text(done))
    return found


def test_it_is_confined_as_the_interpreter_is(new_session: Sessions, used: Session) -> None:
    for session in (new_session(), used):
        commands = Commands(session.client, session.id)
        value = session.execute(f"{FACTS}\njson.dumps(facts)").value
        assert value is not None
        driver = json.loads(ast.literal_eval(value))
        command = _facts(commands, f"{FACTS}\nprint(json.dumps(facts))")
        # Each process is put into a group namespace of its own, with the same root.
        assert driver["namespaces"].pop("cgroup") != os.readlink("/proc/self/ns/cgroup")
        assert command["namespaces"].pop("cgroup") != os.readlink("/proc/self/ns/cgroup")
        assert command == driver
        assert (command["NoNewPrivs"], command["Seccomp"], command["Seccomp_filters"]) == ("1", "2", "3")
        assert {command[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
        assert (command["leader"], command["parent"]) == (True, 0)


def test_everything_that_it_can_find_out_is_the_same(new_session: Sessions) -> None:
    session = new_session()
    commands = Commands(session.client, session.id)
    program = f"{PORTRAIT.source}print({MARK!r} + json.dumps(portrait()))"
    done = commands.run("python3", "-u", "-X", "utf8", "-c", program)
    assert done["status"] == "exited", done
    whole = commands.output(done["id"]).decode()
    command = json.loads(whole.removeprefix(MARK))
    driver = with_forks_marks(PORTRAIT.inside(session, "portrait"))
    seen = without(differences(driver, with_forks_marks(command)), OWN, NUMBER_OF_STARTS, BY_FORK)
    assert seen == {}


def test_it_has_three_descriptors(commands: Commands) -> None:
    done = commands.run("python3", "-c", DESCRIPTORS)
    # The fourth is the listing's own.
    assert ast.literal_eval(text(done)) == [(0, "socket"), (1, "socket"), (2, "socket"), (3, "gone")]
    inherited = commands.run("/bin/sh", "-c", "ls /proc/self/fd | wc -l")
    # With the directory that ls reads.
    assert text(inherited).strip() == "4"


def test_it_can_send_no_descriptor(commands: Commands, instance: Instance) -> None:
    code = """
import array, os, socket
for number in (0, 1, 2):
    try:
        peer = socket.socket(fileno=os.dup(number))
        peer.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [1]))])
        print("sent")
    except OSError as error:
        print(error.errno)"""
    before = instance.client.get("/v1/status")["daemon"]["open_files"]
    done = commands.run("python3", "-c", code)
    assert done["status"] == "exited"
    # What a command has is closed behind its answer.
    assert wait_until(lambda: instance.client.get("/v1/status")["daemon"]["open_files"] <= before + 2, 15)


def test_what_starts_commands_says_nothing_else(commands: Commands) -> None:
    """The program that becomes the command is an ordinary file of the session, and of no use to its code."""
    done = commands.shell(
        "/opt/cloister/driver/cloister-exec 3</dev/null; echo $?; ls -l /opt/cloister/driver/cloister-exec"
    )
    lines = text(done).splitlines()
    assert lines[0] == "126"
    assert lines[1].startswith("-r-xr-xr-x")
    written = commands.shell("echo x >> /opt/cloister/driver/cloister-exec")
    assert "Permission denied" in written["stderr"]["text"]


def test_hostile_specifications_end_only_it(commands: Commands) -> None:
    code = """
import os, random, socket, subprocess
random.seed(7)
for round in range(300):
    ours, theirs = socket.socketpair()
    head = [1, 2, 1, 20, 0]
    head[random.randrange(5)] = random.choice([0, 1, 5, 4096, 4097, 1 << 20, (1 << 20) + 1, (1 << 32) - 1])
    body = bytes(random.choice(b"\\0ab=/") for _ in range(random.randrange(64)))
    ours.sendall(b"".join(word.to_bytes(4, "little") for word in head) + body)
    ours.shutdown(socket.SHUT_WR)
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec /opt/cloister/driver/cloister-exec 3<&{theirs.fileno()}"],
        pass_fds=[theirs.fileno()], timeout=20, env={})
    assert done.returncode in (126, 127), (done.returncode, head, body)
    ours.close(), theirs.close()
print("survived")"""
    assert text(commands.run("python3", "-c", code)) == "survived\n"


def test_other_sessions_are_out_of_reach(new_session: Sessions, commands: Commands) -> None:
    other = Commands(commands.client, new_session().id)
    running = other.start("sleep 100")
    namespace = text(commands.run("readlink", "/proc/self/ns/pid")).strip()
    # Everything in it may be gone afterwards.
    assert processes_in(namespace)
    assert text(commands.shell("kill -9 -1 2>/dev/null; kill -9 $(seq 2 400) 2>/dev/null; echo tried")) in (
        "tried\n",
        "",
    )
    assert other.get(running)["state"] == "running"
    assert namespace != text(other.run("readlink", "/proc/self/ns/pid")).strip()
