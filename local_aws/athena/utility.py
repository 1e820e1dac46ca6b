"""SHOW and DESCRIBE, answered from the catalog as lines of text, the way Athena answers Hive statements."""

from __future__ import annotations

import fnmatch
import re

from local_aws.athena.catalog import Catalog
from local_aws.athena.errors import QueryFailedError, at
from local_aws.errors import AwsError
from local_aws.overlay import Json

NAME = r"`?(?:(\w+)`?\.`?)?(\w+)`?"
HEADER = ("col_name", "data_type", "comment")
WIDTH, BLANK = 20, ["", " ", " "]
LIKE = r"(?:\s+(?:like\s+)?'([^']*)')?\s*;?\s*$"


def answer(text: str, catalog: Catalog, database: str) -> tuple[list[str], list[list[str]]]:
    """Column names and rows of a SHOW or DESCRIBE. Raises AwsError for one that is not known here."""
    if match := re.match(rf"\s*show\s+(?:databases|schemas){LIKE}", text, re.IGNORECASE):
        return ["database_name"], [[name] for name in _like(catalog.databases(), match.group(1))]
    if match := re.match(rf"\s*show\s+tables(?:\s+(?:in|from)\s+`?(\w+)`?)?{LIKE}", text, re.IGNORECASE):
        schema = match.group(1) or database
        if schema not in catalog.databases():
            raise QueryFailedError(f"SCHEMA_NOT_FOUND: {at(text, schema)}: Schema '{schema}' does not exist")
        return ["tab_name"], [[name] for name in _like([table["Name"] for table in catalog.tables(schema)], match.group(2))]
    if match := re.match(rf"\s*show\s+columns\s+(?:in|from)\s+{NAME}\s*;?\s*$", text, re.IGNORECASE):
        return ["field"], [[column["Name"]] for column in _columns(_table(text, catalog, match.group(1) or database, match.group(2)))]
    if match := re.match(rf"\s*desc(?:ribe)?\s+(?:formatted\s+|extended\s+)?{NAME}\s*;?\s*$", text, re.IGNORECASE):
        return list(HEADER), _described(_table(text, catalog, match.group(1) or database, match.group(2)))
    raise AwsError("InvalidRequestException", f"not supported by the local Athena: {text.strip()[:80]}")


def _table(text: str, catalog: Catalog, database: str, name: str) -> Json:
    table = catalog.table(database, name)
    if table is None:
        raise QueryFailedError(f"TABLE_NOT_FOUND: {at(text, name)}: Table 'awsdatacatalog.{database}.{name}' does not exist")
    return table


def _described(table: Json) -> list[list[str]]:
    """Hive's layout: every cell padded, all columns first, then the partition columns once more under headings of their own."""
    rows = [_padded(column) for column in _columns(table)]
    if keys := table.get("PartitionKeys"):
        header = [f"# {HEADER[0]:{WIDTH}}", *(f"{name:{WIDTH}}" for name in HEADER[1:])]
        rows += [BLANK, ["# Partition Information", " ", " "], header, BLANK, *map(_padded, keys)]
    return rows


def _padded(column: Json) -> list[str]:
    return [f"{cell:{WIDTH}}" for cell in (column["Name"], column["Type"], " ".join(column.get("Comment", "").split()))]


def _columns(table: Json) -> list[Json]:
    return [*table["StorageDescriptor"].get("Columns", []), *table.get("PartitionKeys", [])]


def _like(names: list[str], pattern: str | None) -> list[str]:
    """Hive's pattern: `*` is anything, `|` separates choices."""
    if pattern is None:
        return names
    return [name for name in names if any(fnmatch.fnmatchcase(name, choice) for choice in pattern.lower().split("|"))]
