"""What a silver job does with its bronze table: read its rows, split usable ones from others, count both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from glue_scripts import lake, quarantine, sources

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments
    from glue_scripts.columns import Reason


@dataclass(frozen=True)
class Source:
    """A script's bronze record: its schema, why a row cannot be used, and the partition where the record does not carry it."""

    schema: StructType
    reject: Callable[[], list[Reason]]
    partition: Callable[[], Column] | None = None


@dataclass
class Counts:
    """Source rows of one partition: usable ones, those with numbers in quotes among them, and quarantined rows by reason."""

    good: int = 0
    quoted: int = 0
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
        frame = frame.withColumn(quarantine.REASON, F.coalesce(F.col(quarantine.REASON), reason(source)))
    else:
        frame = sources.read(spark, [uri for snapshot in found for uri in snapshot.objects], source.schema)
        frame = frame.withColumn(quarantine.REASON, reason(source))
    if source.partition and arguments.partitions is not None:
        # Rows without a partition belong to every run: they are quarantined under "". Numbers, not texts, are compared: every row is.
        value = source.partition()
        frame = frame.where(value.isNull() | value.isin(*map(int, arguments.partitions)))
    return frame


@contextmanager
def staged(frame: DataFrame, arguments: Arguments) -> Iterator[DataFrame]:
    """The same rows, written once, for work that passes over them several times: to read them costs a fraction of parsing the source.

    They are beside the table's files, where no reader of a table looks, and gone afterwards; the next run removes what a crash leaves.
    """
    uri = f"{arguments.output}/_staged"
    lake.clear(uri)
    try:
        frame.write.mode("overwrite").parquet(uri)
        yield frame.sparkSession.read.schema(frame.schema).parquet(uri)
    finally:
        lake.clear(uri)


def reason(source: Source) -> Column:
    """Why a record that could be read cannot be used; null when it can."""
    from glue_scripts import columns

    return columns.first([*quarantine.structures(source.schema), *source.reject(), *quarantine.infinities(source.schema)])


def usable(frame: DataFrame) -> DataFrame:
    from pyspark.sql import functions as F  # noqa: N812

    return frame.where(F.col(quarantine.REASON).isNull()).drop(*quarantine.OWN)


def count(frame: DataFrame, source: Source, arguments: Arguments) -> dict[str, Counts]:
    """Rows of each partition, counted on the source in one pass."""
    from pyspark.sql import functions as F  # noqa: N812

    quoted = F.col(quarantine.QUOTED).cast("long") if quarantine.QUOTED in frame.columns else F.lit(0)
    # Partitions are numbers here and left out where there are none: each text among the columns of a group costs as much as the parsing.
    by = ["partition", "reason"] if arguments.partition_by else ["reason"]
    partition = partition_column(source, arguments).cast("int").alias("partition")
    one = frame.select(partition, F.col(quarantine.REASON).alias("reason"), quoted.alias("q"))
    counted: dict[str, Counts] = {}
    for row in one.groupBy(*by).agg(F.count(F.lit(1)).alias("n"), F.sum("q").alias("q")).collect():
        value = row["partition"] if arguments.partition_by else None
        entry = counted.setdefault("" if value is None else str(value), Counts())
        entry.quoted += int(row["q"])
        if row["reason"] is None:
            entry.good = int(row["n"])
        else:
            entry.quarantined[row["reason"]] += int(row["n"])
    return counted
