# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Probes of what a session can do to the process that it was forked from, and to memory that they share."""

import os
import signal

from common import LIBC, NUMBERS, attempt, ctypes, outcome, syscall

NUMBERS.update(
    prlimit64=302, getpriority=140, sched_getaffinity=204, getpgid=121, getsid=124, ioprio_get=252, get_robust_list=274
)
PTRACE_SEIZE, PTRACE_DETACH = 0x4206, 17
PR_GET_DUMPABLE = 3


def reach(pid):
    """Each way to a process by its number; nothing that harms it."""
    buffer = ctypes.create_string_buffer(1024)
    found = {
        "kill": outcome("tgkill", pid, pid, 0),
        "stop": attempt(os.kill, pid, signal.SIGCONT),
        "pidfd_open": attempt(lambda: os.close(os.pidfd_open(pid))),
        "prlimit": outcome("prlimit64", pid, 7, 0, buffer),
        "priority": attempt(os.getpriority, os.PRIO_PROCESS, pid),
        "affinity": attempt(os.sched_getaffinity, pid),
        "group": attempt(os.getpgid, pid),
        "session": attempt(os.getsid, pid),
        "robust list": outcome("get_robust_list", pid, buffer, ctypes.byref(buffer, 8)),
    }
    for name in ("", "/status", "/maps", "/mem", "/environ", "/cmdline", "/fd", "/ns/user", "/root", "/task"):
        found["proc" + name] = attempt(os.stat, f"/proc/{pid}{name}")
    return found


def trace(pid):
    """Attaches and lets go."""
    result = outcome("ptrace", PTRACE_SEIZE, pid, 0, 0)
    if result == "ok":
        attempt(os.kill, pid, signal.SIGCONT)
        syscall("ptrace", 0x4207, pid, 0, 0)  # PTRACE_INTERRUPT, as only a stopped process can be let go
        os.waitpid(pid, 0x40000000)
        outcome("ptrace", PTRACE_DETACH, pid, 0, 0)
    return {"seize": result}


def sockets():
    """Descriptors that are sockets: inode, and whether it listens."""
    import socket

    found = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            if not os.readlink("/proc/self/fd/" + name).startswith("socket"):
                continue
        except FileNotFoundError:
            continue
        with socket.socket(fileno=os.dup(int(name))) as end:
            listens = end.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
            found[name] = [os.fstat(end.fileno()).st_ino, listens]
    return found


def listening():
    """How many sockets listen in the network namespace."""
    with open("/proc/net/unix") as file:
        local = sum(line.split()[3] == "00010000" for line in list(file)[1:])
    with open("/proc/net/tcp") as file:
        return local + sum(line.split()[3] == "0A" for line in list(file)[1:])


FILL = bytes.fromhex(
    "4989f8 4989f9 4889f0"  # list, list, pattern
    "498b38 4885ff 740d 498b4808 f348ab 4983c010 ebeb"  # up to an entry that is zero: rep stosq
    "b801000000 bf00000000 4c89ce ba01000000 0f05"  # write(descriptor, list, 1)
    "b822000000 0f05 ebf7"  # pause, for ever
)
DESCRIPTOR = FILL.index(bytes.fromhex("bf00000000")) + 1
PAGE = 4096


def overwrite(mark):
    """Fills every private mapping of a copy of this process, writable or not, and keeps the copy.

    Nothing of libc or the interpreter can still work then, so the copy ends in a few instructions of its own.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        overwrite_oneself(bytes.fromhex(mark), writing)
    os.close(writing)
    told = os.read(reading, 1)
    os.close(reading)
    if not told:
        return {"told": 0, "status": os.waitpid(pid, 0)[1]}
    with open(f"/proc/{pid}/status") as file:
        size = next(int(line.split()[1]) << 10 for line in file if line.startswith("RssAnon"))
    return {"told": 1, "anonymous": size}


def overwrite_oneself(mark, descriptor):
    import mmap

    LIBC.mmap.restype = LIBC.pthread_self.restype = ctypes.c_ulong
    LIBC.mprotect.argtypes = (ctypes.c_ulong, ctypes.c_ulong, ctypes.c_int)
    size = 4 << 20
    own = LIBC.mmap(None, ctypes.c_ulong(size), 7, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, -1, ctypes.c_long(0))
    code = FILL[:DESCRIPTOR] + descriptor.to_bytes(4, "little") + FILL[DESCRIPTOR + 4 :]
    ctypes.memmove(own, code, len(code))
    # The kernel would read what is written over it.
    offset = ctypes.c_ssize_t.in_dll(ctypes.CDLL(None), "__rseq_offset").value
    LIBC.syscall(334, ctypes.c_long(LIBC.pthread_self() + offset), 32, 1, 0x53053053)
    places = [place for place in private_places() if not own <= place[0] < own + size]
    places = [place for place in places if LIBC.mprotect(*place, 7) == 0]
    words = [word for start, length in places for word in (start, length // 8)]
    table = (ctypes.c_ulong * (len(words) + 2))(*words, 0, 0)
    ctypes.memmove(own + 4096, table, ctypes.sizeof(table))
    fill = ctypes.CFUNCTYPE(None, ctypes.c_ulong, ctypes.c_ulong)(own)
    fill(own + 4096, int.from_bytes(mark, "little"))


def private_places():
    """Starts and lengths, without what has been reserved and never used: that would only use memory up."""
    with open("/proc/self/maps") as file:
        lines = file.read().splitlines()
    found = []
    with open("/proc/self/pagemap", "rb", buffering=0) as pages:
        for line in lines:
            places, rights, offset, _, _, *name = line.split(maxsplit=5)
            name = name[0] if name else ""
            if rights[3] == "s" or name in ("[vvar]", "[vsyscall]", "[vdso]", "[vvar_vclock]"):
                continue
            start, end = (int(place, 16) for place in places.split("-"))
            if os.path.isfile(name):  # beyond its end there is nothing
                end = min(end, start + (os.stat(name).st_size - int(offset, 16) + PAGE - 1) // PAGE * PAGE)
                found.append((start, end - start))
            else:
                pages.seek(start // PAGE * 8)
                found += runs(start, memoryview(pages.read((end - start) // PAGE * 8)).cast("Q"))
    return [(start, length) for start, length in found if length > 0]


def runs(start, pages):
    """Where pages are that are in use."""
    found = []
    for number, page in enumerate(pages):
        if page >> 62:
            place = start + number * PAGE
            if found and sum(found[-1]) == place:
                found[-1] = (found[-1][0], found[-1][1] + PAGE)
            else:
                found.append((place, PAGE))
    return found


def crash_by_writing():
    """The same to oneself, until it cannot go on: libc's variables, the heap, the interpreter."""
    pid = os.fork()
    if pid == 0:
        with open("/proc/self/maps") as file:
            lines = [line.split() for line in file]
        for places, rights, *_ in lines:
            if rights.startswith("rw-p"):
                start, end = (int(place, 16) for place in places.split("-"))
                ctypes.memset(start, 0xA5, end - start)
        os._exit(0)
    return os.waitpid(pid, 0)[1] & 127


def mapped_files():
    """Opening for writing what is mapped, by way of /proc/self/map_files."""
    found = {}
    for name in os.listdir("/proc/self/map_files"):
        result = attempt(lambda name=name: os.close(os.open("/proc/self/map_files/" + name, os.O_RDWR)))
        found[result] = found.get(result, 0) + 1
    return found
