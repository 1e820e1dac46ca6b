"""Checks of every table, from its entry in the spec and the facts that its job counted on the table as written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from ggvd_dagster.job_report import JobReport
from ggvd_dagster.spec import Table

DESCRIPTIONS = {
    "unique_key": "No two rows have the same key.",
    "required_columns": "Columns that the spec requires have no nulls.",
    "foreign_keys": "Every value of a foreign key is in its parent table.",
    "has_rows": "The table is not empty.",
    "nothing_lost": "Every source row was written, is a duplicate, or is in quarantine.",
    "source_fields": "The source sends the fields that the script reads, and no others.",
    "complete": "The snapshot holds what the source says it has.",
}

WARNINGS = ("source_fields",)  # what a person should know of, though the table is right


def names(table: Table) -> list[str]:
    """The checks that a table has."""
    if table.layer == "bronze":
        return ["complete"]
    checks = ["unique_key", "required_columns"]
    if table.foreign_keys:
        checks.append("foreign_keys")
    if not table.may_be_empty:
        checks.append("has_rows")
    if any(name.startswith("bronze/") for name in table.inputs):
        checks += ["nothing_lost", "source_fields"]  # rows of other tables are made of many rows, so there is nothing to reconcile
    return checks


def specs(table: Table) -> list[dg.AssetCheckSpec]:
    key = table.name.split("/")
    return [dg.AssetCheckSpec(name, asset=key, description=DESCRIPTIONS[name], blocking=name not in WARNINGS) for name in names(table)]


def results(table: Table, report: JobReport) -> Iterator[dg.AssetCheckResult]:
    """One result for each check of the table."""
    facts = report.checks
    found: dict[str, tuple[bool, dict[str, Any]]] = {
        "unique_key": (facts.duplicate_keys == 0, {"duplicate_keys": facts.duplicate_keys}),
        "required_columns": _zero_of_each(table.required, facts.nulls),
        "foreign_keys": _zero_of_each(table.foreign_keys, facts.orphans),
        "has_rows": (facts.rows > 0, {"rows": facts.rows}),
        "nothing_lost": _nothing_lost(report),
        "source_fields": _source_fields(report),
    }
    for name in names(table):
        passed, metadata = found[name]
        severity = dg.AssetCheckSeverity.WARN if name in WARNINGS else dg.AssetCheckSeverity.ERROR
        yield dg.AssetCheckResult(passed=passed, check_name=name, asset_key=table.name.split("/"), severity=severity, metadata=metadata)


def _zero_of_each(columns: tuple[str, ...] | dict[str, str], counted: dict[str, int]) -> tuple[bool, dict[str, int]]:
    """A column that the job did not count fails as -1: what nobody looked at is not known to be right."""
    numbers = {column: counted.get(column, -1) for column in columns}
    return not any(numbers.values()), numbers


def _source_fields(report: JobReport) -> tuple[bool, dict[str, Any]]:
    """New fields stay in bronze until a script reads them; a field that is gone is null in the table from now on."""
    unknown, absent = report.unknown_fields(), report.absent_fields()
    return not unknown and not absent, {"unknown": unknown, "absent": absent}


def _nothing_lost(report: JobReport) -> tuple[bool, dict[str, int]]:
    parts = report.partitions.values()
    sums = {
        "rows_read": sum(p.rows_read for p in parts),
        "rows_written": sum(p.rows_written for p in parts),
        "duplicates": sum(p.duplicates for p in parts),
        "quarantined": sum(sum(p.quarantined.values()) for p in parts),
        "partitions_that_do_not_add_up": sum(p.lost != 0 for p in parts),
    }
    return sums["partitions_that_do_not_add_up"] == 0, sums
