"""A Delta table's schema in the words of the Glue catalog (Hive types)."""

from __future__ import annotations

from typing import Any

NAMES = {"integer": "int", "long": "bigint", "short": "smallint", "byte": "tinyint", "timestamp_ntz": "timestamp"}
Json = dict[str, Any]


def hive_type(delta: Any) -> str:
    """The Hive name of a type of a Delta schema in JSON: `array<struct<a:int>>` and the like."""
    if isinstance(delta, str):
        return NAMES.get(delta, delta)
    if delta["type"] == "array":
        return f"array<{hive_type(delta['elementType'])}>"
    if delta["type"] == "map":
        return f"map<{hive_type(delta['keyType'])},{hive_type(delta['valueType'])}>"
    return "struct<" + ",".join(f"{field['name']}:{hive_type(field['type'])}" for field in delta["fields"]) + ">"


def columns(schema: Json, partitions: list[str]) -> tuple[list[Json], list[Json]]:
    """Columns and partition keys as the catalog has them, from a Delta schema in JSON."""
    entries = {field["name"]: _column(field) for field in schema["fields"]}
    return [entry for name, entry in entries.items() if name not in partitions], [entries[name] for name in partitions]


def _column(field: Json) -> Json:
    comment = (field.get("metadata") or {}).get("comment", "")
    return {"Name": field["name"].lower(), "Type": hive_type(field["type"]), **({"Comment": comment} if comment else {})}
