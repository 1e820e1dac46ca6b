"""`ggvd materialize`: makes tables, or some of their partitions, in one Dagster run. The command that every failure prints."""

from __future__ import annotations

from typing import Any

import dagster as dg

from ggvd_dagster.commands import run_here
from ggvd_dagster.commands.terminal import console, print_rows
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.sensors.silver_runs import RANGE_END, RANGE_START

ROWS = ("dagster/partition_row_count", "dagster/row_count")


def run(selection: str, partition: str | None, first: str | None, last: str | None) -> None:
    """Materialize a comma separated selection. Raises GgvdError for what is not there, before anything runs, and for a failed run."""
    if partition and (first or last):
        raise GgvdError("give --partition, or --from and --to")
    with run_here.instance("to record the run in; in an account, materialize in Dagit") as instance:
        from ggvd_dagster.definitions import defs

        keys = _keys(defs.resolve_asset_graph(), selection, partition or first, partition or last)
        range_tags = {RANGE_START: str(first or partition), RANGE_END: str(last or partition)} if partition or first else {}
        what = " ".join(filter(None, [selection, partition or (first and f"{first} to {last}")]))
        job = defs.resolve_implicit_global_asset_job_def()
        result = run_here.execute(instance, job, f"Dagster makes {what}", asset_selection=keys, tags=range_tags)
        _show(instance, result)
    if not result.success:
        raise GgvdError(f"{what} failed: {run_here.failure(result)} (Dagster run {result.run_id})")


def _keys(graph: Any, selection: str, first: str | None, last: str | None) -> list[dg.AssetKey]:
    keys = [dg.AssetKey(name.strip().split("/")) for name in selection.split(",") if name.strip()]
    known = graph.materializable_asset_keys
    if unknown := [key for key in keys if key not in known] or not keys:
        named = ", ".join(key.to_user_string() for key in unknown) if isinstance(unknown, list) else selection
        raise GgvdError(f"no asset {named!r}; there are: {', '.join(sorted(key.to_user_string() for key in known))}")
    if (first is None) != (last is None):
        raise GgvdError("give both --from and --to")
    for key in keys:
        _check_partitions(key.to_user_string(), graph.get(key).partitions_def, first, last)
    return keys


def _check_partitions(name: str, definition: dg.PartitionsDefinition | None, first: str | None, last: str | None) -> None:
    if definition is None and first:
        raise GgvdError(f"{name} has no partitions: leave --partition, --from and --to away")
    if definition is None:
        return
    there = list(definition.get_partition_keys())
    if first is None or last is None:
        raise GgvdError(f"{name} has partitions, {there[0]} to {there[-1]}: give --partition, or --from and --to")
    for key in (first, last):
        if key not in there:
            raise GgvdError(f"{name} has no partition {key!r}; it has {there[0]} to {there[-1]}")
    if there.index(first) > there.index(last):
        raise GgvdError(f"--from {first} is after --to {last}")


def _show(instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult) -> None:
    """What the run made, also before it failed: an asset logs such partitions, and they are not among the result's events."""
    rows = []
    for entry in instance.all_logs(result.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
        if made := entry.asset_materialization:
            count = next((made.metadata[name].value for name in ROWS if name in made.metadata), None)
            rows.append([made.asset_key.to_user_string(), made.partition, count])
    if rows:
        print_rows("Materialized", ("table", "partition", "rows"), rows)
    else:
        console.print("Nothing was materialized.")
