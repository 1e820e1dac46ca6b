"""Files of a table after a hundred small updates, before and after maintenance, and what a query of one movie reads of a large one.

The table is written by delta-rs in the shape that jobs write; the maintenance is the Glue script's own. Bytes are counted where they are
read: under the Parquet reader, by file.
"""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks import result

RATINGS, ITEMS, UPDATES = 28_500_000, 84_661, 100
ROWS_PER_FILE = 8_000_000  # as glue_scripts/delta.py
HOURS = 720


def run(scale: float) -> dict[str, Any]:
    """Write, ask, maintain, ask again."""
    with TemporaryDirectory(prefix="ggvd-layout-") as folder:
        updated = _updated(f"{folder}/updated", scale)
        large = _large(f"{folder}/ratings", scale)
    rows = [
        result.row("files after 100 small updates, before", updated["before"]["files"], ""),
        result.row("files after 100 small updates, after", updated["after"]["files"], "", at_most=1, of=updated["before"]["files"]),
        result.row("opening the table, before", updated["open_before"], "s"),
        result.row("opening the table, after", updated["open_after"], "s", of=updated["open_before"]),
        result.row("counting by movie, before", updated["scan_before"], "s"),
        result.row("counting by movie, after", updated["scan_after"], "s", of=updated["scan_before"]),
        result.row("largest file of the ratings", large["largest"] / 2**20, "MiB", at_most=160),
        result.row("smallest file of the ratings", large["smallest"] / 2**20, "MiB", **({"at_least": 16} if scale >= 1 else {})),
        result.row("one movie reads of the ratings, unsorted", large["share_before"], "", note="share of the bytes"),
        result.row("one movie reads of the ratings, sorted", large["share_after"], "", at_most=0.02),
        result.row("sorting the ratings", large["seconds"], "s"),
        result.row("maintenance of what needs none", large["again"], "s"),
    ]
    return result.result("layout", "File layout", scale, rows, updated=updated, large=large)


def _ratings(rows: int, seed: int) -> pa.Table:
    """Rows in the source's order, which is the users'."""
    rng = np.random.default_rng(seed)
    items = (ITEMS * rng.random(rows) ** 2).astype(np.int64)
    return pa.table({"user_id": np.sort(rng.integers(0, 250_000, rows)), "item_id": items, "rating": rng.integers(1, 11, rows) / 2})


def _updated(uri: str, scale: float) -> dict[str, Any]:
    from deltalake import write_deltalake

    for number in range(UPDATES):
        write_deltalake(uri, _ratings(max(1000, int(20_000 * scale)), number), mode="append")
    opened, scanned = _open(uri), _scan(uri)
    done = _maintain(uri, None)
    return {
        "before": done["before"],
        "after": done["after"],
        "open_before": opened,
        "scan_before": scanned,
        "open_after": _open(uri),
        "scan_after": _scan(uri),
    }


def _large(uri: str, scale: float) -> dict[str, Any]:
    from deltalake import DeltaTable, write_deltalake

    total = int(RATINGS * max(scale, 0.3))  # a smaller one is read whole anyway
    for start in range(0, total, ROWS_PER_FILE):
        write_deltalake(uri, _ratings(min(ROWS_PER_FILE, total - start), start), mode="append")
    before = one_movie(uri)
    began = time.monotonic()
    _maintain(uri, "item_id")
    seconds, began = time.monotonic() - began, time.monotonic()
    again = _maintain(uri, "item_id")
    sizes = [int(size) for size in pa.table(DeltaTable(uri).get_add_actions(flatten=True))["size_bytes"].to_pylist()]
    assert again["rewritten"] == 0, again
    return {
        "share_before": before, "share_after": one_movie(uri), "seconds": seconds, "again": time.monotonic() - began,
        "largest": max(sizes), "smallest": min(sizes), "files": len(sizes),
    }  # fmt: skip


def _maintain(uri: str, column: str | None) -> dict[str, Any]:
    from glue_scripts import maintenance

    return maintenance._maintain(uri, HOURS, column, None)


def _open(uri: str) -> float:
    from deltalake import DeltaTable

    began = time.perf_counter()
    DeltaTable(uri).file_uris()
    return time.perf_counter() - began


def _scan(uri: str) -> float:
    import duckdb
    from deltalake import DeltaTable

    began = time.perf_counter()
    ratings = DeltaTable(uri).to_pyarrow_dataset()
    duckdb.sql("SELECT item_id, count(*) FROM ratings GROUP BY 1").fetchall()
    del ratings
    return time.perf_counter() - began


def one_movie(uri: str) -> float:
    """Bytes that DuckDB reads for the ratings of one movie of middling popularity, over the bytes of the table."""
    import duckdb
    from deltalake import DeltaTable

    add = pa.table(DeltaTable(uri).get_add_actions(flatten=True)).to_pylist()
    # the files that the log's statistics leave, as every reader of Delta does it
    item = ITEMS // 3
    left = [str(Path(uri) / entry["path"]) for entry in add if entry["min.item_id"] <= item <= entry["max.item_id"]]
    counter = _Counter()
    connection = duckdb.connect(config={"threads": 1})  # one reader of a file at a time
    connection.register_filesystem(counter.filesystem())
    names = ", ".join(f"'counted://{path}'" for path in left)
    found = connection.execute(f"SELECT count(*), avg(rating) FROM read_parquet([{names}]) WHERE item_id = {item}").fetchone()
    assert found
    assert found[0] > 0
    return counter.bytes / sum(int(entry["size_bytes"]) for entry in add)


class _Counter:
    """Counts the bytes that are read of files under `counted://`."""

    def __init__(self) -> None:
        self.bytes = 0

    def filesystem(self) -> Any:
        from fsspec.implementations.local import LocalFileOpener, LocalFileSystem

        counter = self

        class Opener(LocalFileOpener):
            def read(self, size: int = -1) -> bytes:
                data: bytes = self.f.read(size)
                counter.bytes += len(data)
                return data

        class Counted(LocalFileSystem):
            protocol = "counted"

            @classmethod
            def _strip_protocol(cls, path: str) -> str:
                return path.removeprefix("counted://")

            def _open(self, path: str, mode: str = "rb", block_size: int | None = None, **how: Any) -> Any:
                return Opener(path, mode, fs=self, **how)

        return Counted(skip_instance_cache=True)
