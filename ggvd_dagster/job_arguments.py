"""The default arguments of each table's Glue job, as the spec says (docs/architecture.md). Terraform derives the same."""

from __future__ import annotations

import json

from ggvd_dagster.names import PACKAGE_KEY, Names

SPARK_CONF = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
    "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.delta.logStore.s3.impl": "io.delta.storage.S3SingleDriverLogStore",
    "spark.sql.session.timeZone": "UTC",
    "spark.databricks.delta.snapshotPartitions": "2",
}


def script_uri(names: Names, table: str) -> str:
    return f"s3://{names.bucket('assets')}/{names.script_key(table)}"


def defaults(names: Names, table: str) -> dict[str, str]:
    """Default arguments of the job of `<layer>/<table>`; what a run adds is its own (`--partitions`, `--run_token` ...)."""
    entry = names.platform.table(table)
    assets = f"s3://{names.bucket('assets')}"
    arguments = {
        "--table": table,
        "--inputs": json.dumps({name: names.table_uri(name) for name in entry.inputs}, sort_keys=True),
        "--output": names.table_uri(table),
        "--report": f"{assets}/{names.report_key(table)}",
        "--key": ",".join(entry.key),
        "--required": ",".join(entry.required),
        "--foreign_keys": json.dumps({c: names.table_uri(t) for c, t in entry.foreign_keys.items()}, sort_keys=True),
        "--extra-py-files": f"{assets}/{PACKAGE_KEY}",
        "--datalake-formats": "delta",
        "--conf": " --conf ".join(f"{key}={value}" for key, value in SPARK_CONF.items()),
        "--enable-auto-scaling": "true",
        "--enable-continuous-cloudwatch-log": "true",
        "--enable-metrics": "true",
    }
    if entry.layer == "silver":
        arguments["--quarantine"] = f"s3://{names.bucket('silver')}/_quarantine/{entry.table}"
    if entry.partitions:
        arguments["--partition_by"] = entry.partitions
    return arguments
