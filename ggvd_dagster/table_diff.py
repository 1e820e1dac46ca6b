"""What changed between two Delta versions of a table, by its key. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ggvd_dagster.errors import GgvdError

SAMPLE = 5
COMPARABLE = (("int", "uint", "float", "double", "decimal"), ("date", "timestamp"))  # types of different name that compare as they are


@dataclass(frozen=True)
class TableDiff:
    """Rows by key: `added`, `removed`, `changed`; `columns` counts the changed rows of each column; the rest is of the schema."""

    added: int
    removed: int
    changed: int
    columns: dict[str, int]
    new_columns: dict[str, str]
    lost_columns: dict[str, str]
    retyped_columns: dict[str, str]
    sample: list[tuple[Any, ...]]  # key, column, before, after


def compare(uri: str, key: Sequence[str], first: int, last: int) -> TableDiff:
    """Compare versions `first` and `last` of the Delta table at `uri`. Raises GgvdError when a version cannot be read."""
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise GgvdError("duckdb is not installed: run `make init`") from error
    before, after = (_open(uri, version) for version in (first, last))
    old, new = ({field.name: str(field.type) for field in dataset.schema} for dataset in (before, after))
    if lost := [column for column in key if not _comparable(old.get(column), new.get(column))]:
        raise GgvdError(f"rows of {uri} cannot be matched by {', '.join(lost)}: it is of another type or missing in one of the versions")
    with duckdb.connect() as connection:
        connection.register("before", before)
        connection.register("after", after)
        return _compare(connection, key, old, new)


def _open(uri: str, version: int) -> Any:
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    try:
        table = DeltaTable(uri)
        if version > table.version():  # delta-rs would look for a huge one for ever
            raise GgvdError(f"version {version} of {uri} cannot be read: the newest is {table.version()}")
        table.load_as_version(version)
        return table.to_pyarrow_dataset()
    except TableNotFoundError as error:
        raise GgvdError(f"there is no Delta table at {uri}") from error
    except DeltaError as error:
        raise GgvdError(f"version {version} of {uri} cannot be read: {error}") from error


def _compare(connection: Any, key: Sequence[str], old: dict[str, str], new: dict[str, str]) -> TableDiff:
    on = ", ".join(map(_quoted, key))
    shared = [column for column in old if column in new and column not in key]
    differs = {column: _differs(column, as_text=not _comparable(old[column], new[column])) for column in shared}
    counts = ", ".join(["count(*) FILTER (" + " OR ".join(differs.values() or ["false"]) + ")", *map(_counted, differs.values())])
    changed, *by_column = connection.execute(f"SELECT {counts} FROM before b JOIN after a USING ({on})").fetchone()  # noqa: S608
    columns = {column: count for column, count in zip(shared, by_column, strict=True) if count}
    added, removed = (
        connection.execute(f"SELECT count(*) FROM {one} ANTI JOIN {other} USING ({on})").fetchone()[0]  # noqa: S608
        for one, other in (("after", "before"), ("before", "after"))
    )
    sample = [row for column in columns for row in _sample(connection, key, column, differs[column])]
    return TableDiff(
        added=added,
        removed=removed,
        changed=changed,
        columns=columns,
        new_columns={column: kind for column, kind in new.items() if column not in old},
        lost_columns={column: kind for column, kind in old.items() if column not in new},
        retyped_columns={c: f"{old[c]} -> {new[c]}" for c in old if c in new and old[c] != new[c]},
        sample=sample,
    )


def _sample(connection: Any, key: Sequence[str], column: str, condition: str) -> list[tuple[Any, ...]]:
    on, first = ", ".join(map(_quoted, key)), " || '/' || ".join(f"CAST({_quoted(part)} AS VARCHAR)" for part in key)
    query = (
        f"SELECT {first}, ?, b.{_quoted(column)}, a.{_quoted(column)} FROM before b JOIN after a USING ({on}) "  # noqa: S608
        f"WHERE {condition} ORDER BY 1 LIMIT {SAMPLE}"
    )
    return list(connection.execute(query, [column]).fetchall())


def _comparable(old: str | None, new: str | None) -> bool:
    """Whether values of two types (pyarrow's names) compare as they are; None is no column."""
    if old is None or new is None:
        return False
    return old == new or any(old.startswith(kinds) and new.startswith(kinds) for kinds in COMPARABLE)


def _differs(column: str, *, as_text: bool) -> str:
    before, after = (f"{side}.{_quoted(column)}" for side in "ba")
    return f"CAST({before} AS VARCHAR) IS DISTINCT FROM CAST({after} AS VARCHAR)" if as_text else f"{before} IS DISTINCT FROM {after}"


def _counted(condition: str) -> str:
    return f"count(*) FILTER ({condition})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
