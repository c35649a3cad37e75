# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Instances that go when the tests that use them are done."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from instance import Instance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@contextmanager
def shared_instance(environment: Mapping[str, str] | None = None, **settings: Any) -> Iterator[Instance]:
    """The instance that all tests of one run share."""
    with _running(Instance(f"test-{os.getpid()}", environment=environment, **settings)) as instance:
        yield instance


@contextmanager
def own_instance(label: str, **settings: Any) -> Iterator[Instance]:
    """One more, for tests that do to it what others could not bear. The label tells it from its siblings."""
    with _running(Instance(f"test-{label}-{os.getpid()}", **settings)) as instance:
        yield instance


@contextmanager
def _running(instance: Instance) -> Iterator[Instance]:
    """Removed at the end, whatever happens."""
    try:
        instance.start()
        yield instance
    finally:
        instance.remove()
