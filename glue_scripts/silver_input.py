"""What a silver job does with its bronze table: find snapshots, split usable rows from others, reconcile the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glue_scripts import delta, quarantine, sources
from glue_scripts.errors import CountError

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments


@dataclass(frozen=True)
class Source:
    """A script's bronze record: its schema, why a row cannot be used, and the partition where the record does not carry it."""

    schema: StructType
    reject: Callable[[], Column]
    partition: Callable[[], Column] | None = None


@dataclass
class Counts:
    """Rows of one partition: usable source rows, and quarantined ones by reason."""

    good: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)

    @property
    def read(self) -> int:
        return self.good + sum(self.quarantined.values())


def partition_column(source: Source, arguments: Arguments) -> Column:
    from pyspark.sql import functions as F  # noqa: N812

    if arguments.partition_by is None:
        return F.lit("")
    # Without a partition a row that is known to be bad must not vanish from the filter on the run's partitions.
    column = source.partition() if source.partition else F.col("_partition")
    return F.coalesce(column.cast("string"), F.lit(""))


def rows(spark: SparkSession, found: Sequence[sources.Snapshot], source: Source, arguments: Arguments, *, slowly: bool) -> DataFrame:
    """Source rows of the run's partitions, each with `_reason`, null where the row is usable."""
    from pyspark.sql import functions as F  # noqa: N812

    if slowly:
        frame = quarantine.read_slowly(spark, found, source.schema)
        frame = frame.withColumn(quarantine.REASON, F.coalesce(F.col(quarantine.REASON), source.reject()))
    else:
        frame = sources.read(spark, [uri for snapshot in found for uri in snapshot.objects], source.schema)
        frame = frame.withColumn(quarantine.REASON, source.reject())
    if source.partition and arguments.partitions is not None:
        # Rows without a partition belong to every run: they are quarantined under "".
        frame = frame.where(partition_column(source, arguments).isin("", *arguments.partitions))
    return frame


def usable(frame: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812

    return frame.where(F.col(quarantine.REASON).isNull()).drop(quarantine.REASON, quarantine.RAW)


def count(frame: DataFrame, source: Source, arguments: Arguments) -> dict[str, Counts]:
    """Usable and quarantined rows of each partition, counted on the source."""
    from pyspark.sql import functions as F  # noqa: N812

    counted: dict[str, Counts] = {}
    grouped = frame.groupBy(partition_column(source, arguments).alias("partition"), quarantine.REASON)
    for partition, reason, number in grouped.agg(F.count(F.lit(1)).alias("number")).collect():
        entry = counted.setdefault(partition, Counts())
        if reason is None:
            entry.good += int(number)
        else:
            entry.quarantined[reason] += int(number)
    return counted


def keep_rejected(frame: DataFrame, source: Source, arguments: Arguments, partitions: Sequence[str]) -> None:
    """Replace the table's quarantine, or its partitions; without rejected rows the old ones go."""
    from pyspark.sql import functions as F  # noqa: N812

    if arguments.quarantine is None:
        return
    rejected = frame.where(F.col(quarantine.REASON).isNotNull())
    kept = quarantine.records(rejected, arguments.table, partition_column(source, arguments))
    _replace(kept, arguments, partitions)


def clear_rejected(spark: SparkSession, arguments: Arguments, partitions: Sequence[str]) -> None:
    """Remove what an earlier snapshot left in quarantine."""
    if arguments.quarantine and delta.version(arguments.quarantine) is not None:
        _replace(spark.createDataFrame([], quarantine.SCHEMA), arguments, partitions)


def _replace(frame: DataFrame, arguments: Arguments, partitions: Sequence[str]) -> None:
    from pyspark.sql import functions as F  # noqa: N812

    uri = str(arguments.quarantine)
    if arguments.partition_by and delta.version(uri) is not None:
        # A quarantine is small: the partitions that stay are read and written again, in one commit with the new ones.
        old = frame.sparkSession.read.format("delta").load(uri).where(~F.col("partition").isin(*partitions))
        frame = old.select(*quarantine.SCHEMA.names).unionByName(frame.select(*quarantine.SCHEMA.names))
    delta.replace(delta.conform(frame, quarantine.SCHEMA), uri, None, (), 1)


def verify(counted: dict[str, Counts], found: Sequence[sources.Snapshot], arguments: Arguments, *, whole: bool) -> None:
    """Raise CountError when the rows that were read are not those that extraction counted."""
    expected = sum(snapshot.rows for snapshot in found)
    got = sum(entry.read for entry in counted.values())
    if whole and expected != got:
        raise CountError(f"{arguments.table}: the manifests count {expected} rows, {got} were read; extract the snapshot again")
