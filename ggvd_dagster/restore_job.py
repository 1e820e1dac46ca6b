"""The job that undoes. Dagster reads the annotations of an op, so they are not postponed here."""

import dagster as dg

from ggvd_dagster import asset_checks, partitions, restore_point, spec
from ggvd_dagster.alerts.retries import again_if_transient, retry_or
from ggvd_dagster.assets import metadata
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.job_report import JobReport
from ggvd_dagster.resources.glue import GlueJobFailed, GlueJobs, Outcome
from ggvd_dagster.resources.glue_runs import GlueError
from ggvd_dagster.resources.lake import Lake


class RestoreConfig(dg.Config):
    """What to bring back: a table, or one partition of it. Without a version, a time or a run: as before the last materialization."""

    table: str
    partition: str | None = None
    to_version: int | None = None  # a Delta version of the table
    to_time: str | None = None  # the newest materialization until then, such as 2026-11-24T21:30:00Z
    to_run: str | None = None  # the materialization by this Dagster run


@dg.op(name="restore")
def restore_op(context: dg.OpExecutionContext, config: RestoreConfig, glue: GlueJobs, lake: Lake) -> None:
    """Run the table's own Glue job, which has room for one writer, and record what it brought back as a materialization."""
    try:
        undo = restore_point.choose(
            context.instance, config.table, config.partition, version=config.to_version, time=config.to_time, run=config.to_run
        )
    except GgvdError as error:
        raise dg.Failure(str(error), allow_retries=False) from error
    context.log.info(f"{undo.table} {undo.partition or ''}: from version {undo.now.version} back to version {undo.to_version}")
    with again_if_transient(context.retry_number):
        try:
            wanted = [undo.partition] if undo.partition else None
            outcome = glue.run(context, lake, undo.table, wanted, restore_version=undo.to_version)
        except GlueJobFailed as error:
            tail = "\n".join(error.tail)
            shown = {"job_run": dg.MetadataValue.url(error.outcome.url), "log_tail": dg.MetadataValue.md(f"```\n{tail}\n```")}
            raise retry_or(dg.Failure(str(error), metadata=shown), context.retry_number, tail) from error
        except GlueError as error:
            raise retry_or(dg.Failure(str(error)), context.retry_number) from error
    assert outcome.report is not None  # noqa: S101 (GlueJobs.run proved it; this tells the type checker)
    record(context, spec.load().table(undo.table), outcome, outcome.report)


def record(context: dg.OpExecutionContext, table: spec.Table, outcome: Outcome, report: JobReport) -> None:
    """One materialization of each partition that was brought back, and the checks of the table as it is now."""
    assert report.restored is not None  # noqa: S101 (a run with --restore_version reports it)
    key, restored = dg.AssetKey(table.name.split("/")), report.restored
    shared = metadata.of_table(outcome, report) | {
        "restored_from_version": restored.from_version,
        "restored_to_version": restored.to_version,
        "restored_rows": restored.rows,
    }
    known = set(partitions.definition(table.partitions).get_partition_keys()) if table.partitions else {""}
    for name in sorted(known & set(restored.partitions)):
        entry = report.partitions[name]
        own = metadata.of_partition(entry)
        if not name:
            own.pop("dagster/partition_row_count")
        context.log_event(
            dg.AssetMaterialization(key, partition=name or None, metadata=shared | own, tags={"dagster/data_version": entry.fingerprint})
        )
    for check in asset_checks.results(table, report):
        evaluation = dg.AssetCheckEvaluation(
            asset_key=key, check_name=str(check.check_name), passed=check.passed, metadata=check.metadata, severity=check.severity
        )
        context.log_event(evaluation)  # type: ignore[arg-type]  # it takes them, and its type does not say so


@dg.job(name="restore_table", description="Undo: bring a table, or a partition of it, back to the version of an earlier materialization.")
def restore_job() -> None:
    restore_op()
