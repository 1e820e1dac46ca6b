"""Objects, plans and manifests in a folder, as extraction leaves them in the bronze bucket (docs/architecture.md)."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.generate import archives, lines, marginals, movies, shape
from benchmarks.generate.shape import Shape

FACTS = "facts.json"
ARCHIVES = (
    "movielens_ratings", "movielens_rating_events", "imdb_reviews", "imdb_metadata", "movielens_links", "movielens_tag_count",
    "movielens_tags",
)  # fmt: skip


@dataclass(frozen=True)
class Object:
    """One object to make: of an archive its chunks as (rows, number), of TMDB its place in the year."""

    shape: Shape
    table: str
    partition: str | None
    snapshot: str
    name: str
    number: int
    chunks: tuple[tuple[int, int], ...] = ()
    version: int = 0

    @property
    def folder(self) -> str:
        year = f"release_year={self.partition}/" if self.partition else ""
        return f"{self.table}/{year}snapshot={self.snapshot}/"


def generate(folder: Path, scale: float, seed: int = 2021) -> dict[str, Any]:
    """Make all bronze tables under `folder`, unless they are there already of this scale, seed and code. Returns the facts."""
    facts = folder / FACTS
    made_by = {"scale": scale, "seed": seed, "code": _code()}
    if facts.exists() and (known := json.loads(facts.read_text())).items() >= made_by.items():
        return known
    wanted = Shape(scale, seed)
    started = time.monotonic()
    tables = write(folder, [*_archive_objects(wanted), *tmdb_objects(wanted)])
    found = {**made_by, "seconds": round(time.monotonic() - started, 1), "tables": tables}
    facts.write_text(json.dumps(found, indent=1) + "\n")
    return found


def write(folder: Path, objects: list[Object]) -> dict[str, Any]:
    """Make objects on all cores, then each snapshot's plan and manifest. Returns the counts of each table."""
    tables: dict[str, dict[str, int]] = {}
    snapshots: dict[str, list[tuple[Object, dict[str, Any]]]] = {}
    marginals.load(objects[0].shape.seed)  # before the fork, so that the workers share it
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for one, made in zip(objects, pool.map(_make, objects, [folder] * len(objects), chunksize=1), strict=True):
            snapshots.setdefault(one.folder, []).append((one, made))
            counts = tables.setdefault(one.table, {})
            for name in ("rows", "duplicates", "bad", "bytes", "plain_bytes"):
                counts[name] = counts.get(name, 0) + made[name]
            counts["objects"] = counts.get("objects", 0) + 1
    for prefix, members in snapshots.items():
        _complete(folder, prefix, members)
    return tables


def tmdb_objects(wanted: Shape, years: set[int] | None = None, snapshot: str = shape.TMDB_SNAPSHOT, version: int = 0) -> Iterator[Object]:
    """The objects of all release years or of some; another snapshot has the same movies with other votes."""
    for year, rows in movies.by_year(wanted).items():
        if years is not None and year not in years:
            continue
        for number in range(-(-len(rows) // movies.ROWS_AN_OBJECT)):
            first = number * shape.PAGES_AN_OBJECT + 1
            name = f"{year}-01-01_{year}-12-31_p{first:04}-{first + shape.PAGES_AN_OBJECT - 1:04}.ndjson.gz"
            yield Object(wanted, "tmdb_movies", str(year), snapshot, name, number, version=version)


def _archive_objects(wanted: Shape) -> Iterator[Object]:
    for table in ARCHIVES:
        chunks = [(rows, number) for number, rows in enumerate(wanted.chunks(table))]
        for number in range(-(-len(chunks) // shape.CHUNKS_A_PART)):
            own = tuple(chunks[number * shape.CHUNKS_A_PART :][: shape.CHUNKS_A_PART])
            yield Object(wanted, table, None, shape.ARCHIVE_SNAPSHOT, f"part-{number:05}.ndjson.gz", number, own)


def _make(one: Object, folder: Path) -> dict[str, Any]:
    counts = {"rows": 0, "duplicates": 0, "bad": 0}

    def pieces() -> Iterator[Any]:
        for made, again, spoiled in _chunks(one):
            for name, value in (("rows", len(made)), ("duplicates", again), ("bad", spoiled)):
                counts[name] += value
            yield lines.content(made)

    stored, plain, digest = lines.write(folder / one.folder / one.name, pieces())
    return {**counts, "bytes": stored, "plain_bytes": plain, "sha256": digest}


def _chunks(one: Object) -> Iterator[archives.Made]:
    source = shape.SOURCE.get(one.table, "tag_genome")
    opening = lines.opening(source, one.snapshot, one.name, one.number)
    if one.table == "tmdb_movies":
        upto = opening.partition('"_page":')
        yield movies.tmdb_object(one.shape, int(str(one.partition)), one.number, upto[0] + upto[1], one.version)
        return
    for rows, number in one.chunks:
        yield getattr(archives, one.table)(one.shape, opening, rows, number)


def _complete(folder: Path, prefix: str, members: list[tuple[Object, dict[str, Any]]]) -> None:
    first = members[0][0]
    rows = sum(made["rows"] for _, made in members)
    common = {
        "table": first.table, "partition": first.partition, "snapshot": first.snapshot,
        "source": shape.SOURCE.get(first.table, "tag_genome"), "total_results": rows if first.partition else None,
    }  # fmt: skip
    names = [one.name for one, _ in members] if first.partition else [None]
    intervals = [{"object": name, "message": {"table": first.table, "partition": first.partition}, "total_results": None} for name in names]
    listed = [{"key": prefix + one.name, **{name: made[name] for name in ("rows", "bytes", "sha256")}} for one, made in members]
    plan = {**common, "intervals": intervals, "planned_at": lines.EXTRACTED_AT}
    manifest = {**common, "objects": listed, "rows": rows, "stable": True, "completed_at": lines.EXTRACTED_AT}
    for name, content in (("_plan.json", plan), ("_manifest.json", manifest)):
        (folder / prefix / name).write_text(json.dumps(content))


def remove(folder: Path, objects: list[Object]) -> None:
    """Take away the snapshots of these objects."""
    for prefix in {one.folder for one in objects}:
        shutil.rmtree(folder / prefix)


def _code() -> str:
    total = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
