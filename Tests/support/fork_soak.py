# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""Forks of a zygote in which threads run and take locks, and work in each fork that needs the same locks."""

from __future__ import annotations

import shutil
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from driver_channel import DriverEnded
from host import run
from zygotes import DATA_IMAGE, LIMITS, ZygoteHost

if TYPE_CHECKING:
    from collections.abc import Callable

WORK = """
import decimal, json, sqlite3, threading, zlib
assert sqlite3.connect(":memory:").execute("select 6 * 7").fetchone() == (42,)
held = [bytearray(n) for n in range(0, 1 << 20, 4099)]
found = []
threads = [threading.Thread(target=lambda: found.append(zlib.crc32(bytes(1 << 16)))) for _ in range(4)]
[t.start() for t in threads]; [t.join() for t in threads]
assert len(set(found)) == 1
json.dumps({"a": str(decimal.Decimal(1) / 3)})
"done"
"""
"""Locks of malloc, of imports and of threads."""

WORK_OF_DATA = (
    """
import numpy, pyarrow, pyarrow.compute
a = numpy.ones((200, 200))
assert numpy.dot(a, a).sum() == 200 ** 3
assert pyarrow.compute.sum(pyarrow.array(numpy.arange(200_000))).as_py() == 19_999_900_000
t = pyarrow.table({"k": [1, 2] * 5000, "v": range(10_000)}).group_by("k").aggregate([("v", "sum")])
assert sorted(t["v_sum"].to_pylist()) == [24_995_000, 25_000_000]
import pandas
assert pandas.DataFrame({"a": [1, 1, 2]}).groupby("a").size().to_dict() == {1: 2, 2: 1}
"""
    + WORK
)
"""BLAS and Arrow as well."""

WORK_OF_IMPORTS = (
    """
from sklearn.linear_model import LinearRegression
import numpy, scipy.stats
m = LinearRegression().fit(numpy.arange(20).reshape(-1, 1), numpy.arange(20))
assert abs(m.coef_[0] - 1) < 1e-9
assert abs(scipy.stats.norm.cdf(0) - 0.5) < 1e-12
"""
    + WORK_OF_DATA
)
"""Large modules that no zygote has imported, with an estimator. It takes a second, and so not every session does it."""
IMPORTS_EVERY = 10

THREADS = """
def _with_threads():
    import ctypes, os

    # The driver's folder allows no execution. The linker knows what it has loaded by its name.
    descriptor = os.memfd_create("busy")
    with open("/opt/cloister/driver/busy.so", "rb") as file:
        os.write(descriptor, file.read())
    os.dup2(descriptor, 99)
    busy = ctypes.CDLL("/proc/self/fd/99")
    os.close(descriptor)
    os.close(99)
    dgemm = None
    try:
        import numpy, pyarrow, pyarrow.compute
    except ImportError:
        pass
    else:
        square = numpy.ones((500, 500))
        numpy.dot(square, square)
        pyarrow.set_cpu_count(4)
        table = pyarrow.table({"k": [1, 2] * 50000, "v": range(100000)})
        table.group_by("k").aggregate([("v", "sum")])
        with open("/proc/self/maps") as file:
            path = next(line.split()[-1] for line in file if "openblas" in line and "numpy" in line)
        dgemm = ctypes.CDLL(path).scipy_cblas_dgemm64_
    assert busy.start_busy_threads(dgemm) == 0


_with_threads()
"""
"""Runs in the zygote after its warm-up."""


def threaded_driver(source: Path, target: Path) -> Path:
    """A copy of the driver whose zygote has threads that are busy while it forks."""
    shutil.copytree(source, target)
    code = Path(__file__).with_name("busy_threads.c")
    run("gcc", "-shared", "-fPIC", "-O2", "-pthread", "-o", target / "busy.so", code)
    module = target / "cloister_driver" / "preload.py"
    text = module.read_text()
    # Libraries start their own threads then.
    for setting in ('"OMP_NUM_THREADS": "1",', '"OPENBLAS_NUM_THREADS": "1",', '"background_thread:false"'):
        assert setting in text, setting
        text = text.replace(setting, setting.replace('"1"', '"4"').replace("false", "true"))
    warm = 'exec(compile(_read("warmup.py"), f"{FOLDER}/warmup.py", "exec", 0, True), {"__name__": "__warmup__"})'
    assert warm in text
    module.write_text(text.replace(warm, f"{warm}\n    exec({THREADS!r}, {{}})"))
    for compiled in module.parent.glob("__pycache__/preload.*"):
        compiled.unlink()
    return target


def threads_of(pid: int) -> Counter[str]:
    return Counter(path.read_text().strip() for path in Path(f"/proc/{pid}/task").glob("*/comm"))


def forks(host: ZygoteHost, image: str, count: int, tell: Callable[[str], None] = print) -> dict[str, int]:
    """Creates, works and destroys; how many sessions came on which path, and what went wrong."""
    results: Counter[str] = Counter()
    start = time.monotonic()
    for number in range(1, count + 1):
        session = host.create(image, LIMITS)
        results[session.path] += 1
        try:
            outcome = session.execute(_work(image, number), 60)
            if outcome.value != "'done'":
                results[f"wrong: {outcome.error}"] += 1
        except TimeoutError:
            results["deadlocks"] += 1
        except DriverEnded:
            results["died"] += 1
        session.close()
        host.forget(session)
        if number % 500 == 0 or number == count:
            tell(f"{number} sessions, {number / (time.monotonic() - start):.1f} a second: {dict(results)}")
    return dict(results)


def _work(image: str, number: int) -> str:
    if image != DATA_IMAGE:
        return WORK
    return WORK_OF_DATA if number % IMPORTS_EVERY else WORK_OF_IMPORTS
