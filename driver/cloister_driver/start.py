# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""The driver's main loop and what precedes it."""

from __future__ import annotations

import sys
from faulthandler import register
from gc import freeze
from os import fstat, getpid, register_at_fork
from stat import S_ISSOCK
from sys import modules

from . import protocol
from .control import Control, PrivateSocket
from .deferred import deferred, remember
from .execute import Executor
from .namespace import Namespace
from .output import Output
from .private import BUILTINS
from .processes import flush_first
from .protocol import MalformedError, Message
from .result import Result, failure
from .threads import before_threads

__builtins__ = BUILTINS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from .zygote import Zygote

CONTROL = 3
DISPLAY = 4
KEEPER = 5
SPAWNER = 6
_DUMP = 64
"""The signal that asks for the stacks of all threads."""
_VERSION = sys.version.partition(" ")[0].encode()
_NOTHING_FOUND = protocol.field(protocol.FOUND, b"\x01") + protocol.field(protocol.IS_CUT, b"\x01")


class Driver:
    """Answers requests, one at a time, in the main thread."""

    def __init__(self, control: Control, executor: Executor, output: Output) -> None:
        self._control = control
        self._executor = executor
        self._output = output
        self._displays = executor.displays
        self._keeper = PrivateSocket()
        self._kept = (protocol.NO_NONCE, b"")
        self._pending: bytes | None = None
        self._asked: bytes | None = None

    def attach(self, control: int, display: int, keeper: int) -> None:
        """Makes this process the driver's own. What precedes it may have happened in a zygote."""
        self._take_up(control, display, keeper)
        register_at_fork(before=self._output.before_fork, after_in_child=self._output.after_fork_in_child)
        for one in (self._control, self._displays, self._keeper):
            register_at_fork(after_in_child=one.close_in_child)

    def _take_up(self, control: int, display: int, keeper: int) -> None:
        self._control.attach(control)
        self._displays.attach(display)
        self._keeper.attach(keeper)
        self._output.attach()
        self._executor.attach()
        descriptor = self._displays.socket.descriptor
        if descriptor >= 0:
            # Between two displays there is nothing but what this writes, in C, whatever the interpreter does.
            register(_DUMP, file=descriptor, all_threads=True)

    def greet(self) -> None:
        process = getpid().to_bytes(4, "little")
        hello = protocol.field(protocol.PYTHON_VERSION, _VERSION) + protocol.field(protocol.PROCESS_ID, process)
        self._control.send(protocol.HELLO, protocol.NO_NONCE, hello)

    def serve(self) -> None:
        while True:
            try:
                self.answer_next()
            except BaseException as error:
                # Only asynchronous exceptions from user code's threads come here. The daemon still gets its answer.
                if self._pending is not None:
                    self._finish(self._pending, failure(type(error).__name__, "raised outside of the execution"))
                if self._asked is not None:
                    self._tell(self._asked, _NOTHING_FOUND)

    def answer_next(self) -> None:
        self._answer(self._control.receive())

    def _answer(self, message: Message) -> None:
        if message.kind == protocol.EXECUTE:
            self._execute(message)
        elif message.kind == protocol.REPEAT:
            self._repeat(message)
        elif message.kind in (protocol.PING, protocol.WARM):
            if message.kind == protocol.WARM:
                self._executor.warm()
            self._control.send(protocol.PONG, message.nonce, b"")
        elif message.kind == protocol.CHECKPOINT:
            self._checkpoint(message)
        elif message.kind == protocol.INSPECT:
            self._inspect(message)

    def _inspect(self, message: Message) -> None:
        self._asked = message.nonce
        try:
            body = self._executor.inspect(protocol.fields(message.body))
        except (MalformedError, UnicodeDecodeError):
            body = _NOTHING_FOUND
        self._tell(message.nonce, body)

    def _tell(self, nonce: bytes, body: bytes) -> None:
        self._asked = None
        self._control.send(protocol.INSPECTED, nonce, body)

    def _checkpoint(self, message: Message) -> None:
        """Returns twice: here, and much later in the copy, which then serves its own daemon."""
        checkpoint = deferred("checkpoint")
        fields = protocol.fields(message.body)
        number = int.from_bytes(fields.get(protocol.CHECKPOINT_NUMBER, b""), "little")
        forced = fields.get(protocol.FORCED) == b"\x01"
        try:
            sockets = checkpoint.take(self._keeper.descriptor, number, self._output.alone, forced)
        except checkpoint.Refused as refusal:
            answer = protocol.field(protocol.OUTCOME, b"\x01")
            answer += protocol.field(protocol.REASON, str(refusal).encode())
        else:
            if sockets is not None:
                self._take_up(*sockets)
                self.greet()
                return
            answer = protocol.field(protocol.OUTCOME, b"\x00")
        self._control.send(protocol.CHECKPOINTED, message.nonce, answer)

    def _execute(self, message: Message) -> None:
        self._pending = message.nonce
        try:
            fields = protocol.fields(message.body)
            text = fields.get(protocol.CODE, b"").decode().removeprefix("\ufeff")
            number = int.from_bytes(fields.get(protocol.NUMBER, b""), "little")
            given = fields.get(protocol.INPUT)
        except (MalformedError, UnicodeDecodeError) as error:
            result = failure(type(error).__name__, str(error))
        else:
            result = self._executor.execute(text, number, given)
        self._finish(message.nonce, result)

    def _finish(self, nonce: bytes, result: Result) -> None:
        body = result.encoded()
        self._pending = None
        self._kept = (nonce, body)
        self._control.send(protocol.RESULT, nonce, body)

    def _repeat(self, message: Message) -> None:
        try:
            target = protocol.fields(message.body).get(protocol.TARGET)
        except MalformedError:
            target = None
        nonce, body = self._kept
        if body and target == nonce:
            self._control.send(protocol.RESULT, message.nonce, body)
        else:
            self._control.send(protocol.UNKNOWN, message.nonce, b"")


def start() -> None:
    """Runs the driver of this process. Never returns."""
    zygote = _zygote()
    output = zygote.output() if zygote is not None else Output()
    flush_first(output.flush)
    before_threads(output.before_thread)
    if zygote is not None:
        zygote.prepare(output, Driver)
    driver = Driver(Control(), Executor(Namespace(), output), output)
    _hide()
    # What lives now lives for ever: collections skip it, and forks do not copy it.
    freeze()
    if zygote is not None:
        zygote.serve()
    driver.attach(CONTROL, DISPLAY, KEEPER)
    driver.greet()
    driver.serve()


def _zygote() -> Zygote | None:
    """What makes this process one from which drivers are forked: its spawner's socket is open only there."""
    try:
        if not S_ISSOCK(fstat(SPAWNER).st_mode):
            return None
    except OSError:
        return None
    known = set(modules)
    from .zygote import Zygote

    return Zygote(SPAWNER, known)


_hidden: list[ModuleType] = []


def _hide() -> None:
    """Takes the driver's modules out of user code's way."""
    remember()
    package = __name__.partition(".")[0]
    names = [name for name in modules if name.partition(".")[0] == package]
    _hidden.extend(modules.pop(name) for name in names)
