# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Copies of the driver that wait to go on in its place.

A copy is a fork that waits on a socket of its own, which the spawner has sent. When the driver is lost, the spawner
sends the copy new sockets over it, and the copy goes on as the driver of the next incarnation.
"""

from __future__ import annotations

import os
from _socket import AF_UNIX, CMSG_SPACE, MSG_DONTWAIT, SCM_RIGHTS, SOCK_SEQPACKET, SOL_SOCKET, socket
from os import _exit, close, dup2, fstat, listdir, lseek, readlink
from posix import fork
from stat import S_ISREG
from sys import modules

from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CLOSE_ON_EXEC = 0x40000000
_LIBRARY = f"{__file__.rpartition('/')[0]}/../copy.so"
_SO_DOMAIN = 39
_INTEGER = 4
_OWN_THREADS = 2
"""One is stopped for a fork."""
_SOCKETS = 5
_HARMLESS_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
_FROM_START, _FROM_HERE = 0, 1


class Refused(Exception):
    """Why there is no copy, in a word that the daemon knows."""


def take(keeper: int, number: int, alone: bool, forced: bool) -> list[int] | None:
    """Makes copy `number` of this process. Returns None here, and in the copy, once it is woken, its new sockets.

    `alone`: user code has no thread that a copy would lack.
    """
    own = _own_socket(keeper, number)
    try:
        if not forced:
            _check(alone)
        positions, state = _positions(), _random_state()
        copy = _fork() == 0
    except OSError as error:
        raise Refused("failed") from error
    except Refused:
        own.close()
        raise
    if copy:
        return _wait(own, positions, state)
    own.close()
    return None


_library: Any = None


def _fork() -> int:
    """As os.fork, but the copy is init's child and not this process'."""
    global _library
    if len(listdir("/proc/self/task")) > _OWN_THREADS:
        # What libraries do at a fork with their threads is made for a fork of the process itself.
        return 1 if fork() else 0
    if _library is None:
        known = set(modules)
        from ctypes import PyDLL

        # With the interpreter's lock held, which is what a fork needs.
        _library = PyDLL(_LIBRARY).cloister_driver_copy
        for name in modules.keys() - known:
            del modules[name]
    outcome: int = _library()
    if outcome < 0:
        raise OSError(-outcome, "the driver cannot be copied")
    return outcome


def _own_socket(keeper: int, number: int) -> socket:
    """What the spawner has sent for this copy. What it sent for earlier ones, which came to nothing, is dropped."""
    try:
        source = socket(AF_UNIX, SOCK_SEQPACKET, 0, keeper)
        try:
            while True:
                word, descriptors = _receive(source, MSG_DONTWAIT)
                if not word or len(descriptors) != 1:
                    raise Refused("failed")
                if int.from_bytes(word, "little") == number:
                    return socket(AF_UNIX, SOCK_SEQPACKET, 0, descriptors[0])
                close(descriptors[0])
        finally:
            source.detach()
    except OSError as error:
        raise Refused("failed") from error


def _receive(source: socket, flags: int = 0) -> tuple[bytes, list[int]]:
    room = CMSG_SPACE(_SOCKETS * _INTEGER)
    word, messages, _, _ = source.recvmsg(_INTEGER, room, flags | _CLOSE_ON_EXEC)
    descriptors: list[int] = []
    for level, kind, data in messages:
        if level == SOL_SOCKET and kind == SCM_RIGHTS:
            numbers = memoryview(data[: len(data) // _INTEGER * _INTEGER]).cast("i")
            descriptors.extend(numbers)
    return word, descriptors


def _check(alone: bool) -> None:
    if not alone or len(listdir("/proc/self/task")) > _OWN_THREADS:
        raise Refused("threads")
    for name in listdir("/proc/self/fd"):
        try:
            target = readlink(f"/proc/self/fd/{name}")
        except OSError:
            continue
        if target.startswith("socket:") and _family(int(name)) not in (AF_UNIX, None):
            raise Refused("sockets")
        if _is_device(target):
            raise Refused("devices")


def _is_device(path: str) -> bool:
    return path.startswith("/dev/") and not path.startswith("/dev/shm/") and path not in _HARMLESS_DEVICES


def _family(descriptor: int) -> int | None:
    try:
        one = socket(fileno=descriptor)
    except OSError:
        return None
    try:
        return one.getsockopt(SOL_SOCKET, _SO_DOMAIN)
    except OSError:
        return None
    finally:
        one.detach()


def _positions() -> list[tuple[int, int]]:
    """Where reading and writing of open files stands. A copy shares the places, and the driver moves them."""
    positions = []
    for name in listdir("/proc/self/fd"):
        try:
            if S_ISREG(fstat(int(name)).st_mode):
                positions.append((int(name), lseek(int(name), 0, _FROM_HERE)))
        except OSError:
            pass  # The descriptor of the listing itself, or one that cannot seek.
    return positions


def _random_state() -> Any:
    """Of `random`'s own generator, which is seeded anew in every fork."""
    module: Any = modules.get("random")
    try:
        return module.getstate() if module is not None else None
    except Exception:
        return None  # User code has put something else there.


def _wait(own: socket, positions: list[tuple[int, int]], state: Any) -> list[int]:
    """The life of a copy until it is woken. The spawner learns from the kernel whose message this is."""
    try:
        own.send(b"R")
        word, descriptors = _receive(own)
        if not word or len(descriptors) != _SOCKETS:
            _exit(0)
        own.close()
        _restore(positions, state)
        return _place(descriptors)
    except BaseException:
        _exit(1)


def _restore(positions: list[tuple[int, int]], state: Any) -> None:
    for descriptor, position in positions:
        try:
            lseek(descriptor, position, _FROM_START)
        except OSError:
            pass
    if state is not None:
        try:
            modules["random"].setstate(state)
        except Exception:
            pass


def _place(descriptors: list[int]) -> list[int]:
    """Puts input and output where they belong. Returns control, display, keeper."""
    control, stdout, stderr, display, keeper = descriptors
    null = os.open("/dev/null", os.O_RDONLY)
    for source, target in ((null, 0), (stdout, 1), (stderr, 2)):
        dup2(source, target)
        close(source)
    return [control, display, keeper]
