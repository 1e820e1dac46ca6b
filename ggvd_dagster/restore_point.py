"""Which Delta version an undo goes back to: versions that materializations of a table or partition reported, and one chosen of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from ggvd_dagster import partitions, spec
from ggvd_dagster.errors import GgvdError

LOOK_AT = 1000  # materializations, newest first


@dataclass(frozen=True)
class Made:
    """A version of the table that a materialization reported: when (UTC), by which run, and the rows that it had then."""

    version: int
    at: datetime
    run_id: str
    rows: int | None


@dataclass(frozen=True)
class Undo:
    """From the newest materialization to an earlier version; `was` is None where no materialization of that version is known."""

    table: str
    partition: str | None
    now: Made
    to_version: int
    was: Made | None


def choose(
    instance: dg.DagsterInstance,
    table: str,
    partition: str | None = None,
    *,
    version: int | None = None,
    time: str | None = None,
    run: str | None = None,
) -> Undo:
    """The undo of `<layer>/<table>` to a version, to the newest materialization until a time (ISO 8601) or to that of a run.

    Without any of them: to the version before the last materialization. Raises GgvdError.
    """
    checked(table, partition)
    known = made(instance, table, partition)
    what = _named(table, partition)
    if not known:
        raise GgvdError(f"{what} was never materialized, so there is nothing to undo")
    now, earlier = known[0], known[1:]
    if version is not None:
        return Undo(table, partition, now, version, next((m for m in known if m.version == version), None))
    if time is not None:
        until = _time(time)
        earlier = [m for m in known if m.at <= until]
    elif run is not None:
        earlier = [m for m in known if m.run_id.startswith(run)]
    if not earlier:
        asked = f" until {time}" if time else f" by run {run}" if run else " before the last one"
        there = ", ".join(f"version {m.version} at {m.at:%Y-%m-%d %H:%M:%S}" for m in known[:5])
        raise GgvdError(f"{what} has no materialization{asked}; the newest are: {there} (UTC)")
    return Undo(table, partition, now, earlier[0].version, earlier[0])


def made(instance: dg.DagsterInstance, table: str, partition: str | None) -> list[Made]:
    """Versions that materializations reported, newest first, each with its first materialization. A rerun that wrote nothing adds none."""
    key = dg.AssetKey(table.split("/"))
    wanted = dg.AssetRecordsFilter(asset_key=key, asset_partitions=[partition] if partition else None)
    found: dict[int, Made] = {}
    for record in instance.fetch_materializations(wanted, limit=LOOK_AT).records:
        event = record.asset_materialization
        if event is None or (version := _number(event, "delta_version")) is None:
            continue
        rows = _number(event, "dagster/partition_row_count" if partition else "dagster/row_count")
        found[version] = Made(version, datetime.fromtimestamp(record.timestamp, UTC), record.run_id, rows)
    return sorted(found.values(), key=lambda m: m.version, reverse=True)


def checked(table: str, partition: str | None) -> spec.Table:
    """The table's entry in the spec. Raises GgvdError when it, or the partition, is none that can be undone."""
    try:
        entry = spec.load().table(table)
    except spec.SpecError as error:
        raise GgvdError(str(error)) from error
    if entry.layer == "bronze":
        raise GgvdError(f"{table} has nothing to undo: bronze objects never change")
    if partition is None:
        return entry
    if not entry.partitions:
        raise GgvdError(f"{table} has no partitions: leave --partition out to undo the table")
    keys = partitions.definition(entry.partitions).get_partition_keys()
    if partition not in keys:
        raise GgvdError(f"{table} has no partition {partition!r}; it has {keys[0]} to {keys[-1]}")
    return entry


def _named(table: str, partition: str | None) -> str:
    return f"{table} {partition}" if partition else table


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise GgvdError(f"{text!r} is no time; write it as 2026-11-24T21:30:00Z") from error
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _number(event: dg.AssetMaterialization, name: str) -> int | None:
    value: Any = event.metadata.get(name)
    return None if value is None or value.value is None else int(value.value)
