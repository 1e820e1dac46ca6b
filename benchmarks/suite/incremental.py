"""What it costs to bring the tables up to date: nothing new, one release year anew, one year of ratings anew."""

from __future__ import annotations

from typing import Any

from benchmarks import measure, pipelines, workload
from benchmarks.generate import bronze
from benchmarks.generate.shape import Shape
from benchmarks.pipelines import SAIL
from benchmarks.result import result, row

YEAR, RATING_YEAR = 2009, 1999
NEXT = "2026-11-25"  # the snapshot after the generator's
SHARE = 0.05


def run(scale: float) -> dict[str, Any]:
    """A full run first, then each change on its lake. Jobs' seconds, without the start of the engine."""
    facts = pipelines.data(scale)
    full = pipelines.run(SAIL, scale)
    unchanged = _again(scale, "unchanged", workload.tables())
    changed = list(bronze.tmdb_objects(Shape(scale, facts["seed"]), {YEAR}, NEXT, version=1))
    folder = pipelines.home(scale) / "bronze"
    bronze.write(folder, changed)
    try:
        silver = _again(scale, "year", [f"silver/tmdb_movies={YEAR}"])
        gold = _again(scale, "gold", [name for name in workload.tables() if name != "silver/tmdb_movies"])
    finally:
        bronze.remove(folder, changed)
    ratings = _again(scale, "ratings", [f"silver/movielens_rating_events={RATING_YEAR}"], "--force")
    whole = _jobs(full["parts"])
    parts = full["parts"]
    rows = [
        row("full run", whole, "s"),
        row("nothing new: the check of all tables", _jobs(unchanged), "s", at_most=whole * SHARE, of=whole, note="x full"),
        row("one release year, its silver partition", _jobs(silver), "s", at_most=whole * SHARE, of=whole, note="x full"),
        row("one release year, gold that follows", _jobs(gold), "s", of=whole, note="x full"),
        row("one year of ratings, its silver partition", _jobs(ratings), "s", at_most=whole * SHARE, of=whole, note="x full"),
    ]
    return result(
        "incremental", "incremental runs", scale, rows, full=parts, unchanged=unchanged, silver=silver, gold=gold, ratings=ratings
    )


def _jobs(parts: dict[str, float]) -> float:
    return round(sum(seconds for name, seconds in parts.items() if name != "start"), 3)


def _again(scale: float, what: str, wanted: list[str], *extra: str) -> dict[str, float]:
    """Run jobs on the lake that is there."""
    lake = pipelines.lake(scale, SAIL)
    log = pipelines.home(scale) / f"incremental-{what}.log"
    arguments = ["benchmarks.ours", "sail", str(pipelines.home(scale) / "bronze"), str(lake), *wanted, *extra]
    found = measure.module(*arguments, log=log)
    pipelines.say(f"  {what:<14} {found.seconds:8.1f} s")
    return pipelines.parts(found)
