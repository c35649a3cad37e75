# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.
"""What user code does that depends on how its interpreter came to be."""

from __future__ import annotations

BEHAVIOURS = {
    "fork": """
import os
r, w = os.pipe()
if (pid := os.fork()) == 0:
    os.write(w, b"child"); os._exit(7)
(os.read(r, 5), os.waitpid(pid, 0)[1])""",
    "multiprocessing fork": """
import multiprocessing as m
with m.get_context("fork").Pool(2) as pool: found = pool.map(abs, [-1, -2, -3])
found""",
    "multiprocessing spawn": """
import multiprocessing as m
with m.get_context("spawn").Pool(1) as pool: found = pool.map(abs, [-1, -2])
found""",
    "executor": """
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
found = []
for kind in (ProcessPoolExecutor, ThreadPoolExecutor):
    with kind(2) as pool: found.append(list(pool.map(pow, [2, 3], [3, 2])))
found""",
    "shared memory": """
from multiprocessing import shared_memory
memory = shared_memory.SharedMemory(create=True, size=100)
memory.buf[:3] = b"abc"
other = shared_memory.SharedMemory(memory.name)
found = bytes(other.buf[:3])
other.close(); memory.close(); memory.unlink()
found""",
    "subprocess": """
import subprocess
subprocess.run(["sh", "-c", "echo out; echo err >&2; exit 3"], capture_output=True).returncode""",
    "subprocess output": """
import subprocess
subprocess.check_output("echo $((6 * 7)) | cat", shell=True)""",
    "asyncio": """
import asyncio
async def work():
    process = await asyncio.create_subprocess_exec("echo", "hi", stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    server = await asyncio.start_server(lambda r, w: (w.write(b"x"), w.close()), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    return out, await reader.read(1), await asyncio.to_thread(lambda: 5)
asyncio.run(work())""",
    "await": "import asyncio\nawait asyncio.sleep(0.01, 'slept')",
    "threads": """
import threading, time
found = []
threads = [threading.Thread(target=lambda n=n: found.append(n)) for n in range(50)]
[t.start() for t in threads]; [t.join() for t in threads]
event = threading.Timer(0.01, lambda: found.append("timer")); event.start(); event.join()
len(found), threading.active_count()""",
    "setitimer": """
import signal, time
found = []
signal.signal(signal.SIGALRM, lambda *_: found.append("alarm"))
signal.setitimer(signal.ITIMER_REAL, 0.02)
time.sleep(0.3)
signal.signal(signal.SIGALRM, signal.SIG_DFL)
found""",
    "signals": """
import os, signal, threading
found = []
signal.signal(signal.SIGUSR1, lambda *_: found.append(threading.current_thread().name))
os.kill(os.getpid(), signal.SIGUSR1); signal.raise_signal(signal.SIGUSR1)
signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
found""",
    "faulthandler": """
import faulthandler, tempfile
with tempfile.TemporaryFile() as file:
    faulthandler.dump_traceback(file); faulthandler.enable(file); faulthandler.disable()
    faulthandler.dump_traceback_later(1000, file=file); faulthandler.cancel_dump_traceback_later()
    file.seek(0); text = file.read()
b"execution" in text""",
    "crash of a child": """
import subprocess, sys
crash = "import ctypes; ctypes.string_at(0)"
subprocess.run([sys.executable, "-X", "faulthandler", "-c", crash], capture_output=True).returncode""",
    "pty": "import os, pty; (a, b) = pty.openpty(); os.write(b, b'line'), os.read(a, 4), os.isatty(b)",
    "sqlite": "import sqlite3; sqlite3.connect(':memory:').execute('select 6 * 7').fetchall()",
    "recursion": """
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
try: deep(100000)
except RecursionError: found = "recursion"
found, deep(900)""",
    "thread stack": """
import threading
found = []
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
t = threading.Thread(target=lambda: found.append(deep(900))); t.start(); t.join()
found""",
    "output": """
import os, subprocess, sys
print("print"); os.write(1, b"raw\\n"); sys.stderr.write("error\\n"); subprocess.run(["echo", "child"])
sys.stdout.isatty(), sys.stdin.read()""",
    "input": "try: input()\nexcept EOFError as error: found = str(error)\nfound",
    "warnings": "import warnings; warnings.warn('once'); warnings.warn('once', DeprecationWarning)",
    "traceback": "def f(): return 1 / 0\nf()",
    "atexit": "import atexit; atexit.register(print, 'bye') is print",
    "tracemalloc": "import tracemalloc; tracemalloc.start(); x = tracemalloc.is_tracing(); tracemalloc.stop(); x",
    "gc": "import gc; class_ = type('C', (), {}); x = class_(); x.x = x; del x; gc.collect() > 0, gc.isenabled()",
    "memory error": "try: bytearray(1 << 45)\nexcept MemoryError: found = 'none'\nfound",
    "import": "import wave, colorsys, xml.dom.minidom; wave.__name__, colorsys.__name__",
    "names": "sorted(n for n in globals() if not n.startswith('_'))",
}
BEHAVIOURS_OF_DATA = {
    "blas": "import numpy as n; float((n.ones((300, 300)) @ n.ones((300, 300))).sum())",
    "pandas": "import pandas as p; p.DataFrame({'a': [1, 1, 2], 'b': [1, 2, 3]}).groupby('a').b.sum().to_dict()",
    "arrow": "import pyarrow as a, pyarrow.compute as c; c.sum(a.array(range(100000))).as_py()",
    "parquet": """
import pandas as p
p.DataFrame({"a": range(1000)}).to_parquet("/tmp/x.parquet"); int(p.read_parquet("/tmp/x.parquet").a.sum())""",
    "plot": """
import matplotlib, matplotlib.pyplot as p
p.plot([1, 2]); p.savefig("/workspace/x.png"); open("/workspace/x.png", "rb").read(4), matplotlib.get_backend()""",
    "sklearn": """
import numpy as n
from sklearn.linear_model import LinearRegression
m = LinearRegression().fit(n.arange(10).reshape(-1, 1), n.arange(10)); round(float(m.coef_[0]), 6)""",
    "joblib": """
from joblib import Parallel, delayed
Parallel(n_jobs=2)(delayed(abs)(i) for i in (-1, -2))""",
    "numpy in a child": """
import multiprocessing as m, numpy as n
with m.get_context("fork").Pool(2) as pool: found = pool.map(n.linalg.norm, [n.ones(4), n.ones(9)])
[float(x) for x in found]""",
}
