# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Probes of what can be stored and executed."""

import os

from common import attempt, errno, run_python


def fill_bytes(path, most):
    """Writes up to `most` bytes that do not compress: how many went in, and the errno that ended it."""
    block = os.urandom(1 << 20)
    written = 0
    ending = "ok"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        while written < most:
            try:
                written += os.write(descriptor, block[: most - written])
            except OSError as error:
                ending = errno.errorcode[error.errno]
                break
        try:
            os.fsync(descriptor)
        except OSError as error:
            ending = errno.errorcode[error.errno]
    finally:
        os.close(descriptor)
    return {"written": written, "ending": ending}


def fill_names(directory, most, remove=True):
    """Makes files, directories, symlinks and fifos with long names until something refuses."""
    import shutil

    os.mkdir(directory)
    makers = (
        lambda path: os.close(os.open(path, os.O_CREAT | os.O_WRONLY)),
        os.mkdir,
        lambda path: os.symlink("x" * 1000, path),
        os.mkfifo,
    )
    made = 0
    ending = "ok"
    while made < most:
        try:
            makers[made % 4](os.path.join(directory, f"{made:0200d}"))
        except OSError as error:
            ending = errno.errorcode[error.errno]
            break
        made += 1
    if remove:
        shutil.rmtree(directory, ignore_errors=True)
    return {"made": made, "ending": ending}


def fallocate_huge(path, small):
    """fallocate(2) of 1 TiB in several modes, and of a size that fits."""
    import ctypes

    function = ctypes.CDLL(None, use_errno=True).fallocate
    function.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long]

    def ask(mode, size):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        ctypes.set_errno(0)
        failed = function(descriptor, mode, 0, size)
        number = ctypes.get_errno()
        blocks = os.fstat(descriptor).st_blocks
        os.close(descriptor)
        os.unlink(path)
        return {"ending": errno.errorcode[number] if failed else "ok", "blocks": blocks}

    modes = {"plain": 0, "keep size": 1, "zero range": 16, "unshare": 64, "collapse": 8, "insert": 32}
    found = {name: ask(mode, 1 << 40) for name, mode in modes.items()}
    found["punch"] = ask(3, 1 << 40)
    found["small"] = ask(0, small)
    return found


def fallocate_size(path, size):
    """fallocate(2) of one size."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    ending = attempt(os.posix_fallocate, descriptor, 0, size)
    os.close(descriptor)
    os.unlink(path)
    return {"ending": ending}


def nest(directory, depth):
    """Directories in each other, deeper than any path can name; the process comes back to where it was."""
    home = os.open(".", os.O_RDONLY | os.O_DIRECTORY)
    os.makedirs(directory, exist_ok=True)
    os.chdir(directory)
    made = 0
    ending = "ok"
    while made < depth:
        try:
            os.mkdir("d")
            os.chdir("d")
        except OSError as error:
            ending = errno.errorcode[error.errno]
            break
        made += 1
    os.fchdir(home)
    os.close(home)
    long = attempt(os.stat, os.path.join(directory, "d/" * 3000))
    return {"made": made, "ending": ending, "long": long}


def delete_everything():
    """Removes all that can be removed, the driver's files and the own directory too."""
    import shutil

    removed = 0
    for top in ("/workspace", "/tmp", "/dev/shm", "/opt", "/usr", "/etc"):
        for name in os.listdir(top):
            path = os.path.join(top, name)
            try:
                if os.path.isdir(path) and not os.path.islink(path):
                    shutil.rmtree(path)
                else:
                    os.unlink(path)
                removed += 1
            except OSError:
                continue
    return removed


def memory_program():
    """The confinement of a program that runs from a memfd."""
    import json
    import subprocess
    import sys

    descriptor = os.memfd_create("program", 0)
    with open(os.path.realpath(sys.executable), "rb") as program:
        os.sendfile(descriptor, program.fileno(), 0, os.fstat(program.fileno()).st_size)
    code = (
        "import json,os\n"
        "f=dict(l.rstrip(chr(10)).split(':\\t',1) for l in open('/proc/self/status') if ':\\t' in l)\n"
        "print(json.dumps({'exe':os.readlink('/proc/self/exe'),"
        "**{k:f[k] for k in ('Seccomp','CapEff','NoNewPrivs','Uid')}}))"
    )
    done = subprocess.run(
        [f"/proc/self/fd/{descriptor}", "-c", code], pass_fds=[descriptor], capture_output=True, text=True
    )
    os.close(descriptor)
    return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr}


def execute_from(directories):
    """Whether a program that was copied there can be started."""
    import shutil
    import subprocess

    found = {}
    for directory in directories:
        path = os.path.join(directory, "cloister-probe-program")
        shutil.copyfile("/bin/true", path)
        os.chmod(path, 0o700)
        found[directory] = attempt(lambda path=path: subprocess.run([path], check=True))
        os.unlink(path)
    return found


def plant(paths, text):
    """Writes a text into files."""
    for path in paths:
        with open(path, "w") as file:
            file.write(text)
    return True


def find_files(top, names):
    """Which of these names exist anywhere below."""
    found = []
    for directory, below, files in os.walk(top):
        below[:] = [name for name in below if os.path.join(directory, name) not in ("/proc", "/sys")]
        found += [os.path.join(directory, name) for name in [*below, *files] if name in names]
    return found


def replace_artifacts(target):
    """Moves /workspace/artifacts away and puts a symlink there; tries the same with /workspace."""
    found = {}
    found["workspace"] = attempt(os.rename, "/workspace", "/tmp/elsewhere")
    found["artifacts"] = attempt(os.rename, "/workspace/artifacts", "/workspace/moved")
    found["symlink"] = attempt(os.symlink, target, "/workspace/artifacts")
    return found


def python_works():
    return run_python("print(6 * 7)")
