# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""What a forked driver does so that it shares with its siblings nothing that has to differ."""

from __future__ import annotations

import os
from sys import modules
from time import time

from .private import BUILTINS
from .processors import Processors
from .user_site import add_user_site

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_ENTROPY = 32
_WORDS = 624
"""Of the state of a Mersenne Twister."""


class Renewal:
    """Looks once, in the zygote, for what there is to do; does it in each driver."""

    def __init__(self) -> None:
        _forget()
        self._processors = Processors()
        self._folders = _folders(os.environ.get("TMPDIR"))
        found = (_numpy(), _multiprocessing(), _ssl(), _threading(), _logging())
        self._steps = [step for step in found if step is not None]

    def run(self, processors: int) -> None:
        # random and secrets need nothing: the former has a hook of its own, the latter keeps no state.
        for step in self._steps:
            step()
        for folder in self._folders:
            _make(folder)
        self._processors.set(processors)
        add_user_site()


def _forget() -> None:
    """Drops what modules have remembered and would find out anew."""
    values: tuple[tuple[str, str, object], ...] = (
        ("tempfile", "tempdir", None),
        ("tempfile", "_name_sequence", None),
        ("uuid", "_node", None),
        ("uuid", "_last_timestamp", None),
        ("asyncio.events", "_event_loop_policy", None),
    )
    for module, name, value in values:
        if hasattr(modules.get(module), name):
            setattr(modules[module], name, value)
    if "linecache" in modules:
        modules["linecache"].clearcache()


def _numpy() -> Callable[[], object] | None:
    """The generator behind numpy.random's functions; default_rng asks the kernel.

    Its own seed() costs a millisecond in a fork, so the bytes of its state are replaced where they lie.
    """
    module: Any = modules.get("numpy.random")
    if module is None:
        return None
    from ctypes import c_uint32

    module.seed()
    key = (c_uint32 * _WORDS).from_address(module.mtrand._rand._bit_generator.ctypes.state_address)
    if list(key) != module.get_state()[1].tolist():
        return module.seed  # type: ignore[no-any-return]

    state = memoryview(key).cast("B")

    def renew() -> None:
        state[:] = os.urandom(4 * _WORDS)

    return renew


def _multiprocessing() -> Callable[[], object] | None:
    module: Any = modules.get("multiprocessing.process")
    if module is None:
        return None

    def renew() -> None:
        module.current_process()._config["authkey"] = module.AuthenticationString(os.urandom(_ENTROPY))

    return renew


def _ssl() -> Callable[[], object] | None:
    """OpenSSL knows a fork by its new pid. In a session's pid namespace that might be the old one."""
    module: Any = modules.get("_ssl")
    if module is None:
        return None
    process = os.getpid()

    def renew() -> None:
        if os.getpid() == process:
            module.RAND_add(os.urandom(_ENTROPY), 0.0)

    return renew


def _threading() -> Callable[[], object] | None:
    """The kernel's number of the main thread, which CPython 3.11 does not look up again."""
    module: Any = modules.get("threading")
    return module.main_thread()._set_native_id if module is not None else None


def _logging() -> Callable[[], object] | None:
    module: Any = modules.get("logging")
    if module is None:
        return None

    def restart() -> None:
        module._startTime = time()

    return restart


def _folders(top: str | None) -> list[str]:
    """Folders that modules have made for themselves and expect to find: a session has a /tmp of its own."""
    return [folder for folder, _, _ in os.walk(top)][1:] if top else []


def _make(folder: str) -> None:
    try:
        os.mkdir(folder, 0o755)
    except OSError:
        pass
