# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures import shared_instance
from kernels import DATA_IMAGE, make_known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from api_client import Client
    from instance import Instance


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    """One that forks sessions from a warm interpreter, as the shipped configuration has it."""
    kept = f'\n[pool]\nimages = ["{DATA_IMAGE}"]\nzygote = true\nready = 0\nholders = 2\n'
    with shared_instance(kept=kept) as running:
        yield running


@pytest.fixture
def client(instance: Instance) -> Client:
    return instance.client


@pytest.fixture(scope="session")
def known_kernel(instance: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The kernel, known to Jupyter and connected to the instance."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("jupyter")
        make_known(folder, {"CLOISTER_SOCKET": str(instance.socket), "CLOISTER_IMAGE": DATA_IMAGE}, patch.setenv)
        yield folder
