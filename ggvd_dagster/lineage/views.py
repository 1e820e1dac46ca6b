"""A table's columns as each place that keeps them says: the contract, the Delta log, the Glue catalog, Athena."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ggvd_dagster import names as naming
from ggvd_dagster import spec
from ggvd_dagster.lineage import contract
from ggvd_dagster.resources.athena import Athena
from ggvd_dagster.resources.crawler import Crawlers

HIVE = {"integer": "int", "long": "bigint", "short": "smallint", "byte": "tinyint", "timestamp_ntz": "timestamp"}


@dataclass(frozen=True)
class Columns:
    """Types (in Hive's words) and comments by name, in lower case as catalogs have it, and the names of the partition columns."""

    types: dict[str, str]
    comments: dict[str, str]
    partitions: tuple[str, ...] = ()


def declared(table: spec.Table) -> Columns:
    """As the script's SCHEMA and the spec say."""
    columns = contract.of(table.name).columns
    return _columns([(name, c.type, c.comment) for name, c in columns.items()], [table.partitions] if table.partitions else [])


def of_delta(uri: str) -> Columns | None:
    """As the newest version of the Delta log says; None without a table."""
    from deltalake import DeltaTable
    from deltalake.exceptions import TableNotFoundError

    try:
        table = DeltaTable(uri)
    except TableNotFoundError:
        return None
    fields = json.loads(table.schema().to_json())["fields"]
    found = [(f["name"], hive_type(f["type"]), (f.get("metadata") or {}).get("comment", "")) for f in fields]
    return _columns(found, table.metadata().partition_columns)


def of_catalog(crawlers: Crawlers, names: naming.Names, table: spec.Table) -> Columns | None:
    """As the Glue catalog says; None when it has no such table."""
    entry = crawlers.table(names.database(table.layer), table.table)
    if entry is None:
        return None
    plain, keys = entry["StorageDescriptor"].get("Columns", []), entry.get("PartitionKeys", [])
    return _columns([(c["Name"], c["Type"], c.get("Comment", "")) for c in [*plain, *keys]], [c["Name"] for c in keys])


def of_athena(athena: Athena, table: spec.Table) -> Columns:
    """As Athena's DESCRIBE says: all columns, then those that partition it once more. Raises QueryFailed."""
    rows = [row for row in athena.query(f"DESCRIBE {table.table}", layer=table.layer).rows if row[0] and not row[0].startswith("#")]
    seen: dict[str, tuple[str, str, str]] = {}
    keys = []
    for name, kind, comment in rows:
        if name in seen:
            keys.append(name)
        seen.setdefault(name, (name, kind, comment or ""))
    return _columns(list(seen.values()), keys)


def hive_type(delta: Any) -> str:
    """The Hive name of a type in a Delta schema: `array<struct<a:int>>` and the like."""
    if isinstance(delta, str):
        return HIVE.get(delta, delta)
    if delta["type"] == "array":
        return f"array<{hive_type(delta['elementType'])}>"
    if delta["type"] == "map":
        return f"map<{hive_type(delta['keyType'])},{hive_type(delta['valueType'])}>"
    return "struct<" + ",".join(f"{field['name']}:{hive_type(field['type'])}" for field in delta["fields"]) + ">"


def _columns(found: list[tuple[str, str, str]], partitions: list[str]) -> Columns:
    types = {name.lower(): kind for name, kind, _ in found}
    comments = {name.lower(): " ".join(comment.split()) for name, _, comment in found}
    return Columns(types, comments, tuple(name.lower() for name in partitions))
