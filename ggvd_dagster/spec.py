"""The typed, validated reading of platform.yaml. Names that follow from it are in names.py; nothing here talks to AWS."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import ValidationError, model_validator

from ggvd_dagster.spec_entries import Bucket, Entry, Function, Glue, Maintenance, PartitionRange, Queue, Source, Table, Workgroup

__all__ = ["LAYERS", "SPEC_PATH", "Function", "Layer", "PartitionRange", "Platform", "Queue", "SpecError", "Table", "load", "parse"]

SPEC_PATH = Path(__file__).with_name("platform.yaml")
LAYERS = ("bronze", "silver", "gold")
Layer = Literal["bronze", "silver", "gold"]


class SpecError(ValueError):
    """platform.yaml says something that the platform cannot honour; the message lists every such entry."""


class Platform(Entry):
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
