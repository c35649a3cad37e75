# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from canaries import Canaries
from fixtures import shared_instance
from host import IMAGE, wait_until
from instance import NOTHING_KEPT
from positions import Positions, hostile
from sandbox import Session, Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from instance import Instance
    from resources import Resources


@pytest.fixture(scope="session")
def canaries() -> Iterator[Canaries]:
    planted = Canaries()
    yield planted
    planted.remove()


KEPT = {"exec": NOTHING_KEPT, "zygote": NOTHING_KEPT.replace("zygote = false", "zygote = true")}
"""How drivers are started: every case is tried on both ways."""


@pytest.fixture(scope="session", params=KEPT)
def start(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def instance(canaries: Canaries, start: str) -> Iterator[Instance]:
    """An instance whose daemon has a secret in its environment."""
    with shared_instance({"AWS_SECRET_ACCESS_KEY": canaries.environment_secret}, kept=KEPT[start]) as running:
        assert wait_until(lambda: _zygotes(running) == (["ready"] if start == "zygote" else []), 60)
        yield running


def _zygotes(instance: Instance) -> list[str]:
    """States of the zygotes that are wanted."""
    pools = instance.client.get("/v1/status")["pools"]
    return [pool["zygote"] for pool in pools if pool["zygote"] != "none"]


@pytest.fixture(scope="session")
def idle(instance: Instance) -> Resources:
    """What the instance holds when it has worked and nothing is left of it."""
    return instance.warm_up()


@pytest.fixture(scope="module")
def quiet(instance: Instance, canaries: Canaries, idle: Resources, start: str) -> Iterator[None]:
    """After a module's cases nothing of them is left, the servers are the same, and the canaries are untouched."""
    servers = (instance.spawner_pid, instance.daemon_pid)
    canaries.visitors()
    yield
    assert (instance.spawner_pid, instance.daemon_pid) == servers
    assert canaries.damage() == []
    assert canaries.visitors() == []
    assert instance.leaks(idle) == {}
    last = Session(instance.client)
    assert instance.client.session(last.id)["creation"]["path"] == start
    assert last.execute("1 + 1").value == "2"
    last.close()


@pytest.fixture(scope="module")
def used(quiet: None, instance: Instance) -> Iterator[Session]:
    """A session in which hostile code has run."""
    session = Session(instance.client)
    session.execute(hostile())
    yield session
    session.close()


@pytest.fixture
def new_session(quiet: None, instance: Instance) -> Iterator[Sessions]:
    """Makes sessions that end with the test."""
    sessions = Sessions(instance)
    yield sessions
    sessions.close()


@pytest.fixture
def positions(new_session: Sessions, used: Session) -> Positions:
    return Positions(new_session(), used)


@pytest.fixture(scope="session")
def image_digest() -> Callable[[], str]:
    """The digest of the image file, as it is now."""

    def digest() -> str:
        with Path(f"/var/lib/cloister/images/{IMAGE}.erofs").open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return digest
