"""How time and memory of the platform's jobs grow with the data."""

from __future__ import annotations

import math
from typing import Any

from benchmarks import compare, pipelines
from benchmarks.pipelines import DUCKDB, SAIL
from benchmarks.result import result, row

SCALES = (0.1, 0.3, 1.0, 3.0)
MEMORY_GB = 6.0


def run(scale: float) -> dict[str, Any]:
    """The scales up to this one, each with tables that have the generator's rows."""
    took = {}
    for each in (s for s in SCALES if s <= scale):
        facts = pipelines.data(each)
        took[each] = {name: pipelines.run(name, each) for name in (SAIL, DUCKDB)}
        compare.counts(pipelines.lake(each, SAIL), facts)
    rows = []
    for each, found in took.items():
        rows.append(row(f"ours on Sail at {each:g}, time", found[SAIL]["seconds"], "s", of=found[DUCKDB]["seconds"], note="x DuckDB"))
        rows.append(row(f"ours on Sail at {each:g}, peak memory", found[SAIL]["peak"] / 1e9, "GB", at_most=MEMORY_GB))
    if len(took) > 1:
        rows.append(row("exponent of the time", exponent({s: f[SAIL]["seconds"] for s, f in took.items()}), "", at_most=1.0))
    return result("growth", "growth with the data", scale, rows, runs={f"{each:g}": found for each, found in took.items()})


def exponent(seconds: dict[float, float]) -> float:
    """Slope of log(seconds) over log(scale), least squares: 1 is linear."""
    points = [(math.log(scale), math.log(value)) for scale, value in seconds.items()]
    middle = [sum(values) / len(points) for values in zip(*points, strict=True)]
    spread = sum((x - middle[0]) ** 2 for x, _ in points)
    return sum((x - middle[0]) * (y - middle[1]) for x, y in points) / spread
