# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Fork hooks: a zygote's forks are spared some of them."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

from cloister_driver.hooks import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Registered:
    """Hooks of a module, registered while a zygote imports it, and what a fork calls of them."""

    def __init__(self, module: str) -> None:
        self.called: list[str] = []
        hooks = Hooks()
        hooks.watch()
        try:
            os.register_at_fork(before=self._hook(module, "before"), after_in_child=self._hook(module, "child"))
        finally:
            hooks.unwatch()
        self.hooks = hooks

    def _hook(self, module: str, name: str) -> Callable[[], None]:
        def call() -> None:
            self.called.append(name)

        call.__module__ = module
        return call

    def fork(self) -> list[str]:
        """What was called on the way into a child."""
        self.called.clear()
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writer, " ".join(self.called).encode())
            os._exit(0)
        os.close(writer)
        os.waitpid(child, 0)
        found = os.read(reader, 100).decode().split()
        os.close(reader)
        return found


@pytest.fixture
def register() -> Iterator[Callable[[str], Registered]]:
    before = os.register_at_fork
    yield Registered
    assert os.register_at_fork is before


@pytest.mark.parametrize("module", ["threading", "logging"])
def test_a_zygotes_forks_are_spared(register: Callable[[str], Registered], module: str) -> None:
    registered = register(module)
    assert registered.fork() == ["before", "child"]
    registered.hooks.spare()
    assert registered.fork() == []
    registered.hooks.spare_no_more()
    assert registered.fork() == ["before", "child"]


def test_other_modules_hooks_are_called(register: Callable[[str], Registered]) -> None:
    registered = register("random")
    registered.hooks.spare()
    assert registered.fork() == ["before", "child"]


def test_nothing_is_spared_beside_another_thread(register: Callable[[str], Registered]) -> None:
    registered = register("threading")
    end = threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        registered.hooks.spare()
        assert registered.fork() == ["before", "child"]
    finally:
        end.set()
        thread.join()
