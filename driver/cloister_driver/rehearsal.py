# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Runs the driver's own code before the first fork: CPython specialises bytecode in its first calls, in memory."""

from __future__ import annotations

import builtins
import sys
from _socket import AF_UNIX, SOCK_SEQPACKET, socketpair
from os import close, read, write

from . import protocol
from .control import Control
from .execute import Executor
from .namespace import Namespace
from .preload import report
from .private import BUILTINS

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .output import Output
    from .start import Driver

_ROUNDS = 10
_CODES = (
    "x = 1\nx + 1",
    "print('text')\nfor i in range(3):\n    print(i, end=' ')",
    "def f(a):\n    return [a, {'k': a}]\nf(2)",
    "import sys\nsys",
    "1 / 0",
    "{}['key']",
    "undefined_name",
    "1 +",
    "class C:\n    def _repr_html_(self):\n        return '<p>'\nC()",
)


def rehearse(driver: type[Driver], output: Output) -> None:
    """Has a driver of its own answer requests. Nothing of it is left but code that is ready."""
    finders, path = list(sys.meta_path), list(sys.path)
    daemon, control = (end.detach() for end in socketpair(AF_UNIX, SOCK_SEQPACKET))
    actor = Control()
    executor = Executor(Namespace(), output)
    try:
        actor.attach(control)
        executor.attach()
        performer = driver(actor, executor, output)
        for _round in range(_ROUNDS):
            for number, code in enumerate(_CODES):
                body = protocol.field(protocol.CODE, code.encode())
                body += protocol.field(protocol.NUMBER, number.to_bytes(8, "little"))
                _exchange(performer, daemon, protocol.EXECUTE, body)
            _exchange(performer, daemon, protocol.PING, b"")
    except Exception as error:
        report("the rehearsal failed", error)
    output.before_fork()
    actor.close_in_child()
    close(daemon)
    for name in (*executor.displays.functions(), "_", "__", "___"):
        vars(builtins).pop(name, None)
    sys.meta_path[:] = finders
    sys.path[:] = path


def _exchange(performer: Driver, daemon: int, kind: int, body: bytes) -> None:
    for packet in protocol.packets(kind, bytes(protocol.NONCE_SIZE), body):
        write(daemon, packet)
    performer.answer_next()
    read(daemon, protocol.MAX_PACKET)
