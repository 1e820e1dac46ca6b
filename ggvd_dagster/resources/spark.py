"""Spark sessions for people: `ggvd shell`, notebooks, ad-hoc checks. The only module here that touches pyspark, and only when called."""

from __future__ import annotations

import os
from typing import Any

from ggvd_dagster.job_arguments import SPARK_CONF
from ggvd_dagster.names import Names
from ggvd_dagster.resources.lake import Lake


def lazy_resource() -> Any:
    """dagster-pyspark's LazyPySparkResource with the jobs' settings; `SPARK_REMOTE` makes its session a remote one."""
    from dagster_pyspark import LazyPySparkResource

    # a Spark Connect server has its own extensions, and refuses to have them set
    return LazyPySparkResource(spark_config={} if os.environ.get("SPARK_REMOTE") else dict(SPARK_CONF))


def open_session(names: Names) -> tuple[Any, list[str]]:
    """A session in which every Delta table that exists is a view `<layer>_<table>`, and the names of these views."""
    spark = lazy_resource().spark_session
    views, lake = [], Lake()
    for table in names.platform.tables.values():
        bucket, _, path = names.table_uri(table.name).removeprefix("s3://").partition("/")
        if table.layer != "bronze" and next(lake.listing(bucket, f"{path}/_delta_log/"), None):
            view = f"{table.layer}_{table.table}"
            spark.read.format("delta").load(names.table_uri(table.name)).createOrReplaceTempView(view)
            views.append(view)
    return spark, views
