"""The quarantine of one table: what it holds, and how its rows are replaced or go."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from glue_scripts import delta, delta_log, quarantine
from glue_scripts.silver_input import partition_column

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from glue_scripts.arguments import Arguments
    from glue_scripts.silver_input import Source


def count(spark: SparkSession, arguments: Arguments, partitions: Sequence[str] | None) -> dict[str, Counter[str]]:
    """Rows in the table's quarantine by partition (of these, or of all) and reason; read from it, not from what was written."""
    from pyspark.sql import functions as F  # noqa: N812

    found: dict[str, Counter[str]] = {}
    if arguments.quarantine is None or delta_log.version(arguments.quarantine) is None:
        return found
    table = spark.read.format("delta").load(arguments.quarantine).groupBy("partition", "reason").agg(F.sum("copies").alias("n"))
    for row in table.collect():
        if partitions is None or row["partition"] in partitions:
            found.setdefault(row["partition"], Counter())[row["reason"]] += int(row["n"])
    return found


def keep(frame: DataFrame, source: Source, arguments: Arguments, partitions: Sequence[str] | None) -> None:
    """Replace the table's quarantine, or these partitions of it; without rejected rows the old ones go."""
    from pyspark.sql import functions as F  # noqa: N812

    if arguments.quarantine is None:
        return
    unusable = frame.where(F.col(quarantine.REASON).isNotNull())
    kept = quarantine.records(unusable, arguments.table, partition_column(source, arguments))
    replace(kept, arguments, partitions)


def clear(spark: SparkSession, arguments: Arguments, partitions: Sequence[str] | None) -> None:
    """Remove what an earlier snapshot left in quarantine."""
    if arguments.quarantine and delta_log.version(arguments.quarantine) is not None:
        replace(spark.createDataFrame([], quarantine.SCHEMA), arguments, partitions)


def replace(frame: DataFrame, arguments: Arguments, partitions: Sequence[str] | None) -> None:
    """These rows in the place of what the quarantine has, or has of the partitions."""
    from pyspark.sql import functions as F  # noqa: N812

    uri = str(arguments.quarantine)
    if arguments.partition_by and partitions is not None and delta_log.version(uri) is not None:
        # A quarantine is small: the partitions that stay are read and written again, in one commit with the new ones.
        old = frame.sparkSession.read.format("delta").load(uri).where(~F.col("partition").isin(*partitions))
        frame = old.select(*quarantine.SCHEMA.names).unionByName(frame.select(*quarantine.SCHEMA.names))
    delta.replace(delta.conform(frame, quarantine.SCHEMA), uri, quarantine.SCHEMA)
