# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Things on the host that no session may find, change or reach."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from host import in_guest

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.shmat.restype = ctypes.c_void_p
_LIBC.syscall.restype = ctypes.c_long
_ADD_KEY, _KEYCTL, _UNLINK, _USER_KEYRING = 248, 250, 9, -4
_CREATE = 0o1600
_REMOVE = 0


class Canaries:
    """Plants them, tells whether they are as they were, and takes them away."""

    def __init__(self) -> None:
        self.secret = f"canary-{secrets.token_hex(16)}"
        self.environment_secret = f"canary-{secrets.token_hex(16)}"
        self.name = f"cloister-canary-{os.getpid()}"
        # An overlay, which the guest's root is, makes no handles, no whiteouts and no overlays.
        place = "/run" if in_guest() else "/var/tmp"
        self.directory = Path(tempfile.mkdtemp(prefix="cloister-canary-", dir=place))
        self.directory.chmod(0o755)
        self.file = self._write(self.directory / "secret", 0o644)
        self.private_file = self._write(self.directory / "private", 0o600)
        self.shared = self._write(Path("/dev/shm") / self.name, 0o644)
        self.work = self.directory / "work"
        self.work.mkdir()
        self._process = subprocess.Popen(
            ["/bin/sleep", "86400"], env={"CANARY": self.secret}, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self.pid = self._process.pid
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._abstract = self._local("\0" + self.name)
        self.socket_path = self.directory / "socket"
        self._path = self._local(str(self.socket_path))
        self.socket_path.chmod(0o777)
        self.key = secrets.randbits(30) | 1
        self._ipc = self._make_ipc()
        value = self.secret.encode()
        self.key_serial: int = _LIBC.syscall(
            _ADD_KEY, b"user", self.name.encode(), value, ctypes.c_long(len(value)), ctypes.c_long(_USER_KEYRING)
        )

    def _write(self, path: Path, mode: int) -> Path:
        path.write_text(self.secret)
        path.chmod(mode)
        return path

    @staticmethod
    def _local(address: str) -> socket.socket:
        end = socket.socket(socket.AF_UNIX)
        end.bind(address)
        end.listen()
        return end

    def _make_ipc(self) -> tuple[int, int, int]:
        shared = _LIBC.shmget(self.key, 4096, _CREATE)
        semaphore = _LIBC.semget(self.key, 1, _CREATE)
        queue = _LIBC.msgget(self.key, _CREATE)
        address = _LIBC.shmat(shared, None, 0)
        ctypes.memmove(address, self.secret.encode(), len(self.secret))
        _LIBC.shmdt(ctypes.c_void_p(address))
        return shared, semaphore, queue

    def damage(self) -> list[str]:
        """What is no longer as it was planted."""
        found = [
            str(path)
            for path in (self.file, self.private_file, self.shared)
            if not path.exists() or path.read_text() != self.secret
        ]
        if sorted(path.name for path in self.directory.iterdir()) != ["private", "secret", "socket", "work"]:
            found.append(f"{self.directory}: {sorted(self.directory.iterdir())}")
        if list(self.work.iterdir()):
            found.append(f"{self.work}: {sorted(self.work.iterdir())}")
        if self._process.poll() is not None:
            found.append("the process has ended")
        if self._shared_memory() != self.secret.encode():
            found.append("System V shared memory")
        return found

    def _shared_memory(self) -> bytes:
        address = _LIBC.shmat(self._ipc[0], None, 0o10000)
        content = ctypes.string_at(address, len(self.secret))
        _LIBC.shmdt(ctypes.c_void_p(address))
        return content

    def visitors(self) -> list[str]:
        """Who connected to the listeners since they were asked last."""
        found = []
        for name, end in (("port", self._listener), ("abstract socket", self._abstract), ("socket", self._path)):
            end.setblocking(False)
            try:
                while True:
                    end.accept()[0].close()
                    found.append(name)
            except BlockingIOError:
                continue
        return found

    def remove(self) -> None:
        self._process.kill()
        self._process.wait()
        for end in (self._listener, self._abstract, self._path):
            end.close()
        shared, semaphore, queue = self._ipc
        _LIBC.shmctl(shared, _REMOVE, None)
        _LIBC.semctl(semaphore, 0, _REMOVE)
        _LIBC.msgctl(queue, _REMOVE, None)
        if self.key_serial > 0:
            _LIBC.syscall(_KEYCTL, ctypes.c_long(_UNLINK), ctypes.c_long(self.key_serial), ctypes.c_long(_USER_KEYRING))
        self.shared.unlink(missing_ok=True)
        shutil.rmtree(self.directory, ignore_errors=True)
