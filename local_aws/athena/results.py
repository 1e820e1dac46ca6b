"""A query's result as Athena stores and answers it: types by Athena's names, values as its text, CSV with everything quoted but NULL."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from local_aws.athena.errors import QueryFailedError, refused
from local_aws.athena.numbers import java_double, shortest

Json = dict[str, Any]
NUMBERS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "float": 17, "double": 17}


def type_name(arrow: Any) -> str:
    """Athena's name of an Arrow type. Raises QueryFailedError for an interval, whose text would differ."""
    import pyarrow.types as t

    simple = {
        "bool": "boolean",
        "int8": "tinyint", "int16": "smallint", "int32": "integer", "int64": "bigint", "float": "float", "double": "double",
        "uint8": "smallint", "uint16": "integer", "uint32": "bigint", "uint64": "bigint", "null": "unknown", "date32[day]": "date",
    }  # fmt: skip
    if str(arrow) in simple:
        return simple[str(arrow)]
    if t.is_decimal(arrow):
        # DuckDB sums integers in 128 bits; Trino's sum of bigint is bigint
        return "bigint" if arrow.precision == 38 and arrow.scale == 0 else "decimal"
    if t.is_timestamp(arrow):
        return "timestamp with time zone" if arrow.tz else "timestamp"
    for name, test in (("time", t.is_time), ("varbinary", t.is_binary), ("varbinary", t.is_large_binary)):
        if test(arrow):
            return name
    if t.is_interval(arrow):
        raise refused("a result of type interval is not supported")
    if t.is_map(arrow):
        return "map"
    if t.is_list(arrow) or t.is_large_list(arrow) or t.is_fixed_size_list(arrow):
        return "array"
    return "row" if t.is_struct(arrow) else "varchar"


def column_info(name: str, arrow: Any) -> Json:
    kind = type_name(arrow)
    if kind == "decimal":
        return _column(name, kind, arrow.precision, arrow.scale)
    return _column(name, kind, NUMBERS.get(kind, 2147483647 if kind == "varchar" else 0), 0)


def text_column(name: str) -> Json:
    """A column of SHOW or DESCRIBE, whose type is Hive's string."""
    return _column(name, "string", 0, 0)


def _column(name: str, kind: str, precision: int, scale: int) -> Json:
    return {
        "CatalogName": "hive", "SchemaName": "", "TableName": "", "Name": name, "Label": name, "Type": kind,
        "Precision": precision, "Scale": scale, "Nullable": "UNKNOWN", "CaseSensitive": kind == "varchar",
    }  # fmt: skip


def values(column: Any) -> list[Any]:
    """The values of an Arrow column. Raises QueryFailedError for a sum or product of integers that bigint does not hold."""
    found: list[Any] = shortest(column).to_pylist()
    if type_name(column.type) == "bigint" and any(value is not None and not -(2**63) <= value < 2**63 for value in found):
        raise QueryFailedError("NUMERIC_VALUE_OUT_OF_RANGE: bigint overflow")
    return found


def text(value: Any) -> str | None:
    """A value as Athena prints it; None for NULL."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return java_double(value)
    if isinstance(value, datetime):
        zone = " UTC" if value.tzinfo else ""
        return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}{zone}"
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex(" ")
    return _nested(value)


def _nested(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_inner(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list) and value and all(isinstance(part, tuple) for part in value):
        return "{" + ", ".join(f"{_inner(key)}={_inner(part)}" for key, part in value) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_inner, value)) + "]"
    return str(value)


def _inner(value: Any) -> str:
    found = text(value)
    return "null" if found is None else found


def csv_line(values: list[str | None]) -> str:
    return ",".join("" if value is None else '"' + value.replace('"', '""') + '"' for value in values) + "\n"


def read_csv(content: str) -> Iterator[list[str | None]]:
    """Rows of a result; what is not quoted is NULL, which the csv module does not tell apart before Python 3.12."""
    row: list[str | None] = []
    position = 0
    while position < len(content):
        if content[position] == '"':
            end = position + 1
            while content[end] != '"' or content[end + 1 : end + 2] == '"':
                end += 2 if content[end] == '"' else 1
            row.append(content[position + 1 : end].replace('""', '"'))
            position = end + 1
        else:
            row.append(None)
        if content[position : position + 1] == ",":
            position += 1
            if content[position : position + 1] == "\n":
                row.append(None)
        if content[position : position + 1] == "\n":
            yield row
            row, position = [], position + 1


def tsv(rows: list[list[str]]) -> str:
    target = io.StringIO()
    csv.writer(target, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None, escapechar="\\").writerows(rows)
    return target.getvalue()
