"""The pipelines that are compared, and their runs over generated bronze: what each took, after its tables were proved right."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from benchmarks import compare, measure
from benchmarks.generate import bronze

HOME = Path(os.environ.get("GGVD_BENCH", measure.ROOT / ".ggvd" / "bench"))
FLOOR = "parsing"
S3 = "ours on Sail, in local S3"  # by on_s3.run
SAIL, SPARK, NAIVE, DUCKDB, POLARS = "ours on Sail", "ours on Spark", "naive Spark", "DuckDB", "Polars"
MODULES = {
    SAIL: ("benchmarks.ours", "sail"),
    SPARK: ("benchmarks.ours", "spark"),
    NAIVE: ("benchmarks.naive",),
    DUCKDB: ("benchmarks.duckdb_sql",),
    POLARS: ("benchmarks.polars_delta",),
}


def say(line: str) -> None:
    print(line, flush=True)


def home(scale: float) -> Path:
    return HOME / f"{scale:g}"


def data(scale: float, seed: int = 2021) -> dict[str, Any]:
    """Facts of the generated bronze, which is made when it is not there."""
    say(f"scale {scale:g}: making bronze in {home(scale)}")
    facts = bronze.generate(home(scale) / "bronze", scale, seed)
    say(f"scale {scale:g}: {sum(made['rows'] for made in facts['tables'].values()):,} rows")
    return facts


def lake(scale: float, name: str) -> Path:
    return home(scale) / name.replace(", ", "-").replace(" ", "-")


def run(name: str, scale: float) -> dict[str, Any]:
    """Run a pipeline from nothing. Returns seconds, processor seconds, peak bytes and seconds by part. Raises measure.Failed."""
    target = lake(scale, name)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    source = str(home(scale) / "bronze")
    arguments = ("benchmarks.floor", source) if name == FLOOR else (*MODULES[name], source, str(target))
    return told(name, measure.module(*arguments, log=home(scale) / f"{target.name}.log"))


def told(name: str, found: measure.Measured) -> dict[str, Any]:
    """Say what a pipeline took, and give it as a result has it."""
    say(f"  {name:<25} {found.seconds:8.1f} s, {found.peak / 1e9:5.2f} GB at most")
    return {"seconds": found.seconds, "processor": found.processor, "peak": found.peak, "parts": parts(found)}


def parts(found: measure.Measured) -> dict[str, float]:
    """What a pipeline printed last: seconds by part."""
    line = next((line for line in reversed(found.output.splitlines()) if line.startswith("{")), "{}")
    known: dict[str, float] = json.loads(line)
    return known


def verify(names: list[str], scale: float, facts: dict[str, Any]) -> int:
    """All pipelines have the same gold tables, and silver tables of as many rows as the generator made. Returns the gold rows compared.

    Raises compare.Difference.
    """
    first, *others = (lake(scale, name) for name in names)
    rows = 0
    for other in others:
        rows += sum(compare.tables(first, other, compare.gold()).values())
    for one in (first, *others):
        compare.counts(one, facts)
    for name in {SAIL, SPARK, S3} & set(names):
        compare.quarantined(lake(scale, name), facts)
    return rows
