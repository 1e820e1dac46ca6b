"""The work that docs/sizing.md prices: what `make bench` measured at scale 1, where its results are there, else what a prototype took.

Results: benchmarks/results/transformations-1.json, layout-1.json, extraction-1.json.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from benchmarks import workload
from benchmarks.result import RESULTS
from ggvd_dagster import spec

# tables that grow with the ratings and reviews; a million movies stay a million
GROWING = {"bronze/movielens_ratings", "bronze/imdb_reviews", "bronze/movielens_rating_events"}
# core-seconds on Spark 3.5.6 at scale 1, by a prototype of the same jobs in one process: 111 s on two cores
PROTOTYPE = {"silver/movielens_ratings": 75.5, "silver/imdb_reviews": 53.3, "silver/movielens_rating_events": 40.0}
PROTOTYPE_GOLD = 6.7  # each gold table
MAINTENANCE = {"silver/movielens_ratings": 45.0, "silver/imdb_reviews": 60.0, "silver/movielens_rating_events": 60.0}
MEMBER_SPEED, LAKE_GB = 50.0, 1.6
CORES = 2  # of the machine that measured


@cache
def found(name: str) -> dict[str, Any]:
    """A benchmark's result at scale 1; empty when there is none."""
    path = RESULTS / f"{name}-1.json"
    content: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return content


def _spark() -> dict[str, Any]:
    spark: dict[str, Any] = found("transformations").get("details", {}).get("pipelines", {}).get("ours on Spark", {})
    return spark


def origin() -> str:
    return f"measured on {found('transformations')['measured_at'][:10]}" if _spark() else "by a prototype of the same jobs"


def core_seconds(scale: float) -> dict[str, float]:
    """Of each silver and gold table, at `scale`."""
    if spark := _spark():
        parts = spark["parts"]
        busy = spark["processor"] / sum(parts.values())
        took = {name: parts[name] * busy for name in workload.tables()}
    else:
        took = {name: PROTOTYPE.get(name, PROTOTYPE_GOLD if name.startswith("gold/") else 0.0) for name in workload.tables()}
    return {name: seconds * (scale if grows(name) else 1) for name, seconds in took.items()}


def maintenance_seconds(scale: float) -> dict[str, float]:
    """Of each table, at `scale`; sorting takes a little more than linear time, which is left out."""
    took = found("layout").get("details", {}).get("maintenance", MAINTENANCE)
    return {name: took.get(name, 0.0) * (scale if grows(name) else 1) for name in workload.tables()}


def member_speed() -> float:
    """MB of a member's bytes a second and processor."""
    rows = found("extraction").get("rows", ())
    return next((row["value"] / CORES for row in rows if row["what"] == "archive member"), MEMBER_SPEED)


def lake_gb() -> float:
    """All Delta tables at scale 1, as they are after a maintenance."""
    size = found("layout").get("details", {}).get("bytes")
    return size / 1e9 if size else LAKE_GB


def grows(table: str) -> bool:
    """Whether a table is made of growing ones, and so its work grows, whatever its own rows do."""
    return any(name in GROWING or grows(name) for name in spec.load().table(table).inputs)
