# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What every probe uses. Probes are sent as source text and run both in a session and, as controls, on the host.

A probe is a function that returns what JSON can hold. Where it tries something, the result is "ok" or an errno's name.
"""

import ctypes
import errno
import json
import os
import signal
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long

# x86-64; those from 424 on are the same on every architecture.
NUMBERS = {
    "shmget": 29,
    "shmat": 30,
    "shmctl": 31,
    "clone": 56,
    "semget": 64,
    "msgget": 68,
    "ptrace": 101,
    "syslog": 103,
    "setuid": 105,
    "setgid": 106,
    "setreuid": 113,
    "setregid": 114,
    "setgroups": 116,
    "setresuid": 117,
    "setresgid": 119,
    "setfsuid": 122,
    "setfsgid": 123,
    "capset": 126,
    "mknod": 133,
    "pivot_root": 155,
    "prctl": 157,
    "adjtimex": 159,
    "chroot": 161,
    "settimeofday": 164,
    "mount": 165,
    "umount2": 166,
    "sethostname": 170,
    "setdomainname": 171,
    "setxattr": 188,
    "clock_settime": 227,
    "tgkill": 234,
    "add_key": 248,
    "request_key": 249,
    "keyctl": 250,
    "mknodat": 259,
    "unshare": 272,
    "fallocate": 285,
    "name_to_handle_at": 303,
    "open_by_handle_at": 304,
    "clock_adjtime": 305,
    "setns": 308,
    "kcmp": 312,
    "memfd_create": 319,
    "pidfd_send_signal": 424,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "fspick": 433,
    "pidfd_open": 434,
    "clone3": 435,
    "pidfd_getfd": 438,
    "mount_setattr": 442,
}


def word(value):
    """An argument of a system call."""
    if isinstance(value, str):
        value = value.encode()
    return ctypes.c_long(value) if isinstance(value, int) else value


def syscall(name, *arguments):
    """The result, or the errno's name."""
    ctypes.set_errno(0)
    result = LIBC.syscall(ctypes.c_long(NUMBERS[name]), *map(word, arguments))
    return result if result != -1 else errno.errorcode[ctypes.get_errno()]


def outcome(name, *arguments):
    """ "ok", or the errno's name."""
    result = syscall(name, *arguments)
    return result if isinstance(result, str) else "ok"


def attempt(function, *arguments):
    """ "ok", or the name of the errno of an OSError."""
    try:
        function(*arguments)
    except OSError as error:
        return errno.errorcode.get(error.errno, str(error.errno))
    return "ok"


def in_child(function, *arguments):
    """The result of a function that may leave its process in any state."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(reading)
            os.write(writing, json.dumps(function(*arguments)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as file:
        content = file.read()
    _, status = os.waitpid(pid, 0)
    return json.loads(content) if content else f"died:{status}"


def sleeper():
    """A child that does nothing."""
    pid = os.fork()
    if pid == 0:
        try:
            while True:
                signal.pause()
        finally:
            os._exit(0)
    return pid


def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def status_of(pid="self"):
    """The fields of /proc/PID/status."""
    with open(f"/proc/{pid}/status") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)


def text_of(path):
    """The content, or the errno's name."""
    try:
        with open(path, "rb") as file:
            return file.read(1 << 22).decode("utf-8", "backslashreplace")
    except OSError as error:
        return errno.errorcode[error.errno]


def try_open(path, flags=os.O_RDONLY):
    """ "ok", or the errno's name."""
    return attempt(lambda: os.close(os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)))


def run_python(code, program=sys.executable):
    """What a new interpreter prints."""
    import subprocess

    done = subprocess.run([program, "-c", code], capture_output=True, text=True, timeout=60)
    return done.stdout.strip() or done.stderr.strip()[-300:]
