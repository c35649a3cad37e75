# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Probes of namespaces, identity and signals."""

import os
import signal

from common import attempt, ctypes, end, errno, in_child, outcome, sleeper, status_of, syscall, try_open

NAMESPACE_FLAGS = {
    "time": 0x80,
    "mount": 0x20000,
    "cgroup": 0x2000000,
    "uts": 0x4000000,
    "ipc": 0x8000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
CLONE_FLAGS = {name: flag for name, flag in NAMESPACE_FLAGS.items() if name != "time"}
EVERY_FLAG = sum(CLONE_FLAGS.values())
JUNK = 0x5A5A5A5A << 32


def unshare_each():
    found = {name: in_child(outcome, "unshare", flag) for name, flag in NAMESPACE_FLAGS.items()}
    found["all"] = in_child(outcome, "unshare", EVERY_FLAG | 0x80)
    return found


def raw_clone(flags):
    pid = syscall("clone", flags | signal.SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    if isinstance(pid, str):
        return pid
    os.waitpid(pid, 0)
    return "ok"


def clone_each():
    found = {name: raw_clone(flag) for name, flag in CLONE_FLAGS.items()}
    found["all"] = raw_clone(EVERY_FLAG)
    found.update({name + " and junk": raw_clone(flag | JUNK) for name, flag in CLONE_FLAGS.items()})
    return found


def plain_clone():
    """What must go on working."""
    return {"plain": raw_clone(0), "junk": raw_clone(JUNK)}


def clone3_each():
    def clone3(flags):
        arguments = (ctypes.c_uint64 * 11)(flags, 0, 0, 0, signal.SIGCHLD)
        pid = syscall("clone3", ctypes.byref(arguments), 88)
        if pid == 0:
            os._exit(0)
        if isinstance(pid, str):
            return pid
        os.waitpid(pid, 0)
        return "ok"

    return {"plain": clone3(0), "user": clone3(0x10000000), "nothing": outcome("clone3", 0, 0)}


def children_work():
    """fork, subprocess and threads."""
    import subprocess
    import threading

    found = []
    thread = threading.Thread(target=found.append, args=("thread",))
    thread.start()
    thread.join()
    found.append(subprocess.run(["/bin/echo", "subprocess"], capture_output=True, text=True).stdout.strip())
    found.append(in_child(lambda: "fork"))
    return found


def join_namespaces(pid):
    kinds = ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")

    def join(path):
        descriptor = os.open(path, os.O_RDONLY)
        return outcome("setns", descriptor, 0)

    found = {}
    for kind in kinds:
        if kind != "user":
            found["own " + kind] = in_child(join, f"/proc/self/ns/{kind}")
        found["other " + kind] = try_open(f"/proc/{pid}/ns/{kind}")
    descriptor = os.pidfd_open(pid)
    found["by pidfd"] = in_child(outcome, "setns", descriptor, CLONE_FLAGS["uts"] | CLONE_FLAGS["ipc"])
    os.close(descriptor)
    return found


def namespaces():
    return {
        kind: os.readlink(f"/proc/self/ns/{kind}") for kind in ("cgroup", "ipc", "mnt", "net", "pid", "user", "uts")
    }


def change_ids():
    found = {}
    for name, arguments in (
        ("setuid", (0,)),
        ("setgid", (0,)),
        ("setreuid", (0, 0)),
        ("setregid", (0, 0)),
        ("setresuid", (0, 0, 0)),
        ("setresgid", (0, 0, 0)),
        ("setfsuid", (0,)),
        ("setfsgid", (0,)),
        ("setgroups", (0, 0)),
    ):
        found[name] = in_child(outcome, name, *arguments)
    return found


def ids():
    with open("/proc/self/uid_map") as uids, open("/proc/self/gid_map") as gids:
        return {
            "uid": os.getresuid(),
            "gid": os.getresgid(),
            "groups": os.getgroups(),
            "uid_map": [list(map(int, line.split())) for line in uids],
            "gid_map": [list(map(int, line.split())) for line in gids],
        }


CONFINEMENT = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp", "Seccomp_filters", "Threads")


def confinement():
    """The own status, a thread's, a forked child's, and a new program's after fork and after vfork."""
    import subprocess
    import sys
    import threading

    def own():
        fields = status_of("thread-self")
        return {name: fields.get(name) for name in CONFINEMENT if name != "Threads"}

    found = {"self": own(), "fork": in_child(own)}
    thread = threading.Thread(target=lambda: found.update(thread=own()))
    thread.start()
    thread.join()
    code = "import sys; sys.stdout.write(open('/proc/self/status').read())"

    def program(**how):
        text = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, **how).stdout
        fields = dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)
        return {name: fields.get(name) for name in CONFINEMENT if name != "Threads"}

    found["vfork and exec"] = program()
    found["fork and exec"] = program(preexec_fn=lambda: None)
    return found


def raise_capabilities():
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)

    def capset(value):
        data = (ctypes.c_uint32 * 6)(value, value, 0, value, value, 0)
        return outcome("capset", ctypes.byref(header), ctypes.byref(data))

    def securebits():
        return outcome("prctl", 28, 1 << 0, 0, 0, 0)

    def ambient():
        data = (ctypes.c_uint32 * 6)(1, 1, 1, 0, 0, 0)
        syscall("capset", ctypes.byref(header), ctypes.byref(data))
        return outcome("prctl", 47, 2, 0, 0, 0)

    return {
        "capset": in_child(capset, 1 << 21),
        "PR_CAP_AMBIENT_RAISE": in_child(ambient),
        "PR_SET_KEEPCAPS": in_child(outcome, "prctl", 8, 1, 0, 0, 0),
        "PR_SET_SECUREBITS": in_child(securebits),
    }


def change_names():
    def both(name):
        value = b"cloister-probe"
        return outcome(name, value, len(value))

    return {"sethostname": both("sethostname"), "setdomainname": both("setdomainname")}


def names():
    found = os.uname()
    return {"node": found.nodename, "release": found.release}


def visible_processes():
    return sorted(int(name) for name in os.listdir("/proc") if name.isdigit())


def reach_processes(pids, sweep):
    """Signal 0 to given processes, and to every number; which of them were there."""
    found = {str(pid): attempt(os.kill, pid, 0) for pid in pids}
    reached = []
    for pid in range(1, sweep):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            continue
        except PermissionError:
            pass
        reached.append(pid)
    return {"given": found, "swept": reached}


def signal_everybody():
    """kill(-1, 0) from a child: who can be signalled at all."""
    return attempt(os.kill, -1, 0)


def signal_every_number(pid, last=64):
    """Each signal but those that do nothing to a process that cannot take them."""
    found = {}
    for number in range(1, last + 1):
        found[str(number)] = attempt(os.kill, pid, number)
    return found


def signal_control():
    """Every signal, each to a new process of one's own."""
    found = {}
    for number in range(1, 65):
        pid = sleeper()
        found[str(number)] = attempt(os.kill, pid, number)
        end(pid)
    return found


def signal_otherwise(pid):
    descriptor = syscall("pidfd_open", pid, 0)
    found = {"tgkill": outcome("tgkill", pid, pid, signal.SIGTERM)}
    if isinstance(descriptor, int):
        found["pidfd_send_signal"] = outcome("pidfd_send_signal", descriptor, signal.SIGKILL, 0, 0)
        os.close(descriptor)
    else:
        found["pidfd_send_signal"] = descriptor
    return found


def otherwise_control():
    pid = sleeper()
    try:
        return signal_otherwise(pid)
    finally:
        os.waitpid(pid, 0)


def steal_descriptors():
    pid = sleeper()
    descriptor = os.pidfd_open(pid)
    found = {
        "pidfd_getfd": outcome("pidfd_getfd", descriptor, 0, 0),
        "kcmp": outcome("kcmp", os.getpid(), pid, 0, 0, 0),
    }
    os.close(descriptor)
    end(pid)
    return found


def write_own_settings():
    """Files of /proc/self that give something away; each in a child in a new user namespace, where there can be one."""

    def write(name, text):
        def body():
            if name in ("uid_map", "gid_map", "setgroups"):
                syscall("unshare", NAMESPACE_FLAGS["user"])
            if name == "gid_map":
                with open("/proc/self/setgroups", "w") as file:
                    file.write("deny")
            with open("/proc/self/" + name, "w") as file:
                file.write(text)

        return attempt(body)

    return {
        "uid_map": in_child(write, "uid_map", "0 0 1"),
        "gid_map": in_child(write, "gid_map", "0 0 1"),
        "setgroups": in_child(write, "setgroups", "deny"),
        "oom_score_adj": in_child(write, "oom_score_adj", "-1000"),
        "loginuid": in_child(write, "loginuid", "0"),
    }


def daemonize(seconds=600):
    """A process that left its parent, its session and its group behind; returns its number."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork() == 0:
            os.write(writing, str(os.getpid()).encode())
            for descriptor in range(256):
                try:
                    os.close(descriptor)
                except OSError:
                    continue
            import time

            time.sleep(seconds)
        os._exit(0)
    os.waitpid(pid, 0)
    os.close(writing)
    number = int(os.read(reading, 32))
    os.close(reading)
    return number


def daemonize_deep(levels):
    """A chain of processes, each a subreaper in a session of its own with all signals blocked."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            for level in range(levels):
                syscall("prctl", 36, 1, 0, 0, 0)
                os.setsid() if level == 0 else attempt(os.setsid)
                signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
                os.write(writing, b".")
                if level == levels - 1 or os.fork() != 0:
                    break
            os.close(writing)
            import time

            time.sleep(600)
        finally:
            os._exit(0)
    os.close(writing)
    made = 0
    while made < levels:
        chunk = os.read(reading, levels)
        if not chunk:
            break
        made += len(chunk)
    os.close(reading)
    return made


def is_alive(pid):
    return os.path.exists(f"/proc/{pid}")


def set_clocks():
    """Each sets a clock to what it is."""
    import struct
    import time

    def clock():
        now = time.clock_gettime_ns(time.CLOCK_REALTIME)
        value = struct.pack("qq", now // 10**9, now % 10**9)
        return outcome("clock_settime", 0, value)

    nothing = struct.pack("iiqqq", 0x0100, 0, 0, 0, 0).ljust(208, b"\0")
    return {
        "clock_settime": clock(),
        "settimeofday": outcome("settimeofday", 0, struct.pack("ii", 0, 0)),
        "adjtimex": outcome("adjtimex", ctypes.create_string_buffer(nothing)),
        "clock_adjtime": outcome("clock_adjtime", 0, ctypes.create_string_buffer(nothing)),
    }


def no_such(name):
    return errno.errorcode[getattr(errno, name)]
