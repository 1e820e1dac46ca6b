"""The data dictionary docs/tables.md: the spec says what tables there are, the scripts' SCHEMA and SOURCE what their columns are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from docs.generate import examples
from ggvd_dagster import spec
from ggvd_dagster.lineage import contract

if TYPE_CHECKING:
    from pyspark.sql.types import StructType

OPENING = """# Tables
Written by `make docs` from `ggvd_dagster/platform.yaml` and the `SCHEMA` of each script; a test fails when they differ. Types are Spark's;
in Athena `string` is `varchar`, `int` is `integer`. The same meanings are the column comments in the Glue catalog.
Examples are real values of the [sample](sources.md), read by `python -m docs.generate.examples`; what a column is made of is read off the
scripts ([lineage](lineage.md)).
"""
MOST_SOURCES = 4  # more would not fit a cell; `ggvd lineage` has them all
LAYERS = {
    "bronze": "What the source said, as gzip NDJSON. ![Data flow of bronze](images/flow-bronze.svg) "
    "Every record carries `_source`, `_snapshot`, `_object`, `_page`, `_extracted_at` and, "
    "where the table is partitioned, `_partition` (see [architecture](architecture.md)). Listed are the fields that silver reads.",
    "silver": "Typed, deduplicated and checked, as Delta. ![Data flow of silver](images/flow-silver.svg)",
    "gold": "The answers, as Delta. ![Data flow of gold](images/flow-gold.svg)",
}


def render(contracts: Mapping[str, contract.Contract] | None = None) -> str:
    """The whole page; `contracts` where others than the committed ones hold. Raises ValueError that names columns without a meaning."""
    platform, contracts = spec.load(), contracts or contract.load()
    silent = [name for table in platform.tables.values() if table.layer != "bronze" for name in _silent(table)]
    if silent:
        raise ValueError(f"columns without a comment in their SCHEMA: {', '.join(silent)}")
    parts = [OPENING]
    for layer, text in LAYERS.items():
        parts.append(f"## {layer.capitalize()}\n{text}\n")
        parts += ["\n".join(_section(platform, table, contracts)) for table in platform.layer(layer)]
    return "\n".join(parts)


def _schema(name: str) -> StructType:
    return import_module(f"glue_scripts.{name.replace('/', '.')}").SCHEMA  # type: ignore[no-any-return]


def _silent(table: spec.Table) -> Iterator[str]:
    yield from (f"{table.name}.{field.name}" for field in _schema(table.name).fields if not field.metadata.get("comment"))


def _section(platform: spec.Platform, table: spec.Table, contracts: Mapping[str, contract.Contract]) -> Iterator[str]:
    yield f"### `{table.name}`"
    yield table.description
    yield ""
    yield from _facts(platform, table)
    yield ""
    yield from _fields(platform, table, contracts) if table.layer == "bronze" else _columns(table, contracts[table.name].columns)
    yield ""


def _facts(platform: spec.Platform, table: spec.Table) -> Iterator[str]:
    if table.source:
        member = f", `{table.member}`" if table.member else ""
        yield f"- Source: <{platform.sources[table.source].url}>{member}"
    if table.inputs:
        yield f"- Made of: {', '.join(_link(name) for name in table.inputs)}"
    readers = [other.name for other in platform.tables.values() if table.name in other.inputs]
    if readers:
        yield f"- Read by: {', '.join(_link(name) for name in readers)}"
    if table.key:
        yield f"- Key: {', '.join(f'`{name}`' for name in table.key)}"
    if table.partitions:
        yield f"- Partitioned by `{table.partitions}`, from {platform.partitions[table.partitions].first}"
    if table.layer != "bronze":
        yield f"- In Athena: `{platform.databases[table.layer]}.{table.table}`"


def _link(name: str) -> str:
    return f"[`{name}`](#{name.replace('/', '')})"


def _columns(table: spec.Table, found: Mapping[str, contract.Column]) -> Iterator[str]:
    example = examples.load().get(table.name, {})
    yield "| column | type | meaning | example | made of | key | required |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for field in _schema(table.name).fields:
        parent = table.foreign_keys.get(field.name)
        key = "key" if field.name in table.key else ""
        role = ", ".join(filter(None, [key, f"of {_link(parent)}" if parent else ""]))
        required = "yes" if field.name in table.required else ""
        value = examples.shown(example.get(field.name))
        made_of = _made_of(found[field.name].sources)
        yield _row(f"`{field.name}`", f"`{field.dataType.simpleString()}`", field.metadata["comment"], value, made_of, role, required)


def _made_of(sources: Sequence[str]) -> str:
    return f"{len(sources)} columns" if len(sources) > MOST_SOURCES else ", ".join(f"`{name}`" for name in sources)


def _fields(platform: spec.Platform, table: spec.Table, contracts: Mapping[str, contract.Contract]) -> Iterator[str]:
    """What a source's field means is what silver says of the columns that are made of it."""
    reader = next(other for other in platform.layer("silver") if table.name in other.inputs)
    script: Any = import_module(f"glue_scripts.{reader.name.replace('/', '.')}")
    made, example = contracts[reader.name].columns, examples.load().get(table.name, {})
    yield "| field | read as | becomes | example |"
    yield "| --- | --- | --- | --- |"
    for field in script.SOURCE.fields:
        used = [f"`{name}`: {column.comment}" for name, column in made.items() if f"{table.name}.{field.name}" in column.sources]
        if not used:
            raise ValueError(f"{table.name}.{field.name} is read, but no column of {reader.name} is made of it")
        yield _row(f"`{field.name}`", f"`{field.dataType.simpleString()}`", " ".join(used), examples.shown(example.get(field.name)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
