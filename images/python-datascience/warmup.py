# SPDX-License-Identifier: Apache-2.0
# SPDX-FileCopyrightText: the Cloister authors
# Part of Cloister, a sandbox execution daemon for Linux.

"""Typical work with tables, arrays and plots, run once in a warm interpreter before sessions are forked from it.

What it touches, sessions share: lazy imports done, caches filled, bytecode specialised. It leaves nothing else behind.
Random numbers come from generators of its own, and nothing is read or written in threads.
"""

import gc
import io
import os
import pathlib
import shutil
import traceback
import warnings

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from matplotlib import font_manager


def _arrays() -> None:
    rng = np.random.default_rng(1)
    a = rng.normal(size=(60, 60))
    b = a @ a.T + np.eye(60)
    np.linalg.solve(b, a[:, 0]), np.linalg.inv(b), np.linalg.eigh(b), np.linalg.svd(a), np.linalg.norm(a)
    np.dot(a, a), np.einsum("ij,jk->ik", a, a), np.fft.rfft(a[0])
    a.mean(axis=0), a.std(), np.percentile(a, [5, 50, 95]), np.cumsum(a[0]), np.histogram(a, bins=20)
    np.sort(a[0]), np.argsort(a[0]), np.unique(a.round()), np.where(a > 0, a, 0), np.concatenate([a, b]), a[a > 0].sum()
    np.arange(12, dtype=np.float32).reshape(3, 4).T.astype(int), np.linspace(0, 1, 5), np.isnan(a).any()
    repr(a), str(b[:3]), repr(np.float64(1.5)), np.polyfit(np.arange(60), a[0], 2), np.corrcoef(a[:3])


def _table(rows: int) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    return pd.DataFrame(
        {
            "when": pd.date_range("2024-01-01", periods=rows, freq="h"),
            "shop": rng.choice(["north", "south", "east"], rows),
            "kind": pd.Categorical(rng.choice(["a", "b"], rows)),
            "count": rng.integers(1, 50, rows),
            "price": rng.normal(10, 2, rows).round(2),
        }
    )


def _hot(table: pd.DataFrame) -> None:
    """What nearly every session does; repeated until its bytecode is specialised."""
    frame = pd.DataFrame(
        {"a": range(100), "b": [i % 7 for i in range(100)], "c": [f"name {i % 5}" for i in range(100)]}
    )
    frame["d"] = frame["a"] * 2 + frame["b"]
    frame.describe(), frame.head(), frame.info(buf=io.StringIO()), frame.dtypes, frame.shape
    frame[frame["d"] > 20].sort_values("d", ascending=False), frame.loc[3:9, ["a", "d"]], frame.iloc[:5, 0]
    frame.groupby("c")["d"].agg(["mean", "sum", "count"]), frame.groupby(["b", "c"]).sum(numeric_only=True)
    frame["c"].value_counts(), frame["c"].str.upper().str.contains("NAME 1"), frame["a"].apply(lambda x: x + 1)
    frame.merge(frame[["a", "d"]], on="a", how="left", suffixes=("", "_right"))
    (
        frame.isna().sum(),
        frame.fillna(0),
        frame.drop_duplicates("b"),
        frame.mean(numeric_only=True),
        frame["a"].quantile(0.9),
    )
    frame.assign(e=frame["a"].cumsum()).rename(columns={"e": "f"}).drop(columns="f").reset_index().set_index("index")
    repr(frame), repr(frame.head()), repr(frame["a"]), frame.head()._repr_html_()
    for row in frame.head(3).itertuples():
        repr(row)
    repr(table.groupby("shop", observed=True).agg(total=("price", "sum"), mean=("price", "mean")))


def _reshape(table: pd.DataFrame) -> None:
    table.pivot_table(index="shop", columns="kind", values="price", aggfunc="mean", observed=True)
    table.melt(id_vars=["when", "shop"], value_vars=["count", "price"]), pd.concat([table, table], ignore_index=True)
    pd.crosstab(table["shop"], table["kind"]), pd.get_dummies(table["shop"]), table.select_dtypes("number").corr()
    table.set_index("when")["price"].resample("D").mean().rolling(3).mean().shift(1).pct_change()
    table.set_index(["shop", "when"]).sort_index().unstack(0), table.sort_values(["shop", "price"]).nlargest(5, "price")
    table["when"].dt.day_name(), table["when"].dt.strftime("%Y-%m"), table["when"].dt.month.value_counts()
    pd.to_datetime(["2024-01-01", "2024-02-03"]), pd.to_numeric(pd.Series(["1", "2"])), pd.cut(table["price"], 4)
    table["shop"].map({"north": 1}), table["shop"].str.split("o"), table["shop"].str.replace("o", "0").str.len()
    table.groupby("shop")["price"].transform("mean"), table.groupby("shop")["price"].apply(lambda part: part.max())
    table.query("price > 10"), table.astype({"count": "float"}), table["shop"].unique(), table.sample(3, random_state=1)
    (
        table.drop(columns="when").to_dict("records"),
        table.to_json(),
        repr(table),
        table.describe(include="all").to_string(),
    )


def _files(table: pd.DataFrame, folder: pathlib.Path) -> None:
    table.to_csv(folder / "table.csv", index=False)
    pd.read_csv(folder / "table.csv", parse_dates=["when"])
    pd.read_json(io.StringIO(table.to_json(orient="records")))
    arrow = pa.Table.from_pandas(table, nthreads=1)
    pq.write_table(arrow, folder / "table.parquet")
    pq.ParquetFile(folder / "table.parquet", pre_buffer=False).read(use_threads=False).to_pandas(use_threads=False)
    table.to_parquet(folder / "table.parquet", index=False)
    (
        pc.sum(arrow["price"]),
        pc.value_counts(arrow["shop"]),
        arrow.filter(pc.greater(arrow["price"], 10)),
        repr(arrow.schema),
    )


def _plots(table: pd.DataFrame, folder: pathlib.Path) -> None:
    figure, ((line, bars), (histogram, points)) = plt.subplots(2, 2, figsize=(8, 6))
    line.plot(table["when"], table["price"], label="price")
    line.legend()
    bars.bar(["north", "south"], [1, 2], color="tab:orange")
    histogram.hist(table["price"], bins=20)
    points.scatter(table["count"], table["price"], c=table["price"], cmap="viridis")
    points.set(title="title", xlabel="x", ylabel="y")
    points.grid(True, alpha=0.3)
    figure.suptitle("figure")
    figure.tight_layout()
    figure.savefig(folder / "figure.png", dpi=80)
    plt.figure()
    plt.plot([1, 2, 3], "o-")
    plt.xlabel("x")
    plt.savefig(folder / "plain.png")
    table.groupby("shop")["price"].mean().plot(kind="bar", title="mean")
    plt.savefig(io.BytesIO(), format="png")
    plt.close("all")


def _errors(table: pd.DataFrame) -> None:
    wrong = (
        lambda: table["nothing"],
        lambda: table.loc["x"],
        lambda: np.zeros(3) + np.zeros(4),
        lambda: pd.read_csv("/no"),
    )
    for call in wrong:
        try:
            call()
        except Exception:
            traceback.format_exc()


def _warm_up() -> None:
    folder = pathlib.Path(f"/tmp/.warm-up-{os.getpid()}")
    folder.mkdir()
    table = _table(400)
    try:
        with warnings.catch_warnings(), mpl.rc_context():
            warnings.simplefilter("ignore")
            for _round in range(12):
                _hot(table)
            for _round in range(2):
                _arrays()
                _reshape(table)
                _files(table, folder)
                _plots(table, folder)
                _errors(table)
    finally:
        plt.close("all")
        # Fonts are kept with their files open, which matplotlib would close in every fork.
        font_manager._get_font.cache_clear()
        gc.collect()
        shutil.rmtree(folder)


_warm_up()
