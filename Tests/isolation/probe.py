# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""One source text, run in sessions and, as the control, on the host."""

from __future__ import annotations

import ast
import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from host import patience

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sandbox import Sandbox

PROBES = Path(__file__).resolve().parent / "probes"
MARK = "cloister-probe-answer:"


def source(*names: str) -> str:
    """The probes of these files, in one text without imports between them."""
    lines: list[str] = []
    for name in ("common", *names):
        text = (PROBES / f"{name}.py").read_text()
        lines += [line for line in text.splitlines() if not line.startswith("from common import")]
    return "\n".join(lines) + "\n"


class Probes:
    """The functions of some files of probes."""

    def __init__(self, *names: str) -> None:
        self.source = source(*names)

    def inside(self, sandbox: Sandbox, function: str, seconds: float = 60, **arguments: Any) -> Any:
        """The result of a function, called in the session's interpreter."""
        code = f"{self.source}json.dumps({_call(function, arguments)})"
        return json.loads(ast.literal_eval(_value(sandbox, code, seconds)))

    def below(self, sandbox: Sandbox, function: str, seconds: float = 60, **arguments: Any) -> Any:
        """The same in a process that the session's interpreter starts."""
        program = f"{self.source}print({MARK!r} + json.dumps({_call(function, arguments)}))"
        code = (
            "import subprocess, sys\n"
            f"_done = subprocess.run([sys.executable, '-c', {program!r}], capture_output=True, text=True)\n"
            "(_done.returncode, _done.stdout, _done.stderr)"
        )
        return _answer(*ast.literal_eval(_value(sandbox, code, seconds)))

    def outside(
        self,
        function: str,
        *,
        user: int = 0,
        unshare: Sequence[str] = (),
        inherit: Collection[int] = (),
        environment: Mapping[str, str] | None = None,
        seconds: float = 60,
        **arguments: Any,
    ) -> Any:
        """The result on the host, in a mount namespace of its own (and others, as flags of unshare(1))."""
        program = f"{self.source}print({MARK!r} + json.dumps({_call(function, arguments)}))"
        command = ["unshare", "--mount", "--propagation", "private", *unshare, "--"]
        if user:
            command += ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--"]
        command += ["/usr/bin/python3", "-I", "-c", program]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=False,
            timeout=patience(seconds),
            pass_fds=inherit,
            env={**os.environ, **(environment or {})},
        )
        return _answer(done.returncode, done.stdout, done.stderr)


def encoded(text: str) -> str:
    """A text as the searching probes take it, so that they never hold it."""
    return bytes(byte ^ 0x5A for byte in text.encode()).hex()


def _call(function: str, arguments: dict[str, Any]) -> str:
    return f"{function}(**json.loads({json.dumps(arguments)!r}))"


def _value(sandbox: Sandbox, code: str, seconds: float) -> str:
    outcome = sandbox.execute(code, seconds)
    assert outcome.status == "ok", f"{outcome.status}: {outcome.error}\n{outcome.traceback}"
    assert outcome.value is not None
    return outcome.value


def _answer(status: int, stdout: str, stderr: str) -> Any:
    for line in stdout.splitlines():
        if line.startswith(MARK):
            return json.loads(line.removeprefix(MARK))
    raise AssertionError(f"the probe ended with status {status}: {stderr[-2000:]}")
