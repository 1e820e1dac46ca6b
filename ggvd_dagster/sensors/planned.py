"""After a planned backfill: what it was planned to cost and what it did cost, beside each other on the table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import dagster as dg

from ggvd_dagster.backfill_plan import DOLLARS_PER_DPU_HOUR, PAGE_ROWS

PLAN_MARK = "planned_partitions"
LOOK_AT = 50  # observations of a table, newest first


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="planned_versus_actual",
    description="Compares what a backfill was planned to cost with what it cost, as an observation of its table.",
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def planned_versus_actual(context: dg.RunStatusSensorContext) -> None:
    for observation in comparisons(context.instance, context.dagster_run):
        context.instance.report_runless_asset_event(observation)


def comparisons(instance: dg.DagsterInstance, run: dg.DagsterRun) -> Iterator[dg.AssetObservation]:
    """One observation for each table of the run that has a plan for partitions that the run made."""
    for key, made in sorted(_made(instance, run.run_id).items(), key=lambda item: str(item[0])):
        plan = _plan(instance, key)
        planned: list[str] = plan[PLAN_MARK].value if plan else []
        done = sorted(set(planned) & set(made))
        if plan and done:
            yield dg.AssetObservation(key, metadata=_compared(plan, planned, done, made))


def _made(instance: dg.DagsterInstance, run_id: str) -> dict[dg.AssetKey, dict[str, Any]]:
    """Metadata of what this run made, by table and partition; all events of one table carry the run's own totals.

    From the run's events, since a run of a whole job has no selection of assets.
    """
    found: dict[dg.AssetKey, dict[str, Any]] = {}
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
        event = entry.asset_materialization
        if event is not None:
            found.setdefault(event.asset_key, {})[str(event.partition)] = event.metadata
    return found


def _plan(instance: dg.DagsterInstance, key: dg.AssetKey) -> Any:
    for record in instance.fetch_observations(key, limit=LOOK_AT).records:
        observation = record.event_log_entry.asset_observation
        if observation is not None and PLAN_MARK in observation.metadata:
            return observation.metadata
    return None


def _compared(plan: Any, planned: list[str], done: list[str], made: dict[str, Any]) -> dict[str, Any]:
    share, actual = len(done) / len(planned), next(iter(made.values()))
    found: dict[str, Any] = {"compared_partitions": done, "made_of_planned": f"{len(done)} of {len(planned)}"}
    if "planned_dpu_hours" in plan:
        found["share_of_planned_dpu_hours"] = round(plan["planned_dpu_hours"].value * share, 4)
    if "planned_minutes" in plan:
        found["share_of_planned_minutes"] = round(plan["planned_minutes"].value * share, 2)
    if "planned_dollars" in plan:
        found["share_of_planned_dollars"] = round(plan["planned_dollars"].value * share, 4)
    if "dpu_seconds" in actual:
        hours = actual["dpu_seconds"].value / 3600
        found["actual_dpu_hours"], found["actual_dollars"] = round(hours, 4), round(hours * DOLLARS_PER_DPU_HOUR, 4)
    if "planned_pages" in plan:
        counts = [made[key]["total_results"].value for key in done if "total_results" in made[key]]
        found["share_of_planned_pages"] = round(plan["planned_pages"].value * share)
        found["actual_pages"] = sum(math.ceil(count / PAGE_ROWS) for count in counts)
    if "seconds" in actual:
        found["actual_minutes"] = round(actual["seconds"].value / 60, 2)
    return found
