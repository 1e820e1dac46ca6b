"""The bronze tables of the spec: each asset has its snapshots extracted and is materialized when they are complete."""

import hashlib
import json
import time
from datetime import UTC
from typing import Any

import dagster as dg

from ggvd_dagster import asset_checks, partitions, spec
from ggvd_dagster import names as naming
from ggvd_dagster.alerts.retries import again_if_transient, retry_or
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.lineage import shown
from ggvd_dagster.resources.extraction import Extraction, ExtractionRefused, ExtractionTooSlow, IntervalsDied, Snapshot
from ggvd_dagster.resources.lake import Lake


class BronzeConfig(dg.Config):
    """Configuration of one run."""

    snapshot: str | None = None  # id of the snapshot; for TMDB the day (UTC) when the run was asked for, when absent


def build(table: spec.Table) -> dg.AssetsDefinition:
    """The asset of one bronze table."""
    platform = spec.load()

    @dg.asset(
        key=table.name.split("/"),
        description=table.description,
        group_name="bronze",
        kinds={"lambda", "sqs", "s3", "json"},
        owners=[platform.owner],
        partitions_def=partitions.of(table),
        backfill_policy=dg.BackfillPolicy.single_run() if table.partitions else None,
        check_specs=asset_checks.specs(table),
        pool=table.name.replace("/", "_"),
        metadata={
            "dagster/storage_kind": "s3",
            "dagster/column_schema": shown.column_schema(table.name),
            "source": platform.sources[str(table.source)].url,
        },
    )
    def bronze_table(context: dg.AssetExecutionContext, config: BronzeConfig, extraction: Extraction, lake: Lake) -> dg.MaterializeResult:  # type: ignore[type-arg]
        began = time.monotonic()
        wanted = list(context.partition_keys) if table.partitions else None
        day = logical_day(context.instance, context.run) if table.partitions else None
        with again_if_transient(context.retry_number):
            try:
                found = extraction.run(context.log, lake, table.table, wanted, config.snapshot or day)
            except ExtractionRefused as error:
                raise retry_or(dg.Failure(str(error)), context.retry_number, error.kind) from error
            except (IntervalsDied, ExtractionTooSlow) as error:
                raise dg.Failure(str(error), allow_retries=False) from error
        return _result(context, table, found, time.monotonic() - began)

    return bronze_table


def logical_day(instance: dg.DagsterInstance, run: dg.DagsterRun) -> str:
    """The day (UTC) when the first of a run's attempts was asked for: one that goes on after midnight resumes the snapshot that it began.

    A run that succeeded is no earlier attempt: who executes it again wants what the source says now.
    """
    record = instance.get_run_record_by_id(run.run_id)
    while record and record.dagster_run.parent_run_id:
        before = instance.get_run_record_by_id(record.dagster_run.parent_run_id)
        if before is None or before.dagster_run.is_success:
            break
        record = before
    if record is None:
        raise GgvdError(f"run {run.run_id} is not in Dagster's storage")
    return record.create_timestamp.astimezone(UTC).date().isoformat()


def _result(
    context: dg.AssetExecutionContext, table: spec.Table, found: list[tuple[Snapshot, dict[str, Any]]], seconds: float
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    bucket = naming.from_environment().bucket("bronze")
    for snapshot, manifest in found:
        context.add_asset_metadata(of_snapshot(bucket, snapshot, manifest), partition_key=snapshot.partition)
    digest = hashlib.sha256(json.dumps([manifest for _, manifest in found], sort_keys=True).encode()).hexdigest()[:16]
    check = complete(table, [manifest for _, manifest in found])
    return dg.MaterializeResult(metadata={"seconds": round(seconds, 3)}, data_version=dg.DataVersion(digest), check_results=[check])


def of_snapshot(bucket: str, snapshot: Snapshot, manifest: dict[str, Any]) -> dict[str, Any]:
    """What Dagit shows of one snapshot."""
    metadata = {
        "dagster/uri": f"s3://{bucket}/{snapshot.prefix}",
        "dagster/partition_row_count" if snapshot.partition else "dagster/row_count": manifest["rows"],
        "snapshot": snapshot.snapshot,
        "stable": manifest["stable"],
        "objects": len(manifest["objects"]),
        "bytes": sum(entry["bytes"] for entry in manifest["objects"]),
    }
    return metadata | ({} if manifest["total_results"] is None else {"total_results": manifest["total_results"]})


def complete(table: spec.Table, manifests: list[dict[str, Any]]) -> dg.AssetCheckResult:
    """Fewer rows than the source counted fails; more do not, because pages shift while they are read and silver deduplicates."""
    short = [m for m in manifests if m["rows"] < _expected(m)]
    counts = {"rows": sum(m["rows"] for m in manifests), "total_results": sum(m["total_results"] or 0 for m in manifests)}
    unstable = [m["partition"] for m in manifests if not m["stable"]]
    said = "; ".join(f"{m['partition'] or table.table} has {m['rows']} of {_expected(m)} rows" for m in short)
    moved: dict[str, Any] = {"pages_moved_in": ", ".join(unstable)} if unstable else {}
    return dg.AssetCheckResult(passed=not short, check_name="complete", description=said or None, metadata=counts | moved)


def _expected(manifest: dict[str, Any]) -> int:
    """How many rows the source counted; one, where it counts none."""
    return 1 if manifest["total_results"] is None else int(manifest["total_results"])


assets = [build(table) for table in spec.load().layer("bronze")]
