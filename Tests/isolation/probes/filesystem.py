# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Probes of files and mounts."""

import os
from hashlib import sha256

from common import attempt, ctypes, errno, in_child, outcome, run_python, syscall, try_open

MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MNT_DETACH = 1, 32, 4096, 16384, 2
AT_FDCWD, AT_EMPTY_PATH, OPEN_TREE_CLONE = -100, 0x1000, 1


def read_files(paths):
    """Digests of files and the names in directories, where they can be read."""
    found = {}
    for path in paths:
        try:
            if os.path.isdir(path):
                found[path] = "names: " + ", ".join(sorted(os.listdir(path)))
            else:
                with open(path, "rb") as file:
                    found[path] = sha256(file.read()).hexdigest()
        except OSError as error:
            found[path] = errno.errorcode[error.errno]
    return found


def write_places(directories, files):
    """Creates and removes a file in each directory, opens each file for writing and touches it without a change."""
    found = {}
    for directory in directories:
        path = os.path.join(directory, ".cloister-probe")

        def create(path=path):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            os.unlink(path)

        found[directory] = attempt(create)
        found[f"mkdir {directory}"] = attempt(lambda path=path: (os.mkdir(path), os.rmdir(path)))
        found[f"symlink {directory}"] = attempt(lambda path=path: (os.symlink("x", path), os.unlink(path)))
    for path in files:
        found[path] = try_open(path, os.O_WRONLY)
        found[f"chmod {path}"] = attempt(lambda path=path: os.chmod(path, os.stat(path).st_mode & 0o7777))
        found[f"utime {path}"] = attempt(lambda path=path: os.utime(path, ns=(0, os.stat(path).st_mtime_ns)))
    return found


def writable_directories(skip=("/proc", "/sys")):
    """Every directory of the tree in which a file can be made."""
    found = []
    for directory, names, _ in os.walk("/"):
        names[:] = [name for name in names if os.path.join(directory, name) not in skip]
        path = os.path.join(directory, ".cloister-probe")
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError:
            continue
        os.unlink(path)
        found.append(directory)
    return found


def mount_filesystems(directory):
    os.makedirs(directory, exist_ok=True)
    fuse = -1
    try:
        fuse = os.open("/dev/fuse", os.O_RDWR)
    except OSError:
        pass
    data = {
        "tmpfs": "",
        "proc": "",
        "sysfs": "",
        "cgroup2": "",
        "overlay": "lowerdir=/usr:/etc",
        "fuse": f"fd={fuse},rootmode=40000,user_id=0,group_id=0",
    }
    found = {}
    for kind, options in data.items():
        found[kind] = outcome("mount", kind, directory, kind, 0, options)
        if found[kind] == "ok":
            syscall("umount2", directory, MNT_DETACH)
    found["bind"] = outcome("mount", "/usr", directory, "", MS_BIND, 0)
    if fuse >= 0:
        os.close(fuse)
    return found


def new_mount_calls(directory):
    """The descriptor-based calls, as a chain that makes and attaches a tmpfs."""
    os.makedirs(directory, exist_ok=True)
    context = syscall("fsopen", "tmpfs", 0)
    number = context if isinstance(context, int) else -1
    create = syscall("fsconfig", number, 6, 0, 0, 0)
    mount = syscall("fsmount", number, 0, 0)
    mounted = mount if isinstance(mount, int) else -1
    attributes = (ctypes.c_uint64 * 4)(2, 0, 0, 0)
    found = {
        "fsopen": context,
        "fsconfig": create,
        "fsmount": mount,
        "mount_setattr": syscall("mount_setattr", mounted, "", AT_EMPTY_PATH, ctypes.byref(attributes), 32),
        "move_mount": syscall("move_mount", mounted, "", AT_FDCWD, directory, 4),
        "fspick": syscall("fspick", AT_FDCWD, directory, 0),
        "open_tree": syscall("open_tree", AT_FDCWD, "/", OPEN_TREE_CLONE),
    }
    return {name: "ok" if isinstance(result, int) else result for name, result in found.items()}


def change_root(directory):
    """Each in a child: they change what their process sees."""

    def pivot():
        os.makedirs(directory, exist_ok=True)
        syscall("mount", "tmpfs", directory, "tmpfs", 0, 0)
        attempt(os.mkdir, directory + "/old")
        return outcome("pivot_root", directory, directory + "/old")

    # In this order: all are in one mount namespace.
    return {
        "chroot": in_child(outcome, "chroot", "/tmp"),
        "umount /dev/shm": in_child(outcome, "umount2", "/dev/shm", MNT_DETACH),
        "umount /proc": in_child(outcome, "umount2", "/proc", MNT_DETACH),
        "pivot_root": in_child(pivot),
    }


def remount_writable(target):
    """Tries to make a read-only mount writable, and then to write to it."""
    found = {
        "remount": outcome("mount", 0, target, 0, MS_REMOUNT | MS_BIND, 0),
        "remount superblock": outcome("mount", 0, target, 0, MS_REMOUNT, 0),
        "recursive": outcome("mount", 0, target, 0, MS_REMOUNT | MS_BIND | MS_REC, 0),
    }
    path = os.path.join(target, ".cloister-probe")
    found["write"] = attempt(lambda: (os.close(os.open(path, os.O_CREAT | os.O_WRONLY)), os.unlink(path)))
    return found


def remount_control(directory):
    """`remount_writable` of a read-only mount that this makes first."""
    os.makedirs(directory, exist_ok=True)
    syscall("mount", "tmpfs", directory, "tmpfs", MS_RDONLY, 0)
    return remount_writable(directory)


def walk_up(target):
    """Whether `target`, relative to a root, is found by walking up from several places."""
    found = {}
    for start in ("/..", "/proc/self/root/..", "/proc/self/cwd/" + "../" * 64, "/../../..", "/proc/self/root"):
        found[start] = os.path.exists(os.path.join(start, target.lstrip("/")))
    same = os.stat("/..").st_ino == os.stat("/").st_ino and os.stat("/..").st_dev == os.stat("/").st_dev
    return {"found": found, "closed": same}


def double_chroot(directory, target):
    """The escape with a held descriptor of the root."""

    def escape():
        os.makedirs(directory, exist_ok=True)
        root = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
        result = outcome("chroot", directory)
        os.fchdir(root)
        for _ in range(64):
            os.chdir("..")
        again = outcome("chroot", ".")
        return {"chroot": result, "again": again, "seen": os.path.exists(target.lstrip("/"))}

    return in_child(escape)


def list_descriptors():
    """What each descriptor points at, without the one of the listing; of this process and of a program it starts."""
    code = (
        "import os\nfor n in os.listdir('/proc/self/fd'):\n"
        " try: print(n, os.readlink('/proc/self/fd/' + n))\n"
        " except OSError: pass"
    )
    import subprocess
    import sys

    own = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            own[name] = os.readlink("/proc/self/fd/" + name)
        except OSError:
            continue
    started = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, close_fds=False, text=True).stdout
    return {"own": own, "started": dict(line.split(" ", 1) for line in started.splitlines())}


def mounts():
    """The lines of mountinfo, cut into fields."""
    found = []
    with open("/proc/self/mountinfo") as file:
        for line in file:
            left, _, right = line.partition(" - ")
            fields, device = left.split(), right.split()
            found.append(
                {
                    "root": fields[3],
                    "point": fields[4],
                    "options": fields[5].split(","),
                    "type": device[0],
                    "source": device[1],
                    "super": device[2].split(","),
                }
            )
    return found


def look_at_process(pid):
    place = f"/proc/{pid}/"

    def read(name):
        with open(place + name, "rb") as file:
            file.read()

    found = {name: attempt(os.readlink, place + name) for name in ("root", "cwd", "exe")}
    found["root/"] = attempt(os.listdir, place + "root/")
    found["cwd/"] = attempt(os.listdir, place + "cwd/")
    found["fd"] = attempt(os.listdir, place + "fd")
    found["mem"] = try_open(place + "mem")
    found["environ"] = attempt(read, "environ")
    found["maps"] = attempt(read, "maps")
    return found


def file_handles(path):
    class Handle(ctypes.Structure):
        _fields_ = (("size", ctypes.c_uint), ("kind", ctypes.c_int), ("data", ctypes.c_char * 128))

    handle = Handle(size=128)
    mount_id = ctypes.c_int()
    name = outcome("name_to_handle_at", AT_FDCWD, path, ctypes.byref(handle), ctypes.byref(mount_id), 0)
    root = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY)
    opened = outcome("open_by_handle_at", root, ctypes.byref(handle), os.O_RDONLY)
    os.close(root)
    return {"name_to_handle_at": name, "open_by_handle_at": opened}


def setuid_program(path, directory):
    """The user that a setuid program runs as; without a path one is made here."""
    import shutil
    import sys

    made = None
    if path is None:
        path = made = os.path.join(directory, "setuid-python")
        shutil.copyfile(os.path.realpath(sys.executable), path)
        os.chmod(path, 0o4755)
    found = {"chown": attempt(os.chown, path, 0, 0)} if made else {}
    code = "import os; print(os.getuid(), os.geteuid(), os.getegid())"
    found["ids"] = run_python(code, path)
    found["mode"] = os.stat(path).st_mode & 0o7777
    if made:
        os.unlink(made)
    return found


def file_capability(path):
    with open(path, "wb"):
        pass
    value = b"\x01\x00\x00\x02" + b"\xff\xff\xff\xff" + bytes(12)
    found = {"setxattr": outcome("setxattr", path, "security.capability", value, len(value), 0)}
    os.unlink(path)
    return found


def hard_link(source, target):
    def link():
        os.link(source, target)
        os.unlink(target)

    return {"link": attempt(link)}


def device_nodes(directory):
    found = {}
    for name, mode, device in (
        ("c 1:1", 0o020666, os.makedev(1, 1)),
        ("c 1:3", 0o020666, os.makedev(1, 3)),
        ("c 0:0", 0o020666, 0),
        ("b 8:0", 0o060666, os.makedev(8, 0)),
        ("b 253:0", 0o060666, os.makedev(253, 0)),
    ):
        path = os.path.join(directory, "node")
        found[name] = outcome("mknod", path, mode, device)
        found["at " + name] = outcome("mknodat", AT_FDCWD, path + "2", mode, device)
        for made in (path, path + "2"):
            if os.path.lexists(made):
                os.unlink(made)
    return found


def make_fifo(directory):
    path = os.path.join(directory, "fifo")
    os.mkfifo(path)
    os.unlink(path)
    return True


def open_devices(names):
    return {name: try_open("/dev/" + name) for name in names}


def open_terminals(most):
    """How many pseudo-terminals can be open at once, up to `most`, and what ends it."""
    held = []
    ending = "ok"
    while len(held) < most:
        try:
            held.append(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
        except OSError as error:
            ending = errno.errorcode[error.errno]
            break
    for descriptor in held:
        os.close(descriptor)
    return {"count": len(held), "ending": ending}
