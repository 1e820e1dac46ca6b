"""Bronze to all silver and gold tables, by the platform's jobs on both engines and by others, side by side."""

from __future__ import annotations

import os
from typing import Any

from benchmarks import on_s3, pipelines
from benchmarks.pipelines import DUCKDB, FLOOR, NAIVE, POLARS, S3, SAIL, SPARK
from benchmarks.result import result, row

COMPARED = (DUCKDB, POLARS, SAIL, SPARK, NAIVE)
OPTIONAL = (POLARS, SPARK, NAIVE)  # every ratio is to one of the others
NAIVE_FROM = 0.3  # its sixteen JVMs take minutes at any scale: it joins in where the data matters more


def run(scale: float) -> dict[str, Any]:
    """Run all, prove that their tables are the same, and only then tell the times."""
    left_out = _without(scale)
    facts = pipelines.data(scale)
    names = [name for name in COMPARED if name not in left_out]
    took = {name: pipelines.run(name, scale) for name in (FLOOR, *names)}
    took[S3] = on_s3.run(scale)
    names.append(S3)
    rows = pipelines.verify(names, scale, facts)
    pipelines.say(f"  {len(names)} pipelines agree on {rows // (len(names) - 1):,} rows of gold")
    remark = {"remark": f"Left out of this run: {', '.join(left_out)}."} if left_out else {}
    return result("transformations", "bronze to silver and gold", scale, _rows(took), pipelines=took, data=facts, **remark)


def _without(scale: float) -> list[str]:
    """Pipelines that are left out: those that GGVD_BENCH_WITHOUT names, and the naive one where the data is little.

    Raises ValueError for a name that is not of OPTIONAL.
    """
    named = [name.strip() for name in os.environ.get("GGVD_BENCH_WITHOUT", "").split(",") if name.strip()]
    if unknown := [name for name in named if name not in OPTIONAL]:
        raise ValueError(f"GGVD_BENCH_WITHOUT names {', '.join(unknown)}; it may name {', '.join(OPTIONAL)}")
    return [name for name in COMPARED if name in named or (name == NAIVE and scale < NAIVE_FROM)]


def _rows(took: dict[str, Any]) -> list[dict[str, Any]]:
    seconds = {name: found["seconds"] for name, found in took.items()}
    duckdb, naive = seconds[DUCKDB], seconds.get(NAIVE)
    goals = {SAIL: min(duckdb, seconds[FLOOR] * 1.5, *([naive / 25] if naive else []))}
    if naive:
        goals[SPARK] = naive / 3
    lines = [row(f"{name}, time", value, "s", at_most=goals.get(name), of=duckdb, note="x DuckDB") for name, value in seconds.items()]
    if naive:
        lines.append(row("naive Spark / ours on Sail", naive / seconds[SAIL], "x", at_least=25))
        lines.append(row("naive Spark / ours on Spark", naive / seconds[SPARK], "x", at_least=3))
    lines.append(row("ours on Sail / only parsing", seconds[SAIL] / seconds[FLOOR], "x", at_most=1.5))
    goal = {SAIL: 4.0}
    lines += [row(f"{name}, peak memory", found["peak"] / 1e9, "GB", at_most=goal.get(name)) for name, found in took.items()]
    return lines
