"""Real values for the dictionary: `python -m docs.generate.examples` reads a row of each table from the platform that runs now.

The rows are about one movie, Inception, where a table is about movies; a test finds them in a platform of its own. A table that is new,
and has no such row, is shown by its first.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from ggvd_dagster import spec

PATH = Path(__file__).with_name("examples.json")
LONGEST = 48
ITEM = 79132
BRONZE = {
    "bronze/tmdb_movies": ("title", "Inception"),
    "bronze/movielens_tags": ("tag", "Action"),
    "bronze/movielens_links": ("movieId", str(ITEM)),
    "bronze/movielens_rating_events": ("movieId", str(ITEM)),
}
ROWS = {
    "silver/tmdb_movies": "title = 'Inception'",
    "silver/movielens_tags": "tag = 'Action'",
    "silver/movielens_links": f"movie_id = {ITEM}",
    "silver/movielens_rating_events": f"movie_id = {ITEM}",
    "gold/genre_popularity": "genre = 'Action' AND release_year = 2010",
    "gold/ratings_over_time": "release_decade = 2010",
    "gold/tag_ratings_over_years": "tag = 'Action' AND release_year = 2010",
    "gold/popular_people_by_decade": "name = 'Christopher Nolan' AND decade = 2010",
}
ABOUT = {"item_id": f"item_id = {ITEM}", "title": "title = 'Inception'"}


def shown(value: Any) -> str:
    """A value as the dictionary's cell has it."""
    if value is None or value == []:
        return ""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | bool) else str(value)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return f"`{text.replace('`', chr(39))}`"


def load() -> dict[str, dict[str, Any]]:
    """Table to its example row. Raises ValueError when the file is not there."""
    if not PATH.is_file():
        raise ValueError(f"there is no {PATH.name}: run `ggvd demo`, then `python -m docs.generate.examples`")
    return dict(json.loads(PATH.read_text(encoding="utf-8")))


def read() -> dict[str, dict[str, Any]]:
    """A row of each table from the platform that the environment names. Raises KeyError for an empty table."""
    from ggvd_dagster import names as naming

    names = naming.from_environment()
    return {
        table.name: _record(names, table) if table.layer == "bronze" else _row(names, table) for table in names.platform.tables.values()
    }


def _record(names: Any, table: spec.Table) -> dict[str, Any]:
    import boto3

    field, value = BRONZE.get(table.name, ("item_id", ITEM))
    first: dict[str, Any] = {}
    for item in boto3.resource("s3").Bucket(names.bucket("bronze")).objects.filter(Prefix=f"{table.table}/"):
        if item.key.endswith(".ndjson.gz"):
            for line in gzip.decompress(item.get()["Body"].read()).splitlines():
                record: dict[str, Any] = json.loads(line)
                if record.get(field) == value:
                    return record
                first = first or record
    if not first:
        raise KeyError(table.name)
    return first


def _row(names: Any, table: spec.Table) -> dict[str, Any]:
    import duckdb
    from deltalake import DeltaTable

    rows = DeltaTable(names.table_uri(table.name)).to_pyarrow_table()
    about = ROWS.get(table.name) or next((about for column, about in ABOUT.items() if column in rows.column_names), None)
    order = ", ".join([f"({about}) DESC NULLS LAST"] * bool(about) + [*table.key])
    answer = duckdb.execute(f"SELECT * FROM rows ORDER BY {order} LIMIT 1")  # noqa: S608 (our own words)
    (found,) = answer.fetchall() or [None]
    if found is None:
        raise KeyError(table.name)
    return {column[0]: value if isinstance(value, list | bool | int | float | None) else str(value)
            for column, value in zip(answer.description, found, strict=True)}  # fmt: skip


if __name__ == "__main__":
    PATH.write_text(json.dumps(read(), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
