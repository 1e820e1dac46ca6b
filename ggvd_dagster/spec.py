"""The typed, validated reading of platform.yaml. Names that follow from it are in names.py; nothing here talks to AWS."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

SPEC_PATH = Path(__file__).with_name("platform.yaml")
LAYERS = ("bronze", "silver", "gold")
Layer = Literal["bronze", "silver", "gold"]


class SpecError(ValueError):
    """platform.yaml says something that the platform cannot honour; the message lists every such entry."""


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bucket(_Entry):
    versioned: bool = False
    expire_days: int | None = None


class Source(_Entry):
    url: str
    secret: str | None = None
    requests_per_second: float | None = None
    pages_per_message: int | None = None
    part_bytes: int | None = None


class PartitionRange(_Entry):
    """Years, both ends included; without `last` the current year (UTC) is the last."""

    first: int
    last: int | None = None

    def years(self) -> list[str]:
        last = self.last or datetime.now(UTC).year
        return [str(year) for year in range(self.first, last + 1)]


class Queue(_Entry):
    visibility_seconds: int
    max_receives: int = Field(ge=5)
    retention_days: int
    dead_letter_days: int


class Function(_Entry):
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


class Glue(_Entry):
    version: str
    worker_type: str
    workers: int = Field(ge=2)
    timeout_minutes: int
    flex_partitions: int = Field(ge=2)


class Maintenance(_Entry):
    """`retention_hours`: how long files of older versions stay, and so how far back an undo goes."""

    retention_hours: int = Field(ge=168)


class Workgroup(_Entry):
    name: str
    bytes_limit: int


class Table(_Entry):
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


class Platform(_Entry):
    project: str
    region: str
    owner: str
    databases: dict[str, str]
    workgroup: Workgroup
    buckets: dict[str, Bucket]
    sources: dict[str, Source]
    partitions: dict[str, PartitionRange]
    queues: dict[str, Queue]
    functions: dict[str, Function]
    glue: Glue
    maintenance: Maintenance
    tables: dict[str, Table]

    @model_validator(mode="before")
    @classmethod
    def _name_tables(cls, raw: dict[str, Any]) -> dict[str, Any]:
        tables = {name: {"name": name, **(entry or {})} for name, entry in raw.get("tables", {}).items()}
        return {**raw, "tables": tables}

    @model_validator(mode="after")
    def _is_consistent(self) -> Platform:
        from ggvd_dagster.spec_rules import problems

        found = list(problems(self))
        if found:
            raise ValueError("\n".join(found))
        return self

    def layer(self, layer: str) -> list[Table]:
        """The tables of one layer, in the order of the spec."""
        return [table for table in self.tables.values() if table.layer == layer]

    def table(self, name: str) -> Table:
        """The entry of `<layer>/<table>`. Raises SpecError that lists the known tables when there is none."""
        if name not in self.tables:
            raise SpecError(f"no table {name!r} in the spec; it has: {', '.join(sorted(self.tables))}")
        return self.tables[name]


def parse(text: str) -> Platform:
    """Read a spec from YAML text. Raises SpecError with one line for each entry that is wrong."""
    try:
        return Platform.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise SpecError(f"platform.yaml is not YAML: {error}") from error
    except ValidationError as error:
        raise SpecError("\n".join(map(_line, error.errors()))) from error


def _line(error: Any) -> str:
    place = ".".join(map(str, error["loc"]))
    return f"{place}: {error['msg']}" if place else str(error["ctx"]["error"])


@cache
def load() -> Platform:
    """The platform's own spec."""
    return parse(SPEC_PATH.read_text(encoding="utf-8"))
