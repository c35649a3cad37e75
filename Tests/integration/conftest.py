# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures import shared_instance
from sandbox import Session, Sessions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api_client import Client
    from instance import Instance


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    with shared_instance() as running:
        yield running


@pytest.fixture
def client(instance: Instance) -> Client:
    return instance.client


@pytest.fixture
def new_session(instance: Instance) -> Iterator[Sessions]:
    """Makes sessions that end with the test."""
    sessions = Sessions(instance)
    yield sessions
    sessions.close()


@pytest.fixture
def session(new_session: Sessions) -> Session:
    return new_session()
