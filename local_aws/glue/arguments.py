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


# what would bring the script something that it does not have here: without it the script fails, or passes for another reason
NOT_PROVIDED = ("--extra-files", "--extra-jars")
MODULES = "--additional-python-modules"


def refusal(job: Mapping[str, Any], arguments: Mapping[str, str]) -> str:
    """Why a run cannot be what it is on AWS, and what to do; empty when it can."""
    if given := [key for key in NOT_PROVIDED if arguments.get(key)]:
        return f"The local AWS does not provide {', '.join(given)}: the script can read files from S3"
    if missing := [module for module in arguments.get(MODULES, "").split(",") if module and not _installed(module)]:
        return f"The local AWS has no module {', '.join(missing)} ({MODULES}): install it beside the local AWS, in that version"
    if (kind := job["Command"].get("Name", "glueetl")) != "glueetl":
        return f"The local AWS runs jobs of the kind glueetl, not {kind}"
    if job.get("MaxRetries"):
        return "The local AWS does not run a failed job again: set MaxRetries to 0 and let the caller try again"
    return ""


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


def _installed(module: str) -> bool:
    """Whether what `pip install` would be asked for is here: `deltalake==1.2.0`. A wheel's address never is."""
    from importlib import metadata

    from packaging.requirements import InvalidRequirement, Requirement

    try:
        wanted = Requirement(module)
        return wanted.url is None and wanted.specifier.contains(metadata.version(wanted.name), prereleases=True)
    except (InvalidRequirement, metadata.PackageNotFoundError):
        return False
