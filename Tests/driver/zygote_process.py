# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""A zygote as a subprocess, with a stand-in for the spawner's native library, and the drivers forked from it."""

from __future__ import annotations

import array
import ctypes
import os
import shutil
import socket
import struct
import subprocess
from pathlib import Path

from driver_process import DRIVER, DriverProcess, spawn

STAND_IN = Path(__file__).with_name("zygote_stand_in.c")
SET_CHILD_SUBREAPER = 36
READY_TIMEOUT = 60


class Zygote:
    """`folder` gets the library and a driver that reads what to import from there, too."""

    def __init__(self, folder: Path, preload: str = "", warmup: str = "", **environment: str) -> None:
        # Forked drivers have no other parent: their middle process is gone.
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        (folder / "preload.txt").write_text(preload, "utf-8")
        (folder / "tmp").mkdir()
        (folder / "warmup.py").write_text(warmup, "utf-8")
        self.folder = folder
        self._errors = folder / "errors"
        self.socket, spawner = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with spawner, _library(folder).open("rb") as library, self._errors.open("wb") as errors:
            with open("/dev/null", "r+b") as null:
                descriptors = [file.fileno() for file in (null, errors, null, null, null, spawner, library)]
                high = [
                    os.dup2(descriptor, 200 + index, inheritable=False) for index, descriptor in enumerate(descriptors)
                ]
            try:
                self.pid = spawn(_driver(folder), folder, high, "-u", TMPDIR=str(folder / "tmp"), **environment)
            finally:
                for descriptor in high:
                    os.close(descriptor)
        self.socket.settimeout(READY_TIMEOUT)
        if self.socket.recv(16) != b"ready":
            self.close()
            raise AssertionError(self.errors)

    @property
    def errors(self) -> str:
        return self._errors.read_text("utf-8")

    def fork(self, directory: Path, processors: int = 1) -> ForkedDriver:
        return ForkedDriver(self, directory, processors)

    def close(self) -> int:
        """Closes the spawner's end and returns the zygote's exit status."""
        self.socket.close()
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


class ForkedDriver(DriverProcess):
    """A driver that was not executed but forked."""

    def __init__(self, zygote: Zygote, directory: Path, processors: int) -> None:
        self._zygote = zygote
        self._processors = processors
        super().__init__(directory)

    def launch(self, directory: Path, ends: list[int]) -> int:
        place = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
        try:
            passed = array.array("i", [*ends, place])
            rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, passed)]
            self._zygote.socket.sendmsg([struct.pack("i", self._processors)], rights)
            (pid,) = struct.unpack("i", self._zygote.socket.recv(16))
        finally:
            os.close(place)
        assert isinstance(pid, int)
        return pid


def _driver(folder: Path) -> Path:
    copy = folder / "driver"
    shutil.copytree(DRIVER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    preload = copy / "cloister_driver/preload.py"
    text = preload.read_text("utf-8")
    assert 'FOLDER = "/usr/share/cloister"' in text
    preload.write_text(text.replace('FOLDER = "/usr/share/cloister"', f"FOLDER = {str(folder)!r}"), "utf-8")
    return copy


def _library(folder: Path) -> Path:
    library = folder / "stand_in.so"
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(STAND_IN)], check=True)
    return library
