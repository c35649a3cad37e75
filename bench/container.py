# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Helper: starts Python in a fresh container on a read-only image and waits for its first line.

Usage, in a mount namespace of its own: container.py bwrap|runc IMAGE CODE

The code prints 2 when it is done.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYTHON = ["/usr/bin/python3", "-X", "utf8", "-c"]
SEARCH = "/usr/local/bin:/usr/bin:/bin"


def bwrap(root: Path, code: str) -> list[str]:
    """All namespaces, the image read-only, private /tmp and /workspace."""
    places = ["--ro-bind", str(root), "/", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    places += ["--tmpfs", "/workspace", "--chdir", "/workspace"]
    environment = ["--clearenv", "--setenv", "PATH", SEARCH, "--setenv", "HOME", "/workspace"]
    return ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", *places, *environment, *PYTHON, code]


def bundle(root: Path, place: Path, code: str) -> None:
    """What `runc spec` proposes, with this image and this program."""
    subprocess.run(["runc", "spec", "--bundle", str(place)], check=True)
    config = place / "config.json"
    settings = json.loads(config.read_text("utf-8"))
    settings["root"] = {"path": str(root), "readonly": True}
    settings["process"]["terminal"] = False
    settings["process"]["args"] = [*PYTHON, code]
    # A place for what libraries keep, as bwrap has it.
    settings["process"]["env"] += ["HOME=/tmp", "MPLCONFIGDIR=/tmp"]
    settings["mounts"].append({"destination": "/tmp", "type": "tmpfs", "source": "tmpfs"})
    config.write_text(json.dumps(settings), "utf-8")


def runc(place: Path) -> list[str]:
    """One container of the bundle under a name of its own."""
    return ["runc", "run", "--bundle", str(place), f"cloister-bench-{os.getpid()}-{time.monotonic_ns()}"]


def sample(command: list[str]) -> float:
    """Seconds from the start to the result; the end of the container is not counted."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        line = process.stdout.readline() if process.stdout else b""
        seconds = time.perf_counter() - start
    if line != b"2\n" or process.returncode != 0:
        raise SystemExit(f"{command[0]} answered {line!r} and ended with {process.returncode}")
    return seconds


def main() -> None:
    """Serves until its input ends."""
    kind, image, code = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="cloister-bench-") as work:
        root, place = Path(work) / "root", Path(work) / "bundle"
        root.mkdir()
        place.mkdir()
        subprocess.run(["mount", "-t", "erofs", "-o", "loop,ro", image, str(root)], check=True)
        try:
            if kind == "runc":
                bundle(root, place, code)
            print("ready", flush=True)
            for line in sys.stdin:
                samples = [sample(runc(place) if kind == "runc" else bwrap(root, code)) for _ in range(int(line))]
                print(json.dumps(samples), flush=True)
        finally:
            subprocess.run(["umount", str(root)], check=False)


if __name__ == "__main__":
    main()
