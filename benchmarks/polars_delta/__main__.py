"""Make each table, write it as Delta, and print what each took as one JSON line at the end."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import time
from pathlib import Path

import polars as pl

from benchmarks.polars_delta import gold, silver

PARTITIONED = {"tmdb_movies": "release_year", "movielens_rating_events": "rating_year"}


def _write(frame: pl.DataFrame, path: Path, partition_by: str | None = None) -> None:
    frame.write_delta(str(path), mode="overwrite", delta_write_options={"partition_by": partition_by} if partition_by else None)


def _with_id(frame: pl.DataFrame) -> pl.DataFrame:
    """Reviews with the SHA-256 of their text, which Polars has no expression for."""
    digest = pl.col("text").map_elements(lambda text: hashlib.sha256(text.encode()).hexdigest(), return_dtype=pl.String)
    return frame.select("item_id", digest.alias("review_id"), "text", "copies")


def main() -> None:
    bronze, lake = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(lake, ignore_errors=True)
    seconds, rejected = {}, []
    for make in silver.TABLES:
        began, name = time.monotonic(), make.__name__
        rows, bad = pl.collect_all(make(bronze))  # one pass over bronze for both
        _write(_with_id(rows) if name == "imdb_reviews" else rows, lake / "silver" / name, PARTITIONED.get(name))
        rejected.append(bad)
        seconds[f"silver/{name}"] = round(time.monotonic() - began, 3)
        del rows
    _write(pl.concat(rejected), lake / "silver" / "quarantine")
    tables = {make.__name__: pl.scan_delta(str(lake / "silver" / make.__name__)) for make in silver.TABLES}
    for make in gold.TABLES:
        began, name = time.monotonic(), make.__name__
        _write(make(tables).collect(), lake / "gold" / name)
        tables[name] = pl.scan_delta(str(lake / "gold" / name))
        seconds[f"gold/{name}"] = round(time.monotonic() - began, 3)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main()
