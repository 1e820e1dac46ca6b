"""The weekly maintenance: a job with one step a table. Dagster reads the annotations of an op, so they are not postponed here."""

from importlib.metadata import version

import dagster as dg

from ggvd_dagster import names, spec
from ggvd_dagster.alerts.retries import again_if_transient, retry_or
from ggvd_dagster.job_report import Maintained
from ggvd_dagster.resources.glue import GlueJobFailed, GlueJobs, read_report
from ggvd_dagster.resources.glue_runs import GlueError
from ggvd_dagster.resources.lake import Lake

JOB = "maintain_tables"
TABLES = [table for table in spec.load().tables.values() if table.layer != "bronze"]


class MaintainConfig(dg.Config):
    """Hours of history that stay readable; without them as the spec says."""

    retention_hours: int | None = None


def arguments(table: spec.Table, retention_hours: int | None) -> dict[str, str]:
    """What a run of the table's own job is given to maintain it. Glue has no delta-rs of its own: the run brings it, in our version."""
    hours = retention_hours or spec.load().maintenance.retention_hours
    given = {"--maintain": str(hours), "--additional-python-modules": f"deltalake=={version('deltalake')}"}
    return given | ({"--cluster_by": table.cluster_by} if table.cluster_by else {})


def op_name(table: str) -> str:
    return f"maintain_{table.replace('/', '__')}"


def _op(table: spec.Table) -> dg.OpDefinition:
    @dg.op(name=op_name(table.name), pool=table.name.replace("/", "_"), description=f"Maintain {table.name} by its own Glue job.")
    def maintain(context: dg.OpExecutionContext, config: MaintainConfig, glue: GlueJobs, lake: Lake) -> None:
        with again_if_transient(context.retry_number):
            if read_report(lake, names.from_environment(), table.name) is None:
                context.log.info(f"{table.name} was never made, so there is nothing to maintain")
                return
            try:
                outcome = glue.run(context, lake, table.name, None, also=arguments(table, config.retention_hours))
            except GlueJobFailed as error:
                raise retry_or(dg.Failure(str(error)), context.retry_number, "\n".join(error.tail)) from error
            except GlueError as error:
                raise retry_or(dg.Failure(str(error)), context.retry_number) from error
        assert outcome.report is not None and outcome.report.maintained is not None  # noqa: S101, PT018 (a run with --maintain reports it)
        context.log_event(dg.AssetObservation(table.name.split("/"), metadata=facts(outcome.report.maintained)))

    return maintain


def facts(done: Maintained) -> dict[str, int | bool]:
    """What the observation of a table shows."""
    return {
        "files_before": done.before.files,
        "files_after": done.after.files,
        "bytes_before": done.before.bytes,
        "bytes_after": done.after.bytes,
        "rewritten": done.rewritten,
        "vacuumed": done.vacuumed,
        "checkpoint": done.checkpoint,
        "delta_version": done.after.version,
    }


OPS = {table.name: _op(table) for table in TABLES}


@dg.job(name=JOB, description="Fewer and sorted files, old ones deleted, a checkpoint of the log: the rows stay the same.")
def maintenance_job() -> None:
    for op in OPS.values():
        op()


@dg.schedule(cron_schedule="0 6 * * 0", job=maintenance_job, description="Sundays: maintenance of every table.")
def weekly_maintenance(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    return dg.RunRequest(run_key=f"maintenance@{context.scheduled_execution_time.date().isoformat()}")
