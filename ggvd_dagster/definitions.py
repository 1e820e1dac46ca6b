"""The code location: assembles assets, checks, jobs and resources, and nothing else. Loading it talks to nobody."""

from __future__ import annotations

import dagster as dg

from ggvd_dagster import jobs
from ggvd_dagster.assets import bronze, catalog, gold, silver
from ggvd_dagster.resources.athena import Athena
from ggvd_dagster.resources.crawler import Crawlers
from ggvd_dagster.resources.extraction import Extraction
from ggvd_dagster.resources.glue import GlueJobs
from ggvd_dagster.resources.lake import Lake

defs = dg.Definitions(
    assets=[*bronze.assets, *silver.assets, *gold.assets, *catalog.assets],
    jobs=jobs.jobs,
    resources={"athena": Athena(), "crawlers": Crawlers(), "extraction": Extraction(), "glue": GlueJobs(), "lake": Lake()},
    executor=dg.multiprocess_executor.configured({"max_concurrent": 2}),
)
