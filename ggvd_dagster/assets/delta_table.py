"""The factory of silver and gold assets: a Delta table that one Glue job writes, with the checks that its spec entry asks for."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from ggvd_dagster import asset_checks, partitions, spec
from ggvd_dagster.alerts.card import rerun_command
from ggvd_dagster.alerts.retries import again_if_transient, retry_or
from ggvd_dagster.assets import metadata
from ggvd_dagster.job_report import JobReport
from ggvd_dagster.lineage import shown
from ggvd_dagster.resources.glue import GlueJobFailed, GlueJobs, Outcome
from ggvd_dagster.resources.glue_runs import GlueError
from ggvd_dagster.resources.lake import Lake

SCRIPTS = Path(__file__).parents[2] / "glue_scripts"


class DeltaTableConfig(dg.Config):
    """Configuration of one run."""

    force: bool = False  # write even when the inputs are unchanged


def build(table: spec.Table) -> dg.AssetsDefinition:
    """The asset of one silver or gold table."""
    platform = spec.load()

    @dg.asset(
        key=table.name.split("/"),
        deps=partitions.dependencies(table),
        description=table.description,
        group_name=table.layer,
        kinds={"glue", "deltalake", "pyspark"},
        owners=[platform.owner],
        partitions_def=partitions.of(table),
        backfill_policy=dg.BackfillPolicy.single_run() if table.partitions else None,
        check_specs=asset_checks.specs(table),
        code_version=code_version(table),
        pool=table.name.replace("/", "_"),
        metadata={
            "dagster/table_name": f"{platform.databases[table.layer]}.{table.table}",
            "dagster/storage_kind": "delta",
            "key": ", ".join(table.key),
            "required": ", ".join(table.required),
            "dagster/column_schema": shown.column_schema(table.name),
            "dagster/column_lineage": shown.column_lineage(table.name),
        },
    )
    def delta_table(
        context: dg.AssetExecutionContext, config: DeltaTableConfig, glue: GlueJobs, lake: Lake
    ) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
        wanted = list(context.partition_keys) if table.partitions else None
        with again_if_transient(context.retry_number):
            try:
                outcome = glue.run(context, lake, table.name, wanted, force=config.force)
            except GlueJobFailed as error:
                _materialize_good_ones(context, table, error.outcome, wanted or [])
                tail = "\n".join(error.tail)
                shown = {"job_run": dg.MetadataValue.url(error.outcome.url), "log_tail": _code(tail)}
                failed = error.outcome.report.failed if error.outcome.report else {}
                advice = f" {resume(table, list(failed))}" if failed else ""
                raise retry_or(dg.Failure(f"{error}{advice}", metadata=shown), context.retry_number, tail) from error
            except GlueError as error:
                raise retry_or(dg.Failure(str(error)), context.retry_number) from error
        assert outcome.report is not None  # noqa: S101 (GlueJobs.run proved it; this tells the type checker)
        _raise_for_missing(context, table, outcome, wanted or [])
        yield _result(context, table, outcome, outcome.report, wanted)

    return delta_table


def code_version(table: spec.Table) -> str:
    """Digest of the table's script: a new version shows the asset as out of date in Dagit."""
    script = SCRIPTS / f"{table.name}.py"
    return hashlib.sha256(script.read_bytes()).hexdigest()[:12] if script.exists() else "unwritten"


def _result(
    context: dg.AssetExecutionContext, table: spec.Table, outcome: Outcome, report: JobReport, wanted: list[str] | None
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    keys = wanted if wanted is not None else [""]
    table_metadata = metadata.of_table(outcome, report)
    for key in wanted or []:
        context.add_asset_metadata(metadata.partition_first(report.partitions[key], table_metadata), partition_key=key)
    if wanted is None and "" in report.partitions:
        table_metadata = metadata.partition_first(report.partitions[""], table_metadata)
        table_metadata.pop("dagster/partition_row_count")
    return dg.MaterializeResult(
        metadata={} if wanted else table_metadata,
        data_version=data_version(report, keys),
        check_results=list(asset_checks.results(table, report)),
    )


def data_version(report: JobReport, keys: list[str]) -> dg.DataVersion:
    """Fingerprint of the inputs; of several partitions in one run, whose events share one version, a digest of all of theirs."""
    fingerprints = [report.partitions[key].fingerprint for key in keys if key in report.partitions]
    if len(fingerprints) == 1:
        return dg.DataVersion(fingerprints[0])
    return dg.DataVersion(hashlib.sha256("".join(fingerprints).encode()).hexdigest()[:16])


def _raise_for_missing(context: dg.AssetExecutionContext, table: spec.Table, outcome: Outcome, wanted: list[str]) -> None:
    assert outcome.report is not None  # noqa: S101
    missing = [key for key in wanted if key not in outcome.report.partitions or key in outcome.report.failed]
    if missing:
        _materialize_good_ones(context, table, outcome, wanted)
        reasons = [f"{key}: {outcome.report.failed.get(key, 'the job reports nothing of it')}" for key in missing]
        raise dg.Failure(
            f"{len(missing)} of {len(wanted)} partitions of {table.name} were not written ({'; '.join(reasons)}). {resume(table, missing)}"
        )


def _materialize_good_ones(context: dg.AssetExecutionContext, table: spec.Table, outcome: Outcome, wanted: list[str]) -> None:
    """Record the partitions that a job wrote although it failed for others, so that only the failed ones stay missing."""
    report = outcome.report
    if report is None or not report.failed:  # the job did not tell which ones it wrote: none counts
        return
    table_metadata = metadata.of_table(outcome, report)
    for key in (key for key in wanted if key in report.partitions and key not in report.failed):
        partition = report.partitions[key]
        context.log_event(
            dg.AssetMaterialization(
                asset_key=table.name.split("/"),
                partition=key,
                metadata=metadata.partition_first(partition, table_metadata),
                tags={"dagster/data_version": partition.fingerprint},
            )
        )


def resume(table: spec.Table, missing: list[str]) -> str:
    """How to materialize just these partitions: a command for each stretch of consecutive ones."""
    commands = [rerun_command([table.name], partition_range=(keys[0], keys[-1])) for keys in partitions.stretches(table, missing)]
    return f"Resume with: {' && '.join(commands)}"


def _code(text: str) -> dg.MarkdownMetadataValue:
    return dg.MetadataValue.md(f"```\n{text or 'the job printed nothing'}\n```")
