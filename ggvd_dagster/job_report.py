"""The report that a Glue job leaves behind (docs/architecture.md), read and typed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Column(_Part):
    name: str
    type: str
    description: str = ""


class PartitionReport(_Part):
    """What one partition holds since it was last written; an unpartitioned table is the partition ""."""

    fingerprint: str
    delta_version: int
    rows_read: int
    rows_written: int
    duplicates: int = 0
    quarantined: dict[str, int] = {}
    snapshot: str | None = None
    written_at: str | None = None
    unknown_fields: list[str] = []
    absent_fields: list[str] = []

    @property
    def lost(self) -> int:
        """Rows that were read and are neither written, nor duplicates, nor in quarantine."""
        return self.rows_read - self.rows_written - self.duplicates - sum(self.quarantined.values())


class Counts(_Part):
    """Facts counted on the table as it was written."""

    rows: int
    duplicate_keys: int = 0
    nulls: dict[str, int] = {}
    orphans: dict[str, int] = {}


class Restored(_Part):
    """What an undo brought back: the version before it, the version that it went back to, and the partitions and rows of that one."""

    from_version: int
    to_version: int
    partitions: list[str]
    rows: int


class Layout(_Part):
    """How a version of a table lies on S3."""

    version: int
    files: int
    bytes: int


class Maintained(_Part):
    """What a maintenance did: files that were rewritten into fewer, files that were deleted, whether the log got a checkpoint."""

    before: Layout
    after: Layout
    rewritten: int
    vacuumed: int
    checkpoint: bool


class JobReport(_Part):
    table: str
    run_token: str | None = None
    status: str
    delta_version: int
    uri: str
    bytes: int = 0
    files: int = 0
    seconds: float = 0.0
    columns: list[Column] = Field(default=[], alias="schema")
    partitions: dict[str, PartitionReport]
    failed: dict[str, str] = {}
    restored: Restored | None = None
    maintained: Maintained | None = None
    checks: Counts
    preview: list[dict[str, Any]] = []

    def quarantined(self) -> dict[str, int]:
        """Rows in quarantine by reason, over all partitions."""
        totals: dict[str, int] = {}
        for partition in self.partitions.values():
            for reason, rows in partition.quarantined.items():
                totals[reason] = totals.get(reason, 0) + rows
        return totals

    def unknown_fields(self) -> dict[str, list[str]]:
        """Fields that the source sends and the script does not read, each with the partitions where it was seen."""
        return self._partitions_by_field("unknown_fields")

    def absent_fields(self) -> dict[str, list[str]]:
        """Fields that the script reads and no sampled record has, each with its partitions."""
        return self._partitions_by_field("absent_fields")

    def _partitions_by_field(self, kind: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for partition, entry in sorted(self.partitions.items()):
            for name in getattr(entry, kind):
                found.setdefault(name, []).append(partition)
        return found
