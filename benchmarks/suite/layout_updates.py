"""Two tables after a hundred small updates, before and after maintenance.

One has its partitions replaced, one file and one commit each, as the platform's jobs do it; its log is then made a month older, so that
what was replaced is past the retention. The other was appended to, as a writer of the usual kind does.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

UPDATES, YEARS, ITEMS = 100, 25, 84_661
HOURS = 720
MONTH_MS = (HOURS + 1) * 3_600_000


def replaced(uri: str, rows: int) -> dict[str, Any]:
    """Facts before and after of a table of `YEARS` partitions of `rows` rows, of which `UPDATES` were replaced."""
    from deltalake import write_deltalake

    for year in range(YEARS):
        write_deltalake(uri, _year(year, rows, year), mode="append", partition_by=["year"], **_quietly())
    for number in range(UPDATES):
        year = number % YEARS
        write_deltalake(uri, _year(year, rows, number), mode="overwrite", predicate=f"year = {year}", **_quietly())
    age(Path(uri))
    return _maintained(uri, "year")


def appended(uri: str, rows: int) -> dict[str, Any]:
    """Facts before and after of a table to which `UPDATES` times `rows` rows were appended."""
    from deltalake import write_deltalake

    for number in range(UPDATES):
        write_deltalake(uri, ratings(rows, number), mode="append", **_quietly())
    return _maintained(uri, None)


def _quietly() -> dict[str, Any]:
    """Without delta-rs' own checkpoint at each hundredth commit: who writes here is an engine that leaves the log to the maintenance."""
    from deltalake import PostCommitHookProperties

    return {"post_commithook_properties": PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)}


def age(table: Path) -> None:
    """Move every time in the log a month back."""
    for path in (table / "_delta_log").glob("*.json"):
        actions = [json.loads(line) for line in path.read_text().splitlines()]
        for action in actions:
            for facts in action.values():
                for name in {"timestamp", "deletionTimestamp", "modificationTime"} & facts.keys():
                    facts[name] -= MONTH_MS
        path.write_text("".join(json.dumps(action) + "\n" for action in actions))


def ratings(rows: int, seed: int) -> pa.Table:
    """Rows in the source's order, which is the users'."""
    rng = np.random.default_rng(seed)
    items = (ITEMS * rng.random(rows) ** 2).astype(np.int64)
    return pa.table({"user_id": np.sort(rng.integers(0, 250_000, rows)), "item_id": items, "rating": rng.integers(1, 11, rows) / 2})


def _year(year: int, rows: int, seed: int) -> pa.Table:
    return ratings(rows, seed).append_column("year", pa.array([year] * rows, pa.int32()))


def _maintained(uri: str, partition_by: str | None) -> dict[str, Any]:
    from glue_scripts import maintenance

    before = _looked_at(uri)
    done = maintenance._maintain(uri, HOURS, None, partition_by)
    return {"before": before, "after": _looked_at(uri), "rewritten": done["rewritten"], "vacuumed": done["vacuumed"]}


def _looked_at(uri: str) -> dict[str, float]:
    """Files that are read and that are there, their bytes, commits that a reader has to read, seconds to open and to count by movie."""
    import duckdb
    from deltalake import DeltaTable

    began = time.perf_counter()
    live = DeltaTable(uri).file_uris()
    opened, began = time.perf_counter() - began, time.perf_counter()
    scanned = DeltaTable(uri).to_pyarrow_dataset()
    duckdb.sql("SELECT item_id, count(*) FROM scanned GROUP BY 1").fetchall()
    del scanned
    there = [path for path in Path(uri).rglob("*.parquet") if "_delta_log" not in path.parts]
    log = Path(uri) / "_delta_log"
    newest = max((int(path.name[:20]) for path in log.glob("*.checkpoint*.parquet")), default=-1)
    return {
        "files": len(live),
        "files_there": len(there),
        "bytes_there": sum(path.stat().st_size for path in there),
        "commits_to_read": sum(int(path.stem) > newest for path in log.glob("*.json")),
        "open": opened,
        "count": time.perf_counter() - began,
    }
