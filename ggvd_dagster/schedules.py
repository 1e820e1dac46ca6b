"""When the sources are asked again: recent release years every week, older ones every month. Silver follows by the bronze sensors."""

from __future__ import annotations

from collections.abc import Sequence

import dagster as dg

from ggvd_dagster import partitions
from ggvd_dagster.sensors.silver_runs import RANGE_END, RANGE_START

RECENT_YEARS = 3  # the current one and those whose movies still change
TMDB = dg.AssetKey(["bronze", "tmdb_movies"])

extract_release_years = dg.define_asset_job(
    "extract_release_years", dg.AssetSelection.assets(TMDB), description="Extract release years from TMDB to bronze."
)


def recent_and_older() -> tuple[list[str], list[str]]:
    """Release years of the spec: the recent ones and all others."""
    years = list(partitions.definition("release_year").get_partition_keys())
    return years[-RECENT_YEARS:], years[:-RECENT_YEARS]


def request(context: dg.ScheduleEvaluationContext, years: Sequence[str]) -> dg.RunRequest:
    """One run for a range of years. Its snapshot is named by the scheduled day, so a run that is repeated later resumes it."""
    day = context.scheduled_execution_time.date().isoformat()
    return dg.RunRequest(
        run_key=f"{years[0]}-{years[-1]}@{day}",
        tags={RANGE_START: years[0], RANGE_END: years[-1]},
        run_config={"ops": {"bronze__tmdb_movies": {"config": {"snapshot": day}}}},
    )


@dg.schedule(cron_schedule="0 3 * * 1", job=extract_release_years, description="Mondays: recent release years.")
def weekly_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return request(context, recent_and_older()[0])


@dg.schedule(cron_schedule="0 4 2 * *", job=extract_release_years, description="The 2nd of each month: all older release years.")
def monthly_sweep(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return request(context, recent_and_older()[1])


schedules = [weekly_refresh, monthly_sweep]
