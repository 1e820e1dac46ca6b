"""What a backfill will cost before it runs: missing partitions, requests and minutes of the source, DPU-hours and dollars of Glue.

Numbers are learned from the metadata of earlier materializations of the same table; where there are none they stay unknown.
"""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ggvd_dagster import partitions, spec
from ggvd_dagster.errors import GgvdError

PAGE_ROWS, WINDOW_PAGES = 20, 500  # of TMDB's discover API
DOLLARS_PER_DPU_HOUR = 0.44  # https://aws.amazon.com/glue/pricing/, us-east-1
LEAST_SECONDS = 60  # that Glue bills of a run
LEARN_FROM = 500  # materializations, newest first


@dataclass(frozen=True)
class TablePlan:
    """The plan of one table. None: nothing earlier tells. `learned_from` counts the partitions or runs behind the numbers."""

    table: str
    missing: tuple[str, ...]
    pages: int | None = None
    requests: int | None = None
    minutes: float | None = None
    dpu_hours: float | None = None
    dollars: float | None = None
    learned_from: int = 0

    def to_metadata(self) -> dict[str, Any]:
        known = {name: value for name, value in vars(self).items() if value is not None and name not in ("table", "missing")}
        return {"missing": len(self.missing), "partitions": list(self.missing), **known}


def plan(instance: dg.DagsterInstance, selection: str, first: str, last: str) -> list[TablePlan]:
    """Plan the tables of a comma separated selection over the partitions from `first` to `last`, both included. Raises GgvdError."""
    return [_table_plan(instance, table, _wanted(table, first, last)) for table in _tables(selection)]


def observation(table: TablePlan) -> dg.AssetObservation:
    """The plan as it stands beside its table; `sensors/planned.py` compares it with what the backfill cost."""
    metadata = {f"planned_{name}": value for name, value in table.to_metadata().items()}
    return dg.AssetObservation(table.table.split("/"), metadata=metadata)


def record(instance: dg.DagsterInstance, plans: Sequence[TablePlan]) -> None:
    """Show plans beside their tables."""
    for table in plans:
        instance.report_runless_asset_event(observation(table))


def _tables(selection: str) -> list[spec.Table]:
    platform = spec.load()
    try:
        tables = [platform.table(name.strip()) for name in selection.split(",") if name.strip()]
    except spec.SpecError as error:
        raise GgvdError(str(error)) from error
    if whole := [table.name for table in tables if not table.partitions]:
        raise GgvdError(f"{', '.join(whole)} has no partitions, so there is nothing to fill back: materialize it")
    if not tables:
        raise GgvdError("the selection names no table; give <layer>/<table>, comma separated")
    return tables


def _wanted(table: spec.Table, first: str, last: str) -> list[str]:
    keys = list(partitions.definition(str(table.partitions)).get_partition_keys())
    for key in (first, last):
        if key not in keys:
            raise GgvdError(f"{table.name} has no partition {key!r}; it has {keys[0]} to {keys[-1]}")
    wanted = keys[keys.index(first) : keys.index(last) + 1]
    if not wanted:
        raise GgvdError(f"--from {first} is after --to {last}")
    return wanted


def _table_plan(instance: dg.DagsterInstance, table: spec.Table, wanted: Sequence[str]) -> TablePlan:
    key = dg.AssetKey(table.name.split("/"))
    done = instance.get_materialized_partitions(key)
    missing = tuple(k for k in wanted if k not in done)
    records = instance.fetch_materializations(key, limit=LEARN_FROM).records
    if table.layer == "bronze":
        return _extraction(table, missing, records)
    return _job_runs(table, missing, _whole(records))


def _whole(records: Sequence[Any]) -> Sequence[Any]:
    """Without the oldest run where the limit may have left out some of its partitions: it would look smaller than it was, and as dear."""
    whole = [record for record in records if record.run_id != records[-1].run_id]
    return whole if whole and len(records) >= LEARN_FROM else records


def _extraction(table: spec.Table, missing: tuple[str, ...], records: Sequence[Any]) -> TablePlan:
    """Pages of the average partition so far; a window of at most 500 pages is asked once more for its count."""
    newest = {record.partition_key: _number(record, "total_results") for record in reversed(records)}
    counts = [count for count in newest.values() if count is not None]
    rate = spec.load().sources[str(table.source)].requests_per_second
    if not missing:
        return TablePlan(table.name, missing, 0, 0, 0.0, learned_from=len(counts))
    if not counts or not rate:
        return TablePlan(table.name, missing)
    each = math.ceil(statistics.mean(counts) / PAGE_ROWS)
    pages = each * len(missing)
    requests = pages + max(1, math.ceil(each / WINDOW_PAGES)) * len(missing)
    return TablePlan(table.name, missing, pages, requests, round(requests / rate / 60, 2), learned_from=len(counts))


def _job_runs(table: spec.Table, missing: tuple[str, ...], records: Sequence[Any]) -> TablePlan:
    """One run for all partitions: a start and a share for each partition, fitted to earlier runs of different size."""
    if not missing:
        return TablePlan(table.name, missing, dpu_hours=0.0, dollars=0.0)
    sizes = Counter(record.run_id for record in records)
    # auto scaling: without Glue's own number, a run may have used as many workers as it may
    spent = {
        record.run_id: _number(record, "dpu_seconds") or (_number(record, "execution_seconds") or 0) * spec.load().glue.workers
        for record in records
    }
    runs = [(sizes[run], seconds) for run, seconds in spent.items() if seconds]
    if not runs:
        return TablePlan(table.name, missing)
    hours = max(_fit(runs, len(missing)), LEAST_SECONDS) / 3600
    return TablePlan(table.name, missing, dpu_hours=round(hours, 4), dollars=round(hours * DOLLARS_PER_DPU_HOUR, 4), learned_from=len(runs))


def _fit(runs: Sequence[tuple[int, float]], size: int) -> float:
    """DPU-seconds of a run over `size` partitions: a line through earlier runs, or their mean rate when all had one size."""
    sizes, seconds = [run[0] for run in runs], [run[1] for run in runs]
    if len(set(sizes)) > 1:
        slope, start = statistics.linear_regression(sizes, seconds)
        if slope >= 0 and start >= 0:
            return start + slope * size
    return statistics.mean(seconds) * size / statistics.mean(sizes)


def _number(record: Any, name: str) -> float | None:
    value = record.asset_materialization.metadata.get(name)
    return None if value is None or value.value is None else float(value.value)
