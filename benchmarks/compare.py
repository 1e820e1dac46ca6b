"""Whether lakes hold the same tables, whichever engine wrote them: all columns exactly, floats within one unit of the 6th digit.

Gold rounds to six digits, and engines add floats in different order: what lies at a rounding edge may differ by 0.000001. TOLERANCE
allows for that and no more. A rank is compared exactly.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks import workload
from ggvd_dagster import spec

TOLERANCE = 1.5e-6
OURS = {"copies"}  # columns of the platform's silver tables by which it proves that nothing was lost; the others are not asked for them


class Difference(AssertionError):  # noqa: N818 (a finding, not a failure of this code)
    """Two lakes do not hold the same; the message says which table, how many rows, and an example."""


def _connect() -> duckdb.DuckDBPyConnection:
    database = duckdb.connect()
    database.execute("set timezone = 'UTC'")
    return database


def view(database: duckdb.DuckDBPyConnection, alias: str, lake: Path, table: str) -> None:
    """Name a table of a lake: Delta, a folder of Parquet partitions, or one Parquet file."""
    path = lake / table
    if (path / "_delta_log").exists():
        from deltalake import DeltaTable

        # delta-rs says which files the table has, DuckDB reads them
        snapshot = DeltaTable(path)
        files = snapshot.file_uris()
        if not files:
            database.register(alias, pa.schema(snapshot.schema()).empty_table())
            return
        found = f"read_parquet({files!r}, hive_partitioning = {bool(snapshot.metadata().partition_columns)})"
    elif path.with_suffix(".parquet").is_file():
        found = f"read_parquet('{path}.parquet')"
    else:
        found = f"read_parquet('{path}/**/*.parquet', hive_partitioning = true)"
    database.execute(f"create view {alias} as from {found}")


def _described(database: duckdb.DuckDBPyConnection, alias: str) -> dict[str, str]:
    return {name: kind for name, kind, *_ in database.execute(f"describe {alias}").fetchall()}


def gold() -> list[str]:
    return [name for name in workload.tables() if name.startswith("gold/")]


def silver() -> list[str]:
    return [name for name in workload.tables() if name.startswith("silver/") and name != "silver/quarantine"]


def tables(one: Path, other: Path, names: list[str]) -> dict[str, int]:
    """Compare tables of two lakes. Returns the rows of each. Raises Difference."""
    return {name: _compare(one, other, name) for name in names}


def _compare(one: Path, other: Path, name: str) -> int:
    key = spec.load().table(name).key
    database = _connect()
    view(database, "l", one, name)
    view(database, "r", other, name)
    left, right = _described(database, "l"), _described(database, "r")
    if not set(left) ^ set(right) <= OURS:
        raise Difference(f"{name}: {one.name} has the columns {sorted(left)}, {other.name} {sorted(right)}")
    rows = [_first(database, f"select count(*) from {side}")[0] for side in ("l", "r")]
    if rows[0] != rows[1]:
        raise Difference(f"{name}: {one.name} has {rows[0]} rows, {other.name} {rows[1]}")
    # a null in a key meets a null; keys that one side has twice, or that have no partner, are differences
    on = " and ".join(f"l.{column} is not distinct from r.{column}" for column in key)
    differ = " or ".join(["l.k is null", "r.k is null", *(_differs(c, kind) for c, kind in left.items() if c in right and c not in key)])
    found = f"from (select 1 as k, * from l) l full join (select 1 as k, * from r) r on {on} where {differ}"
    if count := _first(database, f"select count(*) {found}")[0]:
        example = _first(database, f"select l, r {found} limit 1")
        raise Difference(f"{name}: {count} of {rows[0]} rows differ between {one.name} and {other.name}, such as {example}")
    return int(rows[0])


def _first(database: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return database.execute(sql).fetchone()


def _differs(column: str, kind: Any) -> str:
    if str(kind) in ("DOUBLE", "FLOAT"):
        return f"coalesce(abs(l.{column} - r.{column}) > {TOLERANCE}, (l.{column} is null) != (r.{column} is null))"
    if str(kind).startswith("TIMESTAMP"):
        return f"epoch_us(l.{column}) is distinct from epoch_us(r.{column})"
    return f"l.{column} is distinct from r.{column}"


def counts(lake: Path, facts: dict[str, Any]) -> None:
    """The rows of each silver table are those that the generator meant it to have. Raises Difference."""
    for table, made in facts["tables"].items():
        database = _connect()
        view(database, "t", lake, f"silver/{table}")
        found = _first(database, "select count(*) from t")[0]
        wanted = made["rows"] - made["duplicates"] - made["bad"]
        if found != wanted:
            raise Difference(f"silver/{table} of {lake.name} has {found} rows, the generator made {wanted} that are distinct and usable")


def quarantined(lake: Path, facts: dict[str, Any]) -> None:
    """The platform's own quarantine has every bad row of the generator. Raises Difference."""
    database = _connect()
    view(database, "t", lake, "silver/quarantine")
    found = dict(database.execute("select table_name, sum(copies)::bigint from t group by 1").fetchall())
    wanted = {f"silver/{table}": made["bad"] for table, made in facts["tables"].items() if made["bad"]}
    if found != wanted:
        raise Difference(f"the quarantine of {lake.name} has {found}, the generator made {wanted} bad rows")
