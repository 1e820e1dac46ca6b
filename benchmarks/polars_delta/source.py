"""How Polars reads bronze and parts its rows: the usable ones, and the count of the others by reason."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import polars as pl

Made = tuple[pl.LazyFrame, pl.LazyFrame]
S, I = pl.String, pl.Int64  # noqa: E741
EXACT = 2**53


def scan(folder: Path, pattern: str, **fields: pl.DataType) -> pl.LazyFrame:
    return pl.scan_ndjson(sorted(folder.glob(pattern)), schema={"_object": S, **fields}, ignore_errors=True)


def scan_bad(folder: Path, pattern: str, **fields: pl.DataType) -> pl.LazyFrame:
    """Polars gives up at a line that is cut off, whatever it may ignore: a small table is read line by line, such a line as nulls."""
    schema = {"_object": S, **fields}
    lines = (line for path in sorted(folder.glob(pattern)) for line in gzip.decompress(path.read_bytes()).splitlines())
    rows = map(_record, lines)
    return pl.LazyFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, strict=False)


def _record(line: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        return {}
    return found


def split(raw: pl.LazyFrame, name: str, *reasons: pl.Expr) -> Made:
    marked = raw.with_columns(reason=pl.coalesce(*reasons))
    bad = marked.filter(pl.col("reason").is_not_null()).group_by("reason", "_object").agg(copies=pl.len())
    return marked.filter(pl.col("reason").is_null()), bad.select(pl.lit(name).alias("table_name"), "reason", "_object", "copies")


def no_id(name: str) -> pl.Expr:
    good = pl.col(name).is_between(1, EXACT).fill_null(False)
    return pl.when(~good).then(pl.lit(f"{name} is no positive integer"))


def no_text(name: str) -> pl.Expr:
    return pl.when(pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "")).then(pl.lit(f"{name} is missing"))


def no_digits(name: str) -> pl.Expr:
    return pl.when(~pl.col(name).str.contains("^ *[0-9]{1,15} *$").fill_null(False)).then(pl.lit(f"{name} is no positive integer"))


def unfit(value: pl.Expr) -> pl.Expr:
    return pl.when(~value.is_between(0.5, 5).fill_null(False)).then(pl.lit("rating is not between 0.5 and 5"))


def whole(name: str) -> pl.Expr:
    return pl.col(name).str.strip_chars().cast(I)


def imdb(name: str) -> pl.Expr:
    digits = pl.col(name).str.strip_chars()
    return pl.when(digits.str.contains("^[0-9]{1,10}$")).then("tt" + digits.str.zfill(7))


def names(name: str) -> pl.Expr:
    parts = pl.col(name).fill_null("").str.split(",").list.eval(pl.element().str.strip_chars())
    return parts.list.eval(pl.element().filter(pl.element() != ""))
