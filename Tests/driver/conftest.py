# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess
from zygote_process import Zygote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., DriverProcess]]:
    """Starts drivers that end with the test."""
    running: list[DriverProcess] = []

    def start(*flags: str) -> DriverProcess:
        running.append(DriverProcess(tmp_path, flags))
        return running[-1]

    yield start
    for driver in running:
        driver.close()


@pytest.fixture(scope="session")
def plain_zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """One that has imported nothing."""
    zygote = Zygote(tmp_path_factory.mktemp("zygote"))
    yield zygote
    zygote.close()


@pytest.fixture(params=["executed", "forked"])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DriverProcess]:
    """Started in either way: a session cannot tell them apart."""
    if request.param == "forked":
        driver: DriverProcess = request.getfixturevalue("plain_zygote").fork(tmp_path)
    else:
        driver = DriverProcess(tmp_path)
    yield driver
    driver.close()
