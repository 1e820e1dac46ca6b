"""What an asset shows in Dagit, taken from a job's report and Glue's own numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

from ggvd_dagster.job_report import JobReport, PartitionReport
from ggvd_dagster.lineage import shown
from ggvd_dagster.resources.glue import Outcome

PREVIEW_CELL = 60  # characters


def of_table(outcome: Outcome, report: JobReport) -> dict[str, Any]:
    """Metadata of a whole table as its last job run left it."""
    metadata: dict[str, Any] = {
        "dagster/row_count": report.checks.rows,
        "dagster/uri": report.uri,
        "dagster/column_schema": column_schema(report),
        "dagster/column_lineage": shown.column_lineage(report.table),
        "preview": dg.MetadataValue.md(markdown(report.preview)),
        "delta_version": report.delta_version,
        "status": report.status,
        **_quarantined(report.quarantined()),
        "bytes": report.bytes,
        "files": report.files,
        "seconds": round(report.seconds, 3),
        "job_run": dg.MetadataValue.url(outcome.url),
        "job_run_id": outcome.run["Id"],
        "attached": outcome.attached,
    }
    if unknown := sorted(report.unknown_fields()):
        metadata["unknown_source_fields"] = unknown
    if "ExecutionTime" in outcome.run:
        metadata["execution_seconds"] = outcome.run["ExecutionTime"]
    if "DPUSeconds" in outcome.run:
        metadata["dpu_seconds"] = outcome.run["DPUSeconds"]
    return metadata


def of_partition(partition: PartitionReport) -> dict[str, Any]:
    """Metadata of one partition, by the same names as the table's where they mean the same."""
    metadata: dict[str, Any] = {
        "dagster/partition_row_count": partition.rows_written,
        "delta_version": partition.delta_version,
        "rows_read": partition.rows_read,
        "duplicates": partition.duplicates,
        **_quarantined(partition.quarantined),
    }
    optional = {"snapshot": partition.snapshot, "written_at": partition.written_at, "fingerprint": partition.fingerprint}
    return metadata | {key: value for key, value in optional.items() if value}


def partition_first(partition: PartitionReport, table: dict[str, Any]) -> dict[str, Any]:
    """Both, what is of the partition above what is of its table, because Dagit lists metadata in this order."""
    own = of_partition(partition)
    return own | table | own


def _quarantined(reasons: Mapping[str, int]) -> dict[str, Any]:
    """How many rows went to quarantine; why, where there are any."""
    return {"quarantined": sum(reasons.values())} | ({"quarantined_by_reason": dict(reasons)} if reasons else {})


def column_schema(report: JobReport) -> dg.TableSchema:
    return dg.TableSchema([dg.TableColumn(c.name, c.type, c.description or None) for c in report.columns])


def markdown(rows: list[dict[str, Any]]) -> str:
    """A Markdown table; long values are cut, bars and line breaks cannot break it."""
    if not rows:
        return "no rows"
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns), *([_cell(row.get(column)) for column in columns] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    text = "" if value is None else " ".join(str(value).split()).replace("|", "\\|")
    return text if len(text) <= PREVIEW_CELL else f"{text[: PREVIEW_CELL - 1]}…"
