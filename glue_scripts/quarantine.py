"""Rows that a table cannot use: how they are found, and the record that is kept of each."""

from __future__ import annotations

import sys
from functools import reduce
from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import sources
from glue_scripts.columns import Reason, cases, described

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyspark.sql import Column, DataFrame, SparkSession

REASON = "_reason"
RAW = "_raw"
QUOTED = "_quoted"
OWN = (REASON, RAW, QUOTED)
# JSON's {"a":1}, ["a"], [1,2], but no title like [REC]
STRUCTURE = r'(?s)^(\{\s*(".*)?\}|\[\s*(["{\[].*|(-?[0-9.eE+-]+|true|false|null)\s*(,.*)?)?\])\z'
SCHEMA = described(
    ("quarantine_id", T.StringType(), "SHA-256 of the table, object, reason and record."),
    ("table_name", T.StringType(), "Silver table that could not use the row."),
    ("partition", T.StringType(), "Partition of the table, empty where it has none or none is known."),
    ("reason", T.StringType(), "Why the row cannot be used."),
    ("source", T.StringType(), "Source that sent it."),
    ("snapshot", T.StringType(), "Bronze snapshot that holds it."),
    ("object", T.StringType(), "Bronze object that holds it."),
    ("page", T.LongType(), "Page or part of the source."),
    ("extracted_at", T.TimestampType(), "When the source was read (UTC)."),
    ("record", T.StringType(), "The record as JSON, or the raw line."),
    ("copies", T.LongType(), "How many source rows were equal to this one."),
)


def read_slowly(spark: SparkSession, snapshots: Iterable[sources.Snapshot], source: T.StructType) -> DataFrame:
    """Records line by line, with `_reason` where a line is no JSON object or a field has another type, `_raw`, the line, and `_quoted`."""
    parts = [_lines(spark, uri, snapshot) for snapshot in snapshots for uri in snapshot.objects]
    lines = reduce(lambda left, right: left.unionByName(right), parts)
    schema = sources.with_lineage(source)
    texts = T.StructType([T.StructField(field.name, T.StringType()) for field in schema.fields])
    parsed = lines.select("*", F.from_json(RAW, schema).alias("typed"), F.from_json(RAW, texts).alias("text"))
    columns, wrong, quoted = [], [], [F.lit(False)]
    for field in schema.fields:
        typed, text = F.col(f"typed.{field.name}"), F.col(f"text.{field.name}")
        if isinstance(field.dataType, (T.LongType, T.DoubleType)):
            # Engines disagree on numbers in quotes: both take them here.
            # An engine may raise where it would have to cut a fraction off.
            fraction = "" if isinstance(field.dataType, T.LongType) else r"(\.[0-9]{1,15})?"
            number = F.when(text.rlike(rf"^-?[0-9]{{1,15}}{fraction}\z"), text.cast(field.dataType))
            quoted.append(typed.isNull() & number.isNotNull())
            typed = F.coalesce(typed, number)
        other = text.isNotNull() & typed.isNull()
        if isinstance(field.dataType, T.ArrayType):
            # an element of another type becomes null and the list stays
            other |= (F.size(F.filter(typed, lambda element: element.isNull())) > 0) & ~text.contains("null")
        wrong.append((other, f"{field.name} has another type"))
        columns.append(typed.alias(field.name))
    nothing = reduce(lambda left, right: left & right, [F.col(f"text.{field.name}").isNull() for field in schema.fields])
    malformed = ~F.trim(F.col(RAW)).startswith("{") | nothing
    in_quotes = reduce(lambda left, right: left | right, quoted).alias(QUOTED)
    reason = cases((malformed, "malformed JSON"), *wrong).alias(REASON)
    known = parsed.select(*columns, reason, RAW, in_quotes, "_of_object", "_of_snapshot", "_of_partition")
    return (
        known.withColumn("_object", F.coalesce("_object", "_of_object"))
        .withColumn("_snapshot", F.coalesce("_snapshot", "_of_snapshot"))
        .withColumn("_partition", F.coalesce("_partition", "_of_partition"))
        .drop("_of_object", "_of_snapshot", "_of_partition")
    )


def structures(source: T.StructType) -> list[Reason]:
    """A record cannot be used where a text in it is an object or a list.

    Engines differ: Spark reads the text of the object as if it were the value, Sail's reader gives up. So the text itself is looked at,
    with the costly pattern only where it can match.
    """
    texts = {field.name: F.col(field.name) for field in source.fields if isinstance(field.dataType, T.StringType)}
    return [
        ((text.startswith("{") | text.startswith("[")) & text.rlike(STRUCTURE), f"{name} has another type") for name, text in texts.items()
    ]


def infinities(source: T.StructType) -> list[Reason]:
    """JSON has numbers such as 1e999 that no double holds: readers make infinity of them, which no mean and no report survives."""
    doubles = [field.name for field in source.fields if isinstance(field.dataType, T.DoubleType)]
    return [(F.abs(F.col(name)) > sys.float_info.max, f"{name} is no finite number") for name in doubles]


def _lines(spark: SparkSession, uri: str, snapshot: sources.Snapshot) -> DataFrame:
    lines = spark.read.text([uri], lineSep="\n")
    return lines.select(
        F.col("value").alias(RAW),
        F.lit(uri.rpartition("/")[2]).alias("_of_object"),
        F.lit(snapshot.snapshot).alias("_of_snapshot"),
        F.lit(snapshot.partition).alias("_of_partition"),
    )


def records(rejected: DataFrame, table: str, partition: Column) -> DataFrame:
    """Rejected source rows, with `_reason`, as rows of SCHEMA; equal ones become one row with its `copies`."""
    fields = [name for name in rejected.columns if name not in OWN]
    record = F.to_json(F.struct(*fields))
    if RAW in rejected.columns:
        record = F.coalesce(F.col(RAW), record)
    rows = rejected.select(
        F.lit(table).alias("table_name"),
        F.coalesce(partition.cast("string"), F.lit("")).alias("partition"),
        F.col(REASON).alias("reason"),
        F.col("_source").alias("source"),
        F.col("_snapshot").alias("snapshot"),
        F.col("_object").alias("object"),
        F.col("_page").alias("page"),
        F.to_timestamp("_extracted_at").alias("extracted_at"),
        record.alias("record"),
    )
    counted = rows.groupBy(*rows.columns).agg(F.count(F.lit(1)).alias("copies"))
    parts = [F.coalesce(F.col(name), F.lit("")) for name in ("table_name", "partition", "object", "reason", "record")]
    # The page belongs to what tells rows apart, since equal records on two pages stay two rows.
    parts.append(F.coalesce(F.col("page").cast("string"), F.lit("")))
    return counted.withColumn("quarantine_id", F.sha2(F.concat_ws("\n", *parts), 256))
