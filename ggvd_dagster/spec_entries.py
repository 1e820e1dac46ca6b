"""The entries of platform.yaml, typed: what each may say. How they belong together is in spec.py and spec_rules.py."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bucket(Entry):
    versioned: bool = False
    expire_days: int | None = None


class Source(Entry):
    url: str
    secret: str | None = None
    requests_per_second: float | None = None
    pages_per_message: int | None = None
    part_bytes: int | None = None


class PartitionRange(Entry):
    """Years, both ends included; without `last` the current year (UTC) is the last."""

    first: int
    last: int | None = None

    def years(self) -> list[str]:
        last = self.last or datetime.now(UTC).year
        return [str(year) for year in range(self.first, last + 1)]


class Queue(Entry):
    visibility_seconds: int
    max_receives: int = Field(ge=5)
    retention_days: int
    dead_letter_days: int


class Function(Entry):
    handler: str
    timeout_seconds: int = Field(ge=1, le=900)
    memory_mb: int = Field(ge=128, le=10240)
    queue: str | None = None
    batch_size: int = 1
    maximum_concurrency: int = Field(default=2, ge=2, le=1000)
    request_share: float = Field(default=0, ge=0, le=1)

    @property
    def concurrency(self) -> int:
        """How many run at once: a function without a queue is invoked by one Dagster pool of one."""
        return self.maximum_concurrency if self.queue else 1


class Glue(Entry):
    version: str
    worker_type: str
    workers: int = Field(ge=2)
    timeout_minutes: int
    flex_partitions: int = Field(ge=2)


class Maintenance(Entry):
    """`retention_hours`: how long files of older versions stay, and so how far back an undo goes."""

    retention_hours: int = Field(ge=168)


class Workgroup(Entry):
    name: str
    bytes_limit: int


class Table(Entry):
    name: str  # <layer>/<table>
    description: str
    source: str | None = None
    member: str | None = None
    inputs: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    foreign_keys: dict[str, str] = {}
    partitions: str | None = None
    cluster_by: str | None = None
    may_be_empty: bool = False

    @property
    def layer(self) -> str:
        return self.name.split("/")[0]

    @property
    def table(self) -> str:
        return self.name.split("/")[1]
