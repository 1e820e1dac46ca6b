"""Spark sessions for people: `ggvd shell`, notebooks, ad-hoc checks. The only module here that touches pyspark, and only when called."""

from __future__ import annotations

import os
from functools import cache
from typing import Any

from ggvd_dagster.errors import GgvdError
from ggvd_dagster.job_arguments import SPARK_CONF
from ggvd_dagster.names import Names
from ggvd_dagster.resources.lake import Lake

CHOSEN = ("SPARK_REMOTE", "MASTER", "SPARK_HOME")  # any of these names the engine; without one it is Sail, inside this process


class NoEngine(GgvdError):  # noqa: N818
    """No Spark to open a session on; the message says how to get one."""


def lazy_resource() -> Any:
    """dagster-pyspark's LazyPySparkResource: on the engine that the environment names, else on Sail. Raises NoEngine."""
    if not any(os.environ.get(name) for name in CHOSEN):
        os.environ["SPARK_REMOTE"] = _sail()[1]
    try:
        from dagster_pyspark import LazyPySparkResource
    except ModuleNotFoundError as error:
        raise NoEngine(f"{error.name} is not installed: run `make init`, or install ggvd with its extras local and spark") from error
    # a Spark Connect server has its own extensions, and refuses to have them set
    return LazyPySparkResource(spark_config={} if os.environ.get("SPARK_REMOTE") else dict(SPARK_CONF))


@cache
def _sail() -> tuple[Any, str]:
    """A Sail server of this process, which ends with it, and its address."""
    try:
        from pysail.spark import SparkConnectServer
    except ModuleNotFoundError as error:
        raise NoEngine("no SPARK_REMOTE, MASTER or SPARK_HOME is set and pysail is not installed: set one, or run `make init`") from error
    os.environ.setdefault("RUST_LOG", "error")  # its notes would stand between a prompt and its answers
    server = SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    host, port = server.listening_address
    return server, f"sc://{host}:{port}"


def open_session(names: Names) -> tuple[Any, list[str]]:
    """A session in which every Delta table that exists is a view `<layer>_<table>`, and the names of these views. Raises NoEngine."""
    spark = lazy_resource().spark_session
    views, lake = [], Lake()
    for table in names.platform.tables.values():
        bucket, _, path = names.table_uri(table.name).removeprefix("s3://").partition("/")
        if table.layer != "bronze" and next(lake.listing(bucket, f"{path}/_delta_log/"), None):
            view = f"{table.layer}_{table.table}"
            spark.read.format("delta").load(names.table_uri(table.name)).createOrReplaceTempView(view)
            views.append(view)
    return spark, views
