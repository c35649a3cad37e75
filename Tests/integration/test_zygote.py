# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Sessions from one zygote: they share nothing, and user code cannot tell."""

from __future__ import annotations

import os
import re
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from behaviours import BEHAVIOURS, BEHAVIOURS_OF_DATA

import spawner_client as wire
from driver_channel import DriverEnded
from fork_soak import forks
from host import IMAGE, scaled, wait_until
from spawner_process import own_users
from zygotes import DATA_IMAGE, IMAGES, LIMITS, RawSession, ZygoteHost, zygote_host

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
USERS = own_users(7)


@pytest.fixture(scope="module")
def host() -> Iterator[ZygoteHost]:
    with zygote_host("zygote", USERS, ["--max-holders", "8"]) as running:
        yield running


@pytest.fixture(params=IMAGES)
def image(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def make(host: ZygoteHost) -> Iterator[ZygoteHost]:
    """The sessions end with the test."""
    yield host
    host.close_sessions()


def by_zygote(host: ZygoteHost, image: str = IMAGE) -> RawSession:
    session = host.create(image)
    assert session.path == "zygote"
    return session


def by_exec(host: ZygoteHost, image: str) -> RawSession:
    host.prepare(image, zygote=False)
    session = host.create(image)
    assert session.path == "exec"
    return session


# Nothing shared

RANDOM = """
import hashlib, multiprocessing, os, random, secrets, ssl, tempfile, uuid
found = {
    "random": random.getrandbits(128), "own random": random.Random().getrandbits(128), "uuid4": uuid.uuid4().hex,
    "uuid1": uuid.uuid1().hex, "node": uuid.getnode(), "secrets": secrets.token_hex(), "ssl": ssl.RAND_bytes(16).hex(),
    "tempfile": os.path.basename(tempfile.mkdtemp()), "name": next(tempfile._get_candidate_names()),
    "key": bytes(multiprocessing.current_process().authkey).hex(), "urandom": os.urandom(16).hex(),
    "system": random.SystemRandom().getrandbits(128), "choice": "".join(random.choices("abcdefgh", k=40)),
}
import ctypes
found["arc4random"] = [ctypes.CDLL(None).arc4random() for _ in range(4)]
"""
RANDOM_NUMPY = """
import numpy
found |= {
    "numpy": int(numpy.random.randint(1 << 62)), "normal": float(numpy.random.normal()),
    "default_rng": int(numpy.random.default_rng().integers(1 << 62)),
    "shuffle": numpy.random.permutation(40).tolist(), "RandomState": int(numpy.random.RandomState().randint(1 << 62)),
}
"""


def test_no_random_number_is_shared(make: ZygoteHost, image: str) -> None:
    make.prepare(image)
    code = RANDOM + (RANDOM_NUMPY if image == DATA_IMAGE else "") + "found"
    drawn = [by_zygote(make, image).asks(code) for _ in range(8)]
    for name in drawn[0]:
        values = [str(one[name]) for one in drawn]
        assert len(set(values)) == len(values), (name, values)


def test_seeds_make_random_numbers_the_same(make: ZygoteHost, image: str) -> None:
    """The control: these generators do give the same numbers where they start from the same state."""
    make.prepare(image)
    code = "import random; random.seed(7); found = [random.getrandbits(64)]\n"
    if image == DATA_IMAGE:
        code += "import numpy; numpy.random.seed(7); found.append(int(numpy.random.randint(1 << 62)))\n"
    drawn = [by_zygote(make, image).evaluate(code + "found") for _ in range(3)]
    assert drawn[0] == drawn[1] == drawn[2]


def test_files_in_tmp_are_not_shared(make: ZygoteHost) -> None:
    make.prepare()
    first, second = by_zygote(make), by_zygote(make)
    for place in ("/tmp", "/dev/shm", "/workspace"):
        assert first.evaluate(f"open('{place}/mine', 'w').write('first')") == 5
        assert second.evaluate(f"import os; os.path.exists('{place}/mine')") is False
        assert first.evaluate(f"open('{place}/mine').read()") == "first"


# User code cannot tell


def outcome_of(session: RawSession, code: str) -> tuple[str | None, ...]:
    """All that came of it, without addresses and places in memory."""
    outcome = session.execute(code, 120)
    parts = (outcome.status, outcome.value, outcome.error, outcome.traceback)
    streams = (outcome.execution.stdout.decode(), outcome.execution.stderr.decode())
    return tuple(part and re.sub(r"0x[0-9a-f]+|<execution \d+>|\[\d+\]:", "*", part) for part in (*parts, *streams))


def test_user_code_behaves_the_same(make: ZygoteHost, image: str) -> None:
    cases = {**BEHAVIOURS, **(BEHAVIOURS_OF_DATA if image == DATA_IMAGE else {})}
    one = by_exec(make, image)
    make.prepare(image)
    other = by_zygote(make, image)
    for name, code in cases.items():
        expected = outcome_of(one, code)
        assert expected[0] == ("error" if name == "traceback" else "ok"), (name, expected)
        assert outcome_of(other, code) == expected, name


def exists(name: str, folder: int) -> bool:
    try:
        os.stat(name, dir_fd=folder)
    except FileNotFoundError:
        return False
    return True


def test_sigint_interrupts_a_fork(make: ZygoteHost) -> None:
    make.prepare()
    session = by_zygote(make)
    nonce = session.driver.begin("import time\nopen('/workspace/begun', 'w').close()\ntime.sleep(60)")
    workspace = session.incarnation.descriptors["workspace"]
    assert wait_until(lambda: exists("begun", workspace))
    make.client.ask(wire.INTERRUPT, session.key, (1).to_bytes(4, "little"))
    answer = session.driver.finish(nonce, 30)
    assert (answer.status, answer.error) == ("interrupted", "KeyboardInterrupt: ")
    assert session.evaluate("6 * 7") == 42


def test_a_forked_driver_that_ends_is_renewed(make: ZygoteHost) -> None:
    make.prepare()
    session = by_zygote(make)
    session.execute("open('/workspace/kept', 'w').write('kept'); x = 1")
    with pytest.raises(DriverEnded):
        session.execute("import os; os._exit(3)")
    event = make.client.next_event()
    assert (event.incarnation, event.value) == (1, 3)
    session.driver.close()
    session.incarnation.close()
    again = make.adopt(session.key, make.client.incarnation(wire.RENEW, session.key))
    assert (again.path, again.incarnation.number) == ("zygote", 2)
    assert again.evaluate("open('/workspace/kept').read(), 'x' in globals()") == ("kept", False)


def test_the_processors_of_a_session(make: ZygoteHost, image: str) -> None:
    """The zygote has those of the usual limits; a session has what it asked for, on either path."""
    if (os.cpu_count() or 1) < 2:
        pytest.skip("the host has one processor")
    code = "import os; (os.cpu_count(), len(os.sched_getaffinity(0)), *(os.environ.get(n) for n in "
    code += "('OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'LOKY_MAX_CPU_COUNT')))"
    if image == DATA_IMAGE:
        code = f"import threadpoolctl as t, pyarrow, sklearn.ensemble\n{code} + "
        code += "(pyarrow.cpu_count(), sorted((i['user_api'], i['num_threads']) for i in t.threadpool_info()))"
    two = replace(LIMITS, cpu_millis=2000)
    make.prepare(image, zygote=False)
    started = make.create(image, two).evaluate(code)
    make.prepare(image)
    session = make.create(image, two)
    assert session.path == "zygote"
    assert session.evaluate(code) == started
    assert started[1] == 2
    assert by_zygote(make, image).evaluate("import os; os.environ['OMP_NUM_THREADS']") == "1"


def test_a_creation_does_not_wait_for_the_zygote() -> None:
    """While it imports, sessions are started by exec."""
    image = IMAGES[-1]
    with zygote_host("early", range(USERS.stop, USERS.stop + 512), pool_size="1G") as host:
        assert host.prepare(image, wait=False).zygote == "starting"
        burst = host.burst(4, image)
        burst.take()
        burst.check(10)
        if image == DATA_IMAGE:
            assert {one.session.path for one in burst.served} == {"exec"}
            assert host.pool(image).zygote == "starting"
        assert host.await_pool(image).fallbacks == 0
        assert host.create(image).path == "zygote"


def test_preparing_for_a_second_daemon(make: ZygoteHost) -> None:
    """The next daemon finds the zygote and the holders of the one before."""
    pool = make.prepare(holders=2)
    with closing(make.spawner.connect()) as second:
        answer = second.ask(wire.POOLS)
        assert isinstance(answer, list)
        assert [(one.zygote_pid, one.holders) for one in answer if one.image == IMAGE] == [
            (pool.zygote_pid, pool.holders)
        ]
        key, incarnation = second.create(IMAGE, limits=LIMITS)
        assert (incarnation.path, incarnation.pooled) == ("zygote", True)
        incarnation.close()
        second.destroy(key)
    make.reconnect()


# Threads and locks


def test_forks_do_not_deadlock(make: ZygoteHost) -> None:
    """A few of the many of scripts/soak, in which the zygote has threads as well."""
    image = IMAGES[-1]
    make.prepare(image, holders=4)
    count = scaled(60, least=10)
    assert forks(make, image, count) == {"zygote": count}
