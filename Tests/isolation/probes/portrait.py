# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Everything that a process can find out about itself, in words that do not depend on when and where it started."""

import os
import re
import signal
import sys

from common import LIBC, NUMBERS, attempt, ctypes, in_child, json, outcome, syscall, text_of

OWN_FILES = (
    "arch_status attr/current autogroup cgroup cmdline comm coredump_filter cpu_resctrl_groups environ gid_map "
    "ksm_merging_pages limits loginuid oom_adj oom_score_adj patch_state personality projid_map sessionid setgroups "
    "timens_offsets timers timerslack_ns uid_map"
).split()
PRCTLS = {
    "PDEATHSIG": 2,
    "DUMPABLE": 3,
    "KEEPCAPS": 7,
    "TIMING": 13,
    "SECCOMP": 21,
    "TSC": 25,
    "SECUREBITS": 27,
    "TIMERSLACK": 30,
    "MCE_KILL": 34,
    "CHILD_SUBREAPER": 37,
    "NO_NEW_PRIVS": 39,
    "THP_DISABLE": 42,
    "IO_FLUSHER": 58,
    "MDWE": 66,
    "MEMORY_MERGE": 68,
}
POINTERS = {"PDEATHSIG", "TSC", "CHILD_SUBREAPER"}
FORBIDDEN = {
    "acct": 163,
    "bpf": 321,
    "fanotify_init": 300,
    "init_module": 175,
    "io_uring_setup": 425,
    "ioperm": 173,
    "iopl": 172,
    "ioprio_set": 251,
    "kexec_load": 246,
    "landlock_create_ruleset": 444,
    "lookup_dcookie": 212,
    "migrate_pages": 256,
    "modify_ldt": 154,
    "move_pages": 279,
    "mq_open": 240,
    "open_by_handle_at": 304,
    "perf_event_open": 298,
    "personality": 135,
    "process_vm_readv": 310,
    "process_vm_writev": 311,
    "quotactl": 179,
    "reboot": 169,
    "rt_sigqueueinfo": 129,
    "seccomp": 317,
    "sched_setscheduler": 144,
    "set_mempolicy": 238,
    "swapon": 167,
    "syslog": 103,
    "userfaultfd": 323,
    "vhangup": 153,
}
FORBIDDEN.update({name: NUMBERS[name] for name in NUMBERS if name not in ("clone", "prctl")})
NUMBERS.update(FORBIDDEN)
NUMBERS.update(ioprio_get=252, sigaltstack=131, rt_sigaction=13, get_robust_list=274)
FIELDS_OF_STAT = {
    "ppid": 4,
    "pgrp": 5,
    "session": 6,
    "tty_nr": 7,
    "tpgid": 8,
    "flags": 9,
    "cutime": 16,
    "cstime": 17,
    "priority": 18,
    "nice": 19,
    "num_threads": 20,
    "itrealvalue": 21,
    "exit_signal": 38,
    "rt_priority": 40,
    "policy": 41,
}
AUXILIARY = {3: "PHDR", 6: "PAGESZ", 11: "UID", 12: "EUID", 13: "GID", 14: "EGID", 17: "CLKTCK", 23: "SECURE"}


def steady(text):
    """Without numbers of inodes."""
    return re.sub(r"\[\d+\]", "[]", text)


def files_of_self():
    """Which there are, and what opening them gives."""
    found = {}
    for name in sorted(os.listdir("/proc/self")):
        path = "/proc/self/" + name
        if os.path.islink(path):
            found[name] = attempt(os.readlink, path)
        elif os.path.isdir(path):
            found[name] = attempt(os.listdir, path)
        else:
            found[name] = attempt(lambda path=path: os.close(os.open(path, os.O_RDONLY)))
    return found


def descriptors():
    import fcntl
    import socket

    found = {}
    numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    for number in sorted(numbers):
        try:
            target = steady(os.readlink(f"/proc/self/fd/{number}"))
        except FileNotFoundError:
            continue  # the listing's own
        fact = {
            "target": target,
            "mode": oct(os.fstat(number).st_mode),
            "getfd": fcntl.fcntl(number, fcntl.F_GETFD),
            "getfl": fcntl.fcntl(number, fcntl.F_GETFL),
            "owner": attempt(fcntl.fcntl, number, fcntl.F_GETOWN),
            "info": re.sub(r"(ino|mnt_id):\t\d+", r"\1", text_of(f"/proc/self/fdinfo/{number}")),
        }
        if target.startswith("socket"):
            end = socket.socket(fileno=os.dup(number))
            fact["socket"] = [end.family, end.type, end.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)]
            fact["socket"] += [end.getsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED), repr(end.getsockname())]
            fact["socket"] += [attempt(end.getpeername), end.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF)]
            fact["peer"] = end.getsockopt(socket.SOL_SOCKET, 17, 12).hex()
            end.close()
        found[str(number)] = fact
    return found


def mounts():
    """Numbers of mounts and devices in the order of their appearance; users as inside."""
    numbers = {}
    found = []
    for line in text_of("/proc/self/mountinfo").splitlines():
        number, parent, device, *rest = line.split(" ")
        for name in (number, parent, device):
            numbers.setdefault(name, len(numbers))
        text = re.sub(r"workspaces/[0-9a-f]+", "workspaces/X", " ".join(rest))
        text = re.sub(r"(subvolid|uid|gid)=\d+", r"\1=N", text)
        found.append([numbers[number], numbers[parent], numbers[device], text])
    return found


def status():
    return dict(line.split(":\t", 1) for line in text_of("/proc/self/status").splitlines())


def stat():
    fields = text_of("/proc/self/stat").rpartition(") ")[2].split()
    return {name: int(fields[number - 3]) for name, number in FIELDS_OF_STAT.items()}


def auxiliary():
    with open("/proc/self/auxv", "rb") as file:
        words = memoryview(file.read()).cast("Q")
    return {name: dict(zip(words[::2], words[1::2], strict=True)).get(key) for key, name in AUXILIARY.items()}


def signals():
    class Action(ctypes.Structure):
        _fields_ = [("handler", ctypes.c_ulong), ("flags", ctypes.c_ulong), ("rest", ctypes.c_ulong * 2)]

    found = {}
    for number in range(1, 65):
        action = Action()
        result = outcome("rt_sigaction", number, None, ctypes.byref(action), 8)
        handler = {0: "default", 1: "ignored"}.get(action.handler, "function")
        found[str(number)] = [result, handler, hex(action.flags), hex(action.rest[1])]
    for number in signal.valid_signals():
        found[str(int(number))].append(str(signal.getsignal(number)).partition(" at ")[0])
    stack = (ctypes.c_ulong * 3)()
    found["sigaltstack"] = [outcome("sigaltstack", None, ctypes.byref(stack)), stack[1] & 0xFFFFFFFF, stack[2]]
    found["blocked"] = sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ()))
    found["pending"] = sorted(signal.sigpending())
    found["wakeup"] = signal.set_wakeup_fd(-1)
    return found


def settings():
    import resource
    import time

    umask = os.umask(0o22)
    os.umask(umask)
    return {
        "umask": umask,
        "nice": os.getpriority(os.PRIO_PROCESS, 0),
        "ioprio": syscall("ioprio_get", 1, 0),
        "processors": len(os.sched_getaffinity(0)),
        "cpu_count": os.cpu_count(),
        "scheduler": [os.sched_getscheduler(0), os.sched_getparam(0).sched_priority],
        "rlimits": {
            name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")
        },
        "itimers": [signal.getitimer(kind) for kind in (0, 1, 2)],
        "cwd": os.getcwd(),
        "links": [os.readlink("/proc/self/" + name) for name in ("cwd", "root", "exe")],
        "ids": [os.getresuid(), os.getresgid(), os.getgroups()],
        "session": [os.getpid(), os.getppid(), os.getpgid(0), os.getsid(0), os.getpgrp()],
        "terminal": attempt(os.open, "/dev/tty", os.O_RDONLY),
        "host": [os.uname().nodename, os.uname().release, text_of("/proc/sys/kernel/domainname")],
        "login": attempt(os.getlogin),
        "zone": [time.tzname, time.timezone],
        "floats": floats(),
        "C environment": c_environment(),
        "rseq": rseq(),
        "robust list": syscall_result("get_robust_list"),
        "raise": raises(),
    }


def floats():
    """Rounding, and what becomes of numbers that are almost nothing."""
    return [LIBC.fegetround(), 5e-324 * 1.0, 1e-310 / 3.0, 0.1 + 0.2]


def c_environment():
    """What getenv finds, which is not what os.environ has to be."""
    variables = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
    found = []
    while variables[len(found)] is not None:
        found.append(variables[len(found)].decode())
    return sorted(found)


def rseq():
    """Whether the kernel knows the thread's restartable sequences: then it keeps the processor's number there."""
    try:
        offset = ctypes.c_ssize_t.in_dll(ctypes.CDLL(None), "__rseq_offset").value
    except ValueError:
        return "none"
    pthread_self = ctypes.CDLL(None).pthread_self
    pthread_self.restype = ctypes.c_ulong
    return ctypes.c_int32.from_address(pthread_self() + offset + 4).value >= 0


def syscall_result(name):
    """Whether there is a list, and its size."""
    head, size = ctypes.c_ulong(0), ctypes.c_ulong(0)
    return [outcome(name, 0, ctypes.byref(head), ctypes.byref(size)), head.value != 0, size.value]


def raises():
    """A signal to oneself in libc's way, which keeps the number of the thread."""
    import threading

    taken = []
    before = signal.signal(signal.SIGUSR1, lambda number, frame: taken.append(number))
    signal.raise_signal(signal.SIGUSR1)
    signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    return len(taken)


def prctls():
    found = {}
    for name, number in PRCTLS.items():
        value = ctypes.c_ulong(0)
        argument = ctypes.byref(value) if name in POINTERS else 0
        result = syscall("prctl", number, argument, 0, 0, 0)
        found[name] = [result, value.value & 0xFFFFFFFF]
    found["name"] = text_of("/proc/self/comm")
    found["bounding"] = [syscall("prctl", 23, number, 0, 0, 0) for number in range(42)]
    found["ambient"] = [syscall("prctl", 47, 1, number, 0, 0) for number in range(41)]
    found["speculation"] = [syscall("prctl", 52, number, 0, 0, 0) for number in range(3)]
    return found


def own_files():
    found = {name: text_of("/proc/self/" + name) for name in OWN_FILES}
    for name in ("uid_map", "gid_map"):
        found[name] = [line.split()[::2] for line in found[name].splitlines()]
    return found


def keyrings():
    """KEYCTL_GET_KEYRING_ID and KEYCTL_DESCRIBE of each special keyring, and the tables of keys."""
    found = {
        str(number): [outcome("keyctl", 0, number, 0, 0, 0), outcome("keyctl", 6, number)] for number in range(-8, 0)
    }
    found["tables"] = [text_of("/proc/keys"), text_of("/proc/key-users")]
    return found


def forbidden():
    return {name: in_child(outcome, name, 0, 0, 0, 0, 0, 0) for name in sorted(FORBIDDEN)}


def threads():
    import threading

    main = threading.main_thread()
    return {
        "tasks": len(os.listdir("/proc/self/task")),
        "names": [thread.name for thread in threading.enumerate()],
        "main": [
            main.ident == threading.get_ident(),
            main.native_id == os.getpid(),
            main is threading.current_thread(),
        ],
        "native": threading.get_native_id() == os.getpid(),
        "comms": [text_of(f"/proc/self/task/{task}/comm") for task in os.listdir("/proc/self/task")],
        "stack": threading.stack_size(),
        "hooks": [threading.excepthook.__qualname__, str(threading.gettrace()), str(threading.getprofile())],
    }


def stream(file):
    names = ("name", "encoding", "errors", "line_buffering", "write_through", "closed", "mode", "newlines")
    found = {name: repr(getattr(file, name, None)) for name in names}
    found["type"] = [type(file).__module__, type(file).__qualname__]
    for name in ("fileno", "isatty", "seekable", "readable", "writable", "tell"):
        try:
            found[name] = repr(getattr(file, name)())
        except Exception as error:
            found[name] = repr(error)
    return found


def interpreter():
    import gc
    import locale

    names = (
        "argv orig_argv base_exec_prefix base_prefix byteorder copyright dont_write_bytecode exec_prefix executable "
        "flags float_repr_style hexversion hash_info implementation maxunicode path path_hooks platform platlibdir "
        "prefix pycache_prefix stdlib_module_names thread_info warnoptions _xoptions _framework _git"
    ).split()
    found = {name: steady(re.sub(r" at 0x[0-9a-f]+", "", repr(getattr(sys, name, None)))) for name in names}
    found["stdlib_module_names"] = len(sys.stdlib_module_names)
    found["meta_path"] = [getattr(finder, "__qualname__", type(finder).__qualname__) for finder in sys.meta_path]
    calls = "getdefaultencoding getdlopenflags getfilesystemencodeerrors getfilesystemencoding getrecursionlimit"
    calls += " getswitchinterval gettrace getprofile get_int_max_str_digits get_asyncgen_hooks is_finalizing"
    calls += " get_coroutine_origin_tracking_depth"
    found.update({name: repr(getattr(sys, name)()) for name in calls.split()})
    hooks = ("displayhook", "excepthook", "unraisablehook", "breakpointhook", "audit", "addaudithook")
    found["hooks"] = [
        [getattr(getattr(sys, name), "__module__", None), type(getattr(sys, name)).__name__] for name in hooks
    ]
    found["names of sys"] = sorted(dir(sys))
    found["builtins"] = sorted(dir(__import__("builtins")))
    found["streams"] = [stream(file) for file in (sys.stdin, sys.stdout, sys.stderr)]
    found["same streams"] = [sys.stdin is sys.__stdin__, sys.stdout is sys.__stdout__, sys.stderr is sys.__stderr__]
    found["gc"] = [gc.isenabled(), gc.get_threshold(), gc.get_debug(), len(gc.callbacks), len(gc.garbage)]
    found["gc in use"] = gc.get_freeze_count() > 0
    found["locale"] = [locale.setlocale(locale.LC_ALL, None), locale.getpreferredencoding(), locale.getlocale()]
    found["codeset"] = locale.nl_langinfo(locale.CODESET)
    found["numbers"] = json.loads(json.dumps(locale.localeconv()))
    found["main"] = [sys.modules["__main__"].__dict__.get(name) is not None for name in ("__file__", "__spec__")]
    found["frames"] = depth()
    return found


def depth():
    """The names of the functions below user code."""
    frame, found = sys._getframe(), []
    while frame is not None:
        found.append(frame.f_code.co_name)
        frame = frame.f_back
    return found


def standard_modules():
    """State of the standard library that imports could have left behind."""
    import atexit
    import contextvars
    import decimal
    import faulthandler
    import logging
    import multiprocessing
    import socket
    import tempfile
    import tracemalloc
    import warnings

    logging_state = logging.getLogger()
    return {
        "filters": [
            [item[0], item[1] and item[1].pattern, item[2].__name__, str(item[3]), item[4]] for item in warnings.filters
        ],
        "warnings": [warnings.showwarning.__qualname__, warnings.defaultaction, len(warnings.onceregistry)],
        "context": len(contextvars.copy_context()),
        "decimal": repr(decimal.getcontext()),
        "faulthandler": faulthandler.is_enabled(),
        "tracemalloc": tracemalloc.is_tracing(),
        "logging": [
            logging_state.level,
            len(logging_state.handlers),
            logging.root.manager.disable,
            logging.raiseExceptions,
        ],
        "multiprocessing": [multiprocessing.get_start_method(True), len(multiprocessing.active_children())],
        "process": [multiprocessing.current_process().name, multiprocessing.current_process().daemon],
        "socket": str(socket.getdefaulttimeout()),
        "tempfile": [tempfile.gettempdir(), tempfile.template],
        "main": sorted(name for name in sys.modules["__main__"].__dict__ if name.startswith("__")),
        "exit": atexit._ncallbacks() >= 0,
    }


def environment():
    return {"os": dict(os.environ), "raw": text_of("/proc/self/environ"), "order": list(os.environ)}


def folders():
    """What lies where a session may write."""
    found = {}
    for top in ("/workspace", "/tmp", "/dev", "/dev/shm", "/run"):
        entries = []
        for place, names, files in os.walk(top):
            for name in sorted(names + files):
                info = os.lstat(os.path.join(place, name))
                entries.append([os.path.join(place, name), oct(info.st_mode), info.st_uid, info.st_gid])
        info = os.lstat(top)
        found[top] = [oct(info.st_mode), info.st_uid, info.st_gid, sorted(entries)]
    return found


def foreign_mappings():
    """Names of mapped files that are not below the image's folders, and of mappings that others could share."""
    found = []
    for line in text_of("/proc/self/maps").splitlines():
        _, rights, _, _, _, *name = line.split(maxsplit=5)
        name = name[0] if name else ""
        if "s" in rights or (name and not name.startswith(("/usr/", "["))):
            found.append(f"{rights[3]} {name}")
    return sorted(set(found))


FACTS = [files_of_self, descriptors, mounts, status, stat, auxiliary, signals, settings, prctls, own_files, keyrings]
FACTS += [threads, interpreter, standard_modules, environment, folders, foreign_mappings]


def portrait():
    """By fact, then by name; all values as text."""
    found = {}
    for fact in FACTS:
        value = fact()
        items = value.items() if isinstance(value, dict) else enumerate(value)
        found.update(
            {f"{fact.__name__}: {name}": json.dumps(item, sort_keys=True, default=repr) for name, item in items}
        )
    return found


def refusals():
    return forbidden()


def change_everything():
    """What a portrait must show, done to oneself."""
    import gc
    import locale
    import resource
    import warnings

    os.umask(0o77)
    os.nice(1)
    os.chdir("/tmp")
    os.dup2(1, 77)
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR2})
    signal.setitimer(signal.ITIMER_REAL, 1000)
    syscall("prctl", 29, 12345, 0, 0, 0)
    warnings.simplefilter("error")
    gc.disable()
    os.environ["PORTRAIT"] = "1"
    sys.path.append("/nowhere")
    locale.setlocale(locale.LC_ALL, "C")
    syscall("prctl", 15, b"other", 0, 0, 0)
    return True
