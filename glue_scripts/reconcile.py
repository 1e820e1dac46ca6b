"""Nothing is lost: rows of the manifests, rows of the source and rows of the table, compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glue_scripts import sources
from glue_scripts.errors import CountError
from glue_scripts.silver_input import Counts

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from glue_scripts.arguments import Arguments
    from glue_scripts.silver_input import Source


@dataclass(frozen=True)
class Written:
    """Rows of one partition of the table, and the source rows that they stand for."""

    rows: int = 0
    stands_for: int = 0


def written(spark: SparkSession, arguments: Arguments, partitions: Sequence[str]) -> dict[str, Written]:
    """What the table has by partition, of these partitions where the run names some; read from the table, not from what was written."""
    from pyspark.sql import functions as F  # noqa: N812

    table = spark.read.format("delta").load(arguments.output)
    column = F.col(arguments.partition_by).cast("string") if arguments.partition_by else F.lit("")
    copies = F.sum(arguments.counted_by) if arguments.counted_by else F.count(F.lit(1))
    if arguments.partition_by and "" not in partitions:
        table = table.where(F.col(arguments.partition_by).isin(*(int(value) for value in partitions)))
    grouped = table.groupBy(column.alias("p")).agg(F.count(F.lit(1)).alias("n"), copies.alias("c")).collect()
    return {row["p"]: Written(int(row["n"]), int(row["c"])) for row in grouped}


def nothing_dropped(
    written: dict[str, Written], found: Sequence[sources.Snapshot], arguments: Arguments, source: Source
) -> dict[str, Counts] | None:
    """The counts when the table stands for every row that the manifests count, so that none was a duplicate or bad; else None."""
    if source.partition is not None:
        total = sum(entry.stands_for for entry in written.values())
        whole = arguments.partitions is None and total == sum(snapshot.rows for snapshot in found)
        return {partition: Counts(good=entry.stands_for) for partition, entry in written.items()} if whole else None
    if any(written.get(snapshot.partition, Written()).stands_for != snapshot.rows for snapshot in found):
        return None
    return {snapshot.partition: Counts(good=snapshot.rows, distinct=snapshot.rows) for snapshot in found}


def verify(counted: dict[str, Counts], found: Sequence[sources.Snapshot], arguments: Arguments, *, whole: bool) -> None:
    """Raise CountError when the rows that were read are not those that extraction counted."""
    expected = sum(snapshot.rows for snapshot in found)
    got = sum(entry.read for entry in counted.values())
    if whole and expected != got:
        raise CountError(f"{arguments.table}: the manifests count {expected} rows, {got} were read; extract the snapshot again")


def balance(counted: dict[str, Counts], written: dict[str, Written], arguments: Arguments) -> None:
    """Raise CountError when the table has not exactly the distinct keys of the usable source rows, or does not stand for all of them."""
    for partition in {*counted, *written}:
        entry, there = counted.get(partition, Counts()), written.get(partition, Written())
        lost = there.rows != entry.distinct or (arguments.counted_by is not None and there.stands_for != entry.good)
        if lost:
            raise CountError(
                f"{arguments.table} {partition}: the source has {entry.good} usable rows of {entry.distinct} keys, "
                f"the table has {there.rows} rows that stand for {there.stands_for}; the transform or the source's key is wrong"
            )
