"""Facts counted on a table as it was written: what the asset checks are decided by."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pyspark.sql import functions as F  # noqa: N812

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from glue_scripts.arguments import Arguments

PREVIEW_ROWS = 5


def checks(spark: SparkSession, table: DataFrame, arguments: Arguments) -> dict[str, Any]:
    """Rows, keys that occur again, nulls in required columns, foreign keys without a parent."""
    nulls = [F.count(F.when(F.col(name).isNull(), 1)).alias(f"null_{name}") for name in arguments.required]
    counted = table.agg(F.count(F.lit(1)).alias("rows"), *nulls).collect()[0]
    duplicates = 0
    if arguments.key:
        duplicates = int(counted["rows"]) - int(table.select(*arguments.key).distinct().count())
    return {
        "rows": int(counted["rows"]),
        "duplicate_keys": duplicates,
        "nulls": {name: int(counted[f"null_{name}"]) for name in arguments.required},
        "orphans": {column: _orphans(spark, table, column, uri) for column, uri in arguments.foreign_keys.items()},
    }


def _orphans(spark: SparkSession, table: DataFrame, column: str, parent_uri: str) -> int:
    parent = spark.read.format("delta").load(parent_uri).select(column).distinct()
    children = table.where(F.col(column).isNotNull()).select(column).distinct()
    return int(children.join(parent, column, "left_anti").count())


def preview(table: DataFrame, key: tuple[str, ...]) -> list[dict[str, Any]]:
    """The first rows by key, with values that JSON has; times become text."""
    rows = table.orderBy(*key).limit(PREVIEW_ROWS).collect() if key else table.limit(PREVIEW_ROWS).collect()
    found: list[dict[str, Any]] = json.loads(json.dumps([row.asDict(recursive=True) for row in rows], default=str))
    return found
