# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Drivers forked from a zygote: what they must not share, and that nothing tells them from executed ones."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import pytest
from driver_process import DriverProcess
from driver_wire import OK
from zygote_process import Zygote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PRELOAD = [
    *["asyncio", "decimal", "linecache", "locale", "logging", "multiprocessing", "random", "secrets", "signal", "ssl"],
    *["tempfile", "threading", "time", "uuid", "warnings"],
]
WARM_UP = """
import asyncio, decimal, linecache, os, random, ssl, sys, tempfile, traceback, uuid
random.random(), uuid.uuid4(), ssl.RAND_bytes(4)
with tempfile.TemporaryDirectory():
    pass
uuid._node, uuid._last_timestamp = 1, 1
os.environ["LEFT"] = "behind"
os.environ["OMP_NUM_THREADS"] = "7"
os.chdir("/")
sys.path.append("/left")
decimal.getcontext().prec = 3
try:
    1 / 0
except ZeroDivisionError:
    traceback.format_exc()
asyncio.run(asyncio.sleep(0))
"""
SECRETS = """
import multiprocessing, random, secrets, ssl, tempfile, uuid
[
    random.random(), random.getstate()[1][:3], str(uuid.uuid4()), str(uuid.uuid1()),
    secrets.token_hex(8), next(tempfile._get_candidate_names()), ssl.RAND_bytes(8),
    bytes(multiprocessing.current_process().authkey), random.SystemRandom().random(),
]
"""
STATE = """
import asyncio, decimal, gc, linecache, locale, logging, os, random, signal, sys, tempfile, threading, time, uuid
import warnings
def state():
    mask = os.umask(0)
    os.umask(mask)
    loaded = sorted(sys.modules)
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    return {
        "environment": [(key, value) for key, value in os.environ.items() if key != "TMPDIR"],
        "caught": status["SigCgt"].strip()[-8:],  # Above are signals of the C library, caught once a thread has been.
        "argv": sys.argv, "orig_argv": sys.orig_argv[1:-1], "path": sys.path,
        "flags": str(sys.flags), "warnings": str(warnings.filters), "options": (sys.warnoptions, sys._xoptions),
        "locale": locale.setlocale(locale.LC_ALL), "zone": (time.tzname, time.timezone), "umask": mask,
        "signals": [str(getattr(signal.getsignal(n), "__name__", signal.getsignal(n))) for n in signal.valid_signals()],
        "mask": str(signal.pthread_sigmask(signal.SIG_BLOCK, ())), "blocked": status["SigBlk"],
        "folder": os.getcwd(), "gc": (gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.get_freeze_count() > 0),
        "callbacks": gc.callbacks, "threads": (threading.active_count(), len(os.listdir("/proc/self/task"))),
        "main": (threading.main_thread().native_id == os.getpid(), threading.main_thread().name),
        "descriptors": sorted(map(int, os.listdir("/proc/self/fd"))),
        "handlers": (logging.root.handlers, logging.root.level), "decimal": str(decimal.getcontext()),
        "log": 0 <= time.time() - logging._startTime < 60, "temporary": (tempfile.tempdir, tempfile._name_sequence),
        "uuid": (uuid._node, uuid._last_timestamp), "policy": asyncio.events._event_loop_policy,
        "lines": [name for name in linecache.cache if not name.startswith("<execution")],
        "hooks": [hook.__module__ for hook in (sys.excepthook, sys.unraisablehook, threading.excepthook)],
        "finders": [str(getattr(finder, "__name__", type(finder).__name__)) for finder in sys.meta_path],
        "streams": [
            (one.name, one.mode, one.encoding, one.errors, one.seekable(), one.isatty(), one.line_buffering)
            for one in (sys.stdin, sys.stdout, sys.stderr)
        ],
        "recursion": sys.getrecursionlimit(), "depth": len(__import__("inspect").stack()), "names": sorted(globals()),
        "loaded": loaded, "faulthandler": __import__("faulthandler").is_enabled(), "stack": threading.stack_size(),
    }
state()
"""


@pytest.fixture(scope="module")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    zygote = Zygote(tmp_path_factory.mktemp("warm"), "\n".join(PRELOAD), WARM_UP)
    yield zygote
    assert zygote.close() == 0


@pytest.fixture
def fork(zygote: Zygote, tmp_path: Path) -> Iterator[Callable[..., DriverProcess]]:
    running: list[DriverProcess] = []

    def fork(processors: int = 1) -> DriverProcess:
        running.append(zygote.fork(tmp_path, processors))
        return running[-1]

    yield fork
    for driver in running:
        driver.close()


def read(driver: DriverProcess, code: str) -> Any:
    """The value that the code ends with."""
    reply = driver.run(code)
    assert reply.status == OK, reply.traceback
    return ast.literal_eval(reply.value or "None")


def test_siblings_share_no_random_number(fork: Callable[..., DriverProcess]) -> None:
    first, second = read(fork(), SECRETS), read(fork(), SECRETS)
    for one, other in zip(first, second, strict=True):
        assert one != other


def test_siblings_share_no_random_number_of_numpy(fork: Callable[..., DriverProcess], tmp_path: Path) -> None:
    folder = tmp_path / "zygote"
    folder.mkdir()
    zygote = Zygote(folder, "numpy.random", "import numpy as np\nnp.random.seed(1)\nnp.random.randn(1)")
    drivers = [zygote.fork(tmp_path) for _ in range(2)]
    try:
        if "numpy" in zygote.errors:
            pytest.skip("this Python has no numpy")
        code = "import numpy as np\n[np.random.rand(), np.random.randn(), np.random.default_rng().random()]"
        first, second = (read(driver, code) for driver in drivers)
        assert not set(first) & set(second)
    finally:
        for driver in drivers:
            driver.close()
        zygote.close()


def test_nothing_tells_it_from_an_executed_one(
    fork: Callable[..., DriverProcess], start: Callable[..., DriverProcess]
) -> None:
    executed = start("-u")
    executed.run(f"for module in {PRELOAD}: __import__(module)\ndel module")
    expected, found = read(executed, STATE), read(fork(), STATE)
    for key, value in expected.items():
        assert found[key] == value, key


def test_modules_of_the_zygote_alone_are_not_loaded(plain_zygote: Zygote, start: Callable[..., DriverProcess]) -> None:
    driver = plain_zygote.fork(plain_zygote.folder)
    loaded = "import sys\nsorted(sys.modules)"
    try:
        assert read(driver, loaded) == read(start("-u"), loaded)
        # The library was called with it; user code gets one of its own.
        assert driver.value("import ctypes, os\nctypes.CDLL(None).getpid() == os.getpid()") == "True"
        driver.run("call = ctypes.pythonapi.PyLong_FromLong\ncall.restype = ctypes.py_object")
        assert driver.value("call(7)") == "7"
    finally:
        driver.close()


def test_a_share_of_processors(fork: Callable[..., DriverProcess]) -> None:
    code = (
        "import os\nos.environ['OMP_NUM_THREADS'], os.getenv('LOKY_MAX_CPU_COUNT'), os.popen('env').read().count('=3')"
    )
    assert read(fork(3), code) == ("3", None, 1)
    assert read(fork(1), code) == ("1", None, 0)


def test_a_folder_that_a_module_has_made_is_there(tmp_path: Path) -> None:
    folder = tmp_path / "zygote"
    folder.mkdir()
    zygote = Zygote(folder, "", "import os\nos.makedirs(os.environ['TMPDIR'] + '/made/here')")
    (folder / "tmp/made/here").rmdir()
    (folder / "tmp/made").rmdir()
    zygote.fork(tmp_path).close()
    assert (folder / "tmp/made/here").is_dir()
    zygote.close()


@pytest.mark.parametrize(
    ("preload", "warmup", "reports"),
    [
        ("no_such_module\njson", "", ["cannot import no_such_module: ModuleNotFoundError"]),
        ("json", "1 / 0", ["the warm-up failed: ZeroDivisionError"]),
        ("json", "raise SystemExit", ["the warm-up failed: SystemExit"]),
        ("json", "this is no Python", ["the warm-up failed: SyntaxError"]),
        ("bad name!\njson", "\0", ["cannot import bad", "cannot import name!", "the warm-up failed: "]),
    ],
)
def test_what_fails_beforehand_is_reported_and_left_out(
    tmp_path: Path, preload: str, warmup: str, reports: list[str]
) -> None:
    zygote = Zygote(tmp_path, preload, warmup)
    driver = zygote.fork(tmp_path)
    assert driver.value("import sys\n'json' in sys.modules") == "True"
    lines = zygote.errors.splitlines()
    assert len(lines) == len(reports)
    for line, report in zip(lines, reports, strict=True):
        assert line.startswith(f"zygote: {report}")
    driver.close()
    assert zygote.close() == 0


def test_descriptors_left_by_a_module_are_reported(tmp_path: Path) -> None:
    zygote = Zygote(tmp_path, "", "import os\nleft = [os.dup(0) for _ in range(2)]")
    assert zygote.errors == "zygote: 2 descriptors are left open\n"
    zygote.close()


def test_threads_left_by_a_module_are_reported(tmp_path: Path) -> None:
    zygote = Zygote(
        tmp_path, "", "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    assert "1 threads of imported modules" in zygote.errors
    driver = zygote.fork(tmp_path)
    assert driver.value("import threading\nthreading.active_count()") == "1"
    assert driver.run("print('text')").stdout == b"text\n"
    driver.close()
    zygote.close()


def test_output_that_a_module_keeps_from_its_import_on(tmp_path: Path) -> None:
    (tmp_path / "keeper.py").write_text("import sys\nstream = sys.stdout\n", "utf-8")
    warmup = f"import sys\nsys.path.append({str(tmp_path)!r})\nimport keeper"
    zygote = Zygote(tmp_path, "", warmup)
    driver = zygote.fork(tmp_path)
    assert driver.run("import sys\nsys.modules['keeper'].stream.write('kept\\n');").stdout == b"kept\n"
    assert driver.value("sys.modules['keeper'].stream is sys.stdout") == "True"
    driver.close()
    zygote.close()


@pytest.mark.parametrize("length", [67, 400, 2000])
def test_a_driver_s_objects_lie_together(tmp_path: Path, length: int) -> None:
    """Between the zygote's own each of them would cost the session a page."""
    warmup = f"import builtins\nbuiltins.kept = [bytes({length}) for _ in range(8000)]\ndel builtins.kept[::2]"
    zygote = Zygote(tmp_path, "", warmup)
    driver = zygote.fork(tmp_path)
    driver.run(f"new = [bytes({length}) for _ in range(400)]")
    pages = int(driver.value("len({id(one) >> 12 for one in new})") or 0)
    assert pages <= 4 + 1.3 * max(1, 400 * (length + 48) / 4096)
    driver.close()
    zygote.close()


def test_without_a_library_there_is_no_zygote(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken.c"
    broken.write_text("int unrelated;\n", "utf-8")
    monkeypatch.setattr("zygote_process.STAND_IN", broken)
    with pytest.raises(AssertionError, match="cannot fork drivers: AttributeError"):
        Zygote(tmp_path)


FORK_BESIDE_A_LOCK = """
import logging, os, signal, threading, time
held = threading.Event()
def hold():
    logging._acquireLock()
    held.set()
    time.sleep(0.3)
    logging._releaseLock()
holder = threading.Thread(target=hold)
holder.start()
held.wait()
child = os.fork()
if child == 0:
    signal.alarm(5)
    logging.getLogger("x").setLevel(10)
    logging.getLogger("y").warning("said")
    os._exit(7 if threading.active_count() == 1 else 8)
holder.join()
os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""


def test_a_drivers_own_fork_is_a_programs(fork: Callable[..., DriverProcess]) -> None:
    """A child made while another thread holds the lock of logging has it in order, and knows that it is alone."""
    reply = fork().run(FORK_BESIDE_A_LOCK)
    assert (reply.value, reply.stderr) == ("7", b"said\n")
