# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from driver_process import DriverProcess

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


@pytest.fixture
def driver(start: Callable[..., DriverProcess]) -> DriverProcess:
    return start()
