"""The code location: assembles assets, checks, jobs and resources, and nothing else. Loading it talks to nobody."""

from __future__ import annotations

import dagster as dg

from ggvd_dagster import automation, backfill_job, jobs, maintenance, restore_job, schedules, sqlite_instance
from ggvd_dagster.assets import bronze, catalog, gold, report, silver
from ggvd_dagster.resources.athena import Athena
from ggvd_dagster.resources.crawler import Crawlers
from ggvd_dagster.resources.extraction import Extraction
from ggvd_dagster.resources.glue import GlueJobs
from ggvd_dagster.resources.lake import Lake
from ggvd_dagster.sensors import dead_letters, failures, planned, s3_events, s3_listing, silver_runs

sqlite_instance.install()

defs = dg.Definitions(
    assets=automation.automated([*bronze.assets, *silver.assets, *gold.assets, *catalog.assets, *report.assets]),
    jobs=[
        *jobs.jobs,
        schedules.extract_release_years,
        backfill_job.plan_job,
        restore_job.restore_job,
        maintenance.maintenance_job,
        *silver_runs.jobs(),
    ],
    schedules=[*schedules.schedules, maintenance.weekly_maintenance],
    sensors=[
        s3_events.s3_events,
        s3_listing.s3_listing,
        automation.sensor,
        failures.run_failure,
        failures.check_failure,
        dead_letters.dead_letters,
        planned.planned_versus_actual,
    ],
    resources={"athena": Athena(), "crawlers": Crawlers(), "extraction": Extraction(), "glue": GlueJobs(), "lake": Lake()},
    executor=dg.multiprocess_executor.configured({"max_concurrent": 2}),
)
