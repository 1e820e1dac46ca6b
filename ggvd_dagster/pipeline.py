"""The whole lakehouse as Dagster runs in this process, in the order in which tables need each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ggvd_dagster import partitions
from ggvd_dagster.errors import GgvdError

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


class RunFailed(GgvdError):  # noqa: N818
    """A run of the pipeline failed; the message has the first failure's own text."""


@dataclass(frozen=True)
class Progress:
    """An asset `started`, `finished` or `failed`; `rows` where the asset knows them."""

    asset: str
    state: str
    seconds: float = 0.0
    rows: int | None = None


def run_all(instance: dg.DagsterInstance, years: Sequence[str], on_event: Callable[[Progress], None] = lambda _: None) -> None:
    """Materialize everything, TMDB for these release years (consecutive). Raises RunFailed at the first run that fails."""
    from ggvd_dagster.definitions import defs

    rating_years = partitions.definition("rating_year").get_partition_keys()
    plan: list[tuple[str, Sequence[str]]] = [
        ("refresh_tmdb", years),
        ("refresh_archives", ()),
        ("refresh_rating_events", rating_years),
        ("publish", ()),
    ]
    for job, keys in plan:
        tags = {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]} if keys else {}
        result = defs.resolve_job_def(job).execute_in_process(instance=instance, tags=tags, run_config=QUIET, raise_on_error=False)
        for event in result.all_node_events:
            _tell(event, result, on_event)
        if not result.success:
            raise RunFailed(f"job {job} failed (run {result.run_id}): {_cause(result)}")


def _tell(event: dg.DagsterEvent, result: Any, on_event: Callable[[Progress], None]) -> None:
    asset = (event.step_key or "").replace("__", "/", 1)
    if event.is_step_start:
        on_event(Progress(asset, "started"))
    elif event.is_step_failure:
        on_event(Progress(asset, "failed"))
    elif event.is_step_success:
        made = result.asset_materializations_for_node(event.node_name)
        values = [m.metadata.get("dagster/row_count") for m in made[:1]]
        if not any(values):
            values = [m.metadata.get("dagster/partition_row_count") for m in made]
        rows = [int(value.value) for value in values if value is not None]
        on_event(Progress(asset, "finished", event.step_success_data.duration_ms / 1000, sum(rows) if rows else None))


def _cause(result: Any) -> str:
    for event in result.all_node_events:
        if event.is_step_failure:
            data = event.step_failure_data
            return str(data.user_failure_data.description if data.user_failure_data else data.error_display_string.strip().splitlines()[0])
    return "see the run in Dagit"
