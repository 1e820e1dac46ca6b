"""What Glue makes of a job's arguments: which of them reach the script, and which are for Glue itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html: read by Glue, not by the script
OWN = {
    "--additional-python-modules",
    "--class",
    "--conf",
    "--continuous-log-conversionPattern",
    "--continuous-log-logGroup",
    "--continuous-log-logStreamPrefix",
    "--customer-driver-env-vars",
    "--customer-executor-env-vars",
    "--datalake-formats",
    "--execution-class",
    "--extra-files",
    "--extra-jars",
    "--extra-py-files",
    "--job-language",
    "--python-modules-installer-option",
    "--scriptLocation",
    "--spark-event-logs-path",
    "--user-jars-first",
}


def merged(job: Mapping[str, Any], run_arguments: Mapping[str, str]) -> dict[str, str]:
    """A run's arguments: the job's defaults, overlaid by the run's, overlaid by those that a run may not change."""
    return {**(job.get("DefaultArguments") or {}), **run_arguments, **(job.get("NonOverridableArguments") or {})}


def script_argv(script: str, job_name: str, run_id: str, arguments: Mapping[str, str]) -> list[str]:
    """`sys.argv` of the script: its path, the names that Glue adds, and every argument that is not Glue's own."""
    given = {"--JOB_NAME": job_name, "--JOB_RUN_ID": run_id}
    given |= {key: value for key, value in arguments.items() if not is_own(key)}
    return [script, *(part for item in given.items() for part in item)]


def is_own(key: str) -> bool:
    return key in OWN or key.startswith("--enable-")


def spark_conf(arguments: Mapping[str, str]) -> dict[str, str]:
    """The properties of `--conf`, whose value holds further ones as ` --conf key=value`."""
    parts = arguments.get("--conf", "").split(" --conf ")
    return dict(part.strip().split("=", 1) for part in parts if "=" in part)


def session_conf(conf: Mapping[str, str]) -> dict[str, str]:
    """Those properties that a session may set. Others are of Spark's JVM (extensions, catalogs, jars): Sail has Delta and S3 built in."""
    static = ("spark.sql.extensions", "spark.sql.catalog.", "spark.sql.warehouse.dir")
    return {key: value for key, value in conf.items() if key.startswith("spark.sql.") and not key.startswith(static)}
