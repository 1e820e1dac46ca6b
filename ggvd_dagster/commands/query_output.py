"""Rows of a query as a table, CSV, JSON or Parquet, on standard output or in a file."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ggvd_dagster.errors import GgvdError

if TYPE_CHECKING:
    import pyarrow as pa

    from ggvd_dagster.resources.athena import Rows

FORMATS = ("table", "csv", "json", "parquet")


def choose(form: str | None, output: Path | None) -> str:
    """The format that was asked for, else the file's suffix, else a table. Raises GgvdError for Parquet without a file."""
    suffix = output.suffix.removeprefix(".").lower() if output else ""
    chosen = form or (suffix if suffix in FORMATS else "table")
    if chosen == "parquet" and output is None:
        raise GgvdError("Parquet is not for a terminal: name a file with --output FILE")
    if output and not output.parent.is_dir():
        raise GgvdError(f"--output {output}: there is no folder {output.parent}")
    return chosen


def write(answer: Rows, form: str, output: Path | None, title: str) -> None:
    """Write the rows. Raises GgvdError when the file cannot be written."""
    if form == "table" and output is None:
        from ggvd_dagster.commands.terminal import print_rows

        print_rows(title, answer.columns, answer.rows)
        return
    content = {"table": _table, "csv": _csv, "json": _json, "parquet": _parquet}[form](answer)
    if output is None:
        sys.stdout.write(content.decode())
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise GgvdError(f"--output {output}: {error.strerror or error}") from error


def _table(answer: Rows) -> bytes:
    from rich.console import Console

    from ggvd_dagster.commands.terminal import print_rows

    target = io.StringIO()
    print_rows("", answer.columns, answer.rows, Console(file=target, width=200, highlight=False))
    return target.getvalue().encode()


def _csv(answer: Rows) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows(answer.rows)
    return target.getvalue().encode()


def _json(answer: Rows) -> bytes:
    if twice := [name for name in answer.columns if answer.columns.count(name) > 1]:
        raise GgvdError(f"{len(twice)} columns are named {twice[0]}: give each a name of its own with AS, or JSON keeps the last one only")
    rows = (json.dumps(dict(zip(answer.columns, row, strict=True)), ensure_ascii=False, default=str) for row in answer.rows)
    body = ",\n ".join(rows)
    return f"[{body}]\n".encode()


def _parquet(answer: Rows) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = zip(*answer.rows, strict=True) if answer.rows else ([] for _ in answer.columns)
    arrays = [_array(kind, list(values)) for kind, values in zip(answer.types, columns, strict=True)]
    target = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, names=answer.columns), target)
    return bytes(target.getvalue().to_pybytes())


def _same(value: Any) -> Any:
    return value


def _array(kind: str, values: list[Any]) -> pa.Array:
    import pyarrow as pa

    types: dict[str, tuple[pa.DataType | None, Callable[[Any], Any]]] = {
        **dict.fromkeys(("tinyint", "smallint", "integer"), (pa.int32(), int)),
        "bigint": (pa.int64(), int),
        **dict.fromkeys(("float", "real", "double"), (pa.float64(), float)),
        "boolean": (pa.bool_(), bool),
        "date": (pa.date32(), _same),
        "timestamp": (pa.timestamp("us"), _same),
        "decimal": (None, _same),  # precision and scale follow from the values
    }
    arrow, convert = types.get(kind, (pa.string(), str))
    return pa.array([None if value is None else convert(value) for value in values], type=arrow)
