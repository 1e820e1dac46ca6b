"""The report object of a job (docs/architecture.md): read before the work, written after it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from glue_scripts import delta_log, lake


def last(uri: str, table_uri: str) -> dict[str, Any]:
    """The last run's report; {} when there is none, it cannot be read, or it tells of a table other than the one that is there."""
    content = lake.read_bytes(uri)
    if content is None:
        return {}
    try:
        report: dict[str, Any] = json.loads(content)
        known = int(report["delta_version"])
    except (ValueError, KeyError, TypeError):
        return {}
    # A table ahead of its report was written by a run that ended before it reported: that run is repeated.
    return report if isinstance(report.get("partitions"), dict) and delta_log.version(table_uri) == known else {}


def at(uri: str, version: int) -> dict[str, Any]:
    """The report of the run that made a version of the table; {} when none is kept."""
    content = lake.read_bytes(_of_version(uri, version))
    return dict(json.loads(content)) if content else {}


def write(uri: str, report: dict[str, Any]) -> None:
    """Write the report, and keep it beside its version for who brings that version back."""
    content = json.dumps(report, ensure_ascii=False, allow_nan=False, indent=1).encode()
    if report["status"] != "unchanged":
        lake.write_bytes(_of_version(uri, report["delta_version"]), content)
    lake.write_bytes(uri, content)


def _of_version(uri: str, version: int) -> str:
    return f"{uri.removesuffix('.json')}/{version:020d}.json"


def columns(schema: Any) -> list[dict[str, str]]:
    return [
        {"name": field.name, "type": field.dataType.simpleString(), "description": field.metadata.get("comment", "")}
        for field in schema.fields
    ]


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
