# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""The instance that all tests of one run share."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def shared_instance(environment: Mapping[str, str] | None = None) -> Iterator[Instance]:
    """A running instance; removed at the end, whatever happens."""
    instance = Instance(f"test-{os.getpid()}", environment=environment)
    try:
        instance.start()
        yield instance
    finally:
        instance.remove()
