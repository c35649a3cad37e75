# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Probes of what the kernel tells and of channels between sessions."""

import os

from common import LIBC, attempt, ctypes, errno, in_child, outcome, syscall, text_of

XOR = bytes(byte ^ 0x5A for byte in range(256))


def read_proc():
    """Every entry of /proc that is no process: directories as their number of entries, files as their size."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            continue
        path = "/proc/" + name
        try:
            if os.path.islink(path):
                found[name] = "-> " + os.readlink(path)
            elif os.path.isdir(path):
                found[name] = f"directory of {len(os.listdir(path))}"
            else:
                descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
                try:
                    found[name] = f"file of {len(os.read(descriptor, 65536))}"
                finally:
                    os.close(descriptor)
        except OSError as error:
            found[name] = errno.errorcode[error.errno]
    return found


def read_texts(paths):
    return {path: text_of(path) for path in paths}


def look_at(paths):
    """Directories as lists, or errno names."""
    found = {}
    for path in paths:
        try:
            found[path] = sorted(os.listdir(path))
        except OSError as error:
            found[path] = errno.errorcode[error.errno]
    return found


def kernel_log():
    return {
        "size": outcome("syslog", 10, 0, 0),
        "read all": outcome("syslog", 3, ctypes.create_string_buffer(4096), 4096),
        "/dev/kmsg": attempt(lambda: os.close(os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK))),
    }


def search_memory(encoded):
    """Which of these texts, given as hex of their bytes XOR 0x5A, are in this process's memory.

    Nothing here ever holds a text itself: memory is encoded, and then searched for the encoded text.
    """
    needles = {text: bytes.fromhex(text) for text in encoded}
    overlap = max(map(len, needles.values()), default=1) - 1
    found = dict.fromkeys(encoded, 0)
    scanned = 0
    with open("/proc/self/mem", "rb", 0) as memory:
        for start, end in used_memory():
            before = b""
            # Never more at once than a small session can hold.
            for place in range(start, end, 1 << 20):
                try:
                    memory.seek(place)
                    content = before + memory.read(min(end - place, 1 << 20)).translate(XOR)
                except (OSError, ValueError, OverflowError):
                    break
                scanned += len(content) - len(before)
                for text, needle in needles.items():
                    found[text] += content.count(needle)
                before = content[len(content) - overlap :]
    return {"found": found, "scanned": scanned}


def used_memory():
    """Starts and ends of what is in memory. To read what has only been reserved would use memory up."""
    with open("/proc/self/maps") as file:
        areas = [line.split() for line in file]
    with open("/proc/self/pagemap", "rb", 0) as pages:
        for fields in areas:
            if "r" not in fields[1] or fields[-1] in ("[vvar]", "[vsyscall]", "[vvar_vclock]"):
                continue
            start, end = (int(number, 16) for number in fields[0].split("-"))
            pages.seek(start // 4096 * 8)
            first = None
            for number, page in enumerate(memoryview(pages.read((end - start) // 4096 * 8)).cast("Q")):
                if first is None and page >> 62:
                    first = number
                elif first is not None and not page >> 62:
                    yield start + first * 4096, start + number * 4096
                    first = None
            if first is not None:
                yield start + first * 4096, end


def search_environment(encoded):
    """The same in what processes show of their start."""
    found = dict.fromkeys(encoded, 0)
    seen = 0
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("environ", "cmdline", "auxv", "status", "comm"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    content = file.read().translate(XOR)
            except OSError:
                continue
            seen += 1
            for text in encoded:
                found[text] += content.count(bytes.fromhex(text))
    return {"found": found, "seen": seen}


def self_descriptions():
    """The texts that tell about this process's surroundings."""
    names = (
        "maps",
        "mountinfo",
        "mounts",
        "mountstats",
        "cgroup",
        "environ",
        "cmdline",
        "limits",
        "status",
        "net/unix",
    )
    found = {name: text_of("/proc/self/" + name) for name in names}
    for name in os.listdir("/proc/self/fd"):
        try:
            found["fd/" + name] = os.readlink("/proc/self/fd/" + name)
        except OSError:
            continue
    return found


def system_facts():
    import platform
    import socket

    uname = os.uname()
    root = os.statvfs("/")
    return {
        "node": uname.nodename,
        "domain": socket.getfqdn(),
        "release": platform.release(),
        "processors": len(os.sched_getaffinity(0)),
        "cpu_count": os.cpu_count(),
        "root flags": root.f_flag & os.ST_RDONLY,
        "load": os.getloadavg(),
    }


def shared_memory_id(key):
    """The id of a segment with this key, or the errno's name."""
    return syscall("shmget", key, 0, 0)


def read_shared_memory(key, size):
    number = syscall("shmget", key, 0, 0)
    if isinstance(number, str):
        return number
    LIBC.shmat.restype = ctypes.c_void_p
    address = LIBC.shmat(number, None, 0o10000)
    return ctypes.string_at(address, size).decode("latin-1")


def make_shared_memory(key, text):
    """A segment that outlives this process."""
    number = syscall("shmget", key, 4096, 0o1666)
    if isinstance(number, str):
        return number
    LIBC.shmat.restype = ctypes.c_void_p
    address = LIBC.shmat(number, None, 0)
    ctypes.memmove(address, text.encode(), len(text))
    LIBC.shmdt(ctypes.c_void_p(address))
    return number


def system_v(shared_key, semaphore_key, queue_key):
    return {
        "shm": outcome("shmget", shared_key, 0, 0),
        "sem": outcome("semget", semaphore_key, 0, 0),
        "msg": outcome("msgget", queue_key, 0),
    }


def system_v_segments():
    """How many segments shmctl(SHM_INFO) counts."""
    info = (ctypes.c_ulong * 16)()
    result = syscall("shmctl", 0, 14, ctypes.byref(info))
    return result if isinstance(result, str) else int(info[0]) & 0xFFFFFFFF


def write_posix_memory(name, text):
    with open("/dev/shm/" + name, "w") as file:
        file.write(text)
    return True


def list_posix_memory():
    return sorted(os.listdir("/dev/shm"))


def connect_sockets(abstract, paths, ports):
    """Abstract names, paths and loopback ports."""
    import socket

    def reach(family, address):
        with socket.socket(family) as end:
            end.settimeout(3)
            end.connect(address)

    found = {"abstract " + name: attempt(reach, socket.AF_UNIX, "\0" + name) for name in abstract}
    found.update({"path " + path: attempt(reach, socket.AF_UNIX, path) for path in paths})
    found.update({f"port {port}": attempt(reach, socket.AF_INET, ("127.0.0.1", port)) for port in ports})
    return found


_LISTENERS = []


def listen(abstract):
    """An abstract socket and a loopback port that stay open: the port."""
    import socket

    local = socket.socket(socket.AF_UNIX)
    local.bind("\0" + abstract)
    local.listen()
    remote = socket.socket()
    remote.bind(("127.0.0.1", 0))
    remote.listen()
    _LISTENERS.extend((local, remote))
    globals().setdefault("KEPT", []).extend((local, remote))
    return remote.getsockname()[1]


def bind_socket(path):
    import socket

    with socket.socket(socket.AF_UNIX) as end:
        found = attempt(end.bind, path)
    if os.path.exists(path) and found == "ok":
        os.unlink(path)
    return {"bind": found}


def keys(name):
    """Searches the keyrings of the process, the user and the session for a key of the type "user"."""
    found = {"request_key": outcome("request_key", "user", name, 0, 0)}
    for ring, number in (("session", -3), ("user", -4), ("user session", -5)):
        found["search " + ring] = outcome("keyctl", 10, number, "user", name, 0)
    found["add_key"] = outcome("add_key", "user", "cloister-probe", b"x", 1, -2)
    found["describe"] = outcome("keyctl", 6, -4, ctypes.create_string_buffer(256), 256)
    return found


def found_key(name):
    """Whether a key with this name is found at all."""
    return isinstance(syscall("keyctl", 10, -4, "user", name, 0), int)


def process_numbers(count):
    """The numbers of a few children in a row."""
    found = []
    for _ in range(count):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
        found.append(pid)
    return found


def spread_marker(marker, memory_bytes, rounds):
    """Leaves a text in memory, pipes, tmpfs and the workspace, and gives all of it back."""
    text = marker.encode()
    block = (text * ((1 << 20) // len(text) + 1))[: 1 << 20]

    def use_memory():
        held = [bytearray(block) for _ in range(memory_bytes >> 20)]
        return len(held)

    for _ in range(rounds):
        in_child(use_memory)
    for directory in ("/tmp", "/dev/shm", "/workspace"):
        path = directory + "/marker"
        with open(path, "wb") as file:
            for _ in range(8):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        os.unlink(path)
    reading, writing = os.pipe()
    os.write(writing, block[:65536])
    os.close(reading)
    os.close(writing)
    return memory_bytes * rounds


def search_fresh(marker_encoded, memory_bytes, plant):
    """Looks for a text (given as in search_memory) in memory and storage that this session never wrote.

    With `plant` the text is written first, so that the search must find it.
    """
    import mmap

    needle = bytes.fromhex(marker_encoded)
    found = {}
    area = mmap.mmap(-1, memory_bytes, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if plant:
        area[4096 : 4096 + len(needle)] = needle.translate(XOR)
    hits = other = 0
    for start in range(0, memory_bytes, 1 << 20):
        part = area[start : start + (1 << 20)]
        hits += part.translate(XOR).count(needle)
        other += part.count(0) != len(part)
    found["memory"] = hits
    found["memory not zero"] = other
    for directory in ("/tmp", "/dev/shm", "/workspace"):
        path = directory + "/fresh"
        with open(path, "w+b") as file:
            os.posix_fallocate(file.fileno(), 0, 8 << 20)
            if plant:
                file.write(needle.translate(XOR))
                file.flush()
            file.seek(0)
            content = file.read()
            found[directory] = content.translate(XOR).count(needle)
        os.unlink(path)
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    if plant:
        os.write(writing, needle.translate(XOR))
    try:
        found["pipe"] = os.read(reading, 65536).translate(XOR).count(needle)
    except BlockingIOError:
        found["pipe"] = 0
    return found
