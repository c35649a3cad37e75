# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Typical work with the standard library, run once in a warm interpreter before sessions are forked from it.

What it touches, sessions share: caches filled, bytecode specialised. It leaves nothing else behind. The random modules
are not called: what they keep would be the same in every session.
"""

import asyncio
import base64
import collections
import contextlib
import csv
import dataclasses
import datetime
import decimal
import functools
import hashlib
import io
import itertools
import json
import math
import os
import pathlib
import pickle
import re
import shutil
import statistics
import string
import textwrap
import traceback


@dataclasses.dataclass
class _Item:
    name: str
    price: float
    tags: list[str] = dataclasses.field(default_factory=list)


@functools.lru_cache(maxsize=8)
def _fibonacci(n: int) -> int:
    return n if n < 2 else _fibonacci(n - 1) + _fibonacci(n - 2)


def _text() -> None:
    words = re.findall(r"[a-z]+", "the quick brown fox jumps over the lazy dog " * 20)
    counts = collections.Counter(words)
    groups = collections.defaultdict(list)
    for word, count in counts.most_common():
        groups[len(word)].append(f"{word:>8}: {count:,}")
    re.sub(r"(\w+)@(\w+)\.com", r"\2", "somebody@example.com")
    textwrap.fill(" ".join(words), 60)
    string.Template("$a").substitute(a=1)
    repr(groups)
    str(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _data() -> None:
    items = [_Item(f"item {i}", i * 1.5, ["a", "b"]) for i in range(20)]
    text = json.dumps([dataclasses.asdict(item) for item in items], indent=2)
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=["name", "price", "tags"])
    writer.writeheader()
    writer.writerows(json.loads(text))
    list(csv.DictReader(io.StringIO(table.getvalue())))
    pickle.loads(pickle.dumps(json.loads(text)))
    hashlib.sha256(text.encode()).hexdigest()
    base64.b64decode(base64.b64encode(text.encode()))
    repr(items)


def _numbers() -> None:
    values = [math.sqrt(i) for i in range(200)]
    statistics.mean(values), statistics.median(values), statistics.stdev(values)
    list(itertools.islice(itertools.accumulate(values), 10))
    sum(1 for a, b in itertools.product(range(20), repeat=2) if math.gcd(a, b) == 1)
    decimal.Decimal("1.10") + decimal.Decimal("2.20")
    _fibonacci.cache_clear()
    _fibonacci(20)
    matrix = [[i * j for j in range(10)] for i in range(10)]
    repr([list(row) for row in zip(*matrix, strict=True)])


def _time() -> None:
    moment = datetime.datetime(2024, 2, 28, 12, 30) + datetime.timedelta(days=2)
    moment.strftime("%Y-%m-%d %H:%M")
    datetime.datetime.strptime("2024-03-01", "%Y-%m-%d").isoformat()


def _files(folder: pathlib.Path) -> None:
    path = folder / "notes.txt"
    path.write_text("one\ntwo\n", "utf-8")
    with path.open(encoding="utf-8") as file:
        [line.strip() for line in file]
    sorted(folder.glob("*.txt")), os.listdir(folder), path.stat()


def _errors() -> None:
    for code in ("1 / 0", "{}['key']", "undefined", "int('x')"):
        try:
            eval(code)
        except Exception:
            traceback.format_exc()


def _coroutines() -> None:
    async def double(number: int) -> int:
        await asyncio.sleep(0)
        return number * 2

    async def gather() -> None:
        await asyncio.gather(*(double(i) for i in range(3)))

    # Not asyncio.run, which marks the main thread as one that has had its loop.
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(gather())
    finally:
        loop.close()


def _warm_up() -> None:
    folder = pathlib.Path(f"/tmp/.warm-up-{os.getpid()}")
    folder.mkdir()
    try:
        # CPython specialises bytecode in its first calls.
        with contextlib.redirect_stdout(io.StringIO()):
            for _round in range(12):
                for work in (_text, _data, _numbers, _time, _errors, _coroutines):
                    work()
                _files(folder)
    finally:
        shutil.rmtree(folder)


_warm_up()
