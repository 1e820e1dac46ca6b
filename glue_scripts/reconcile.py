"""Nothing is lost: rows of the manifests, rows of the source and rows of the table, compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glue_scripts import sources
from glue_scripts.errors import CountError
from glue_scripts.silver_input import Counts

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from glue_scripts.arguments import Arguments


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
    if arguments.partition_by and "" not in partitions:
        table = table.where(F.col(arguments.partition_by).isin(*(int(value) for value in partitions)))
    # A row stands for itself in gold, and in a version of silver that did not count its copies yet.
    copies = F.sum(F.coalesce("copies", F.lit(1)) if "copies" in table.columns else F.lit(1)).alias("c")
    grouped = table.groupBy(column.alias("p")).agg(F.count(F.lit(1)).alias("n"), copies).collect()
    return {row["p"]: Written(int(row["n"]), int(row["c"])) for row in grouped}


def short(written: dict[str, Written], found: Sequence[sources.Snapshot], *, derived: bool) -> list[sources.Snapshot]:
    """Snapshots of which the table does not stand for every row: something of them has to be in quarantine."""
    if derived:
        return list(found) if sum(entry.stands_for for entry in written.values()) != sum(s.rows for s in found) else []
    return [s for s in found if written.get(s.partition, Written()).stands_for != s.rows]


def explained(written: dict[str, Written], rejected: dict[str, Counter[str]]) -> dict[str, Counts]:
    """Source rows as the table and its quarantine account for them."""
    return {p: Counts(written.get(p, Written()).stands_for, quarantined=rejected.get(p, Counter())) for p in {*written, *rejected}}


def complete(counted: dict[str, Counts], found: Sequence[sources.Snapshot], *, derived: bool) -> bool:
    """Whether the counts are those of the manifests, by partition where a snapshot is one."""
    if derived:
        return sum(entry.read for entry in counted.values()) == sum(s.rows for s in found)
    return all(counted.get(s.partition, Counts()).read == s.rows for s in found)


def verify(counted: dict[str, Counts], found: Sequence[sources.Snapshot], arguments: Arguments, *, whole: bool) -> None:
    """Raise CountError when the rows that were read are not those that extraction counted."""
    expected = sum(snapshot.rows for snapshot in found)
    got = sum(entry.read for entry in counted.values())
    if whole and expected != got:
        raise CountError(f"{arguments.table}: the manifests count {expected} rows, {got} were read; extract the snapshot again")


def balance(counted: dict[str, Counts], written: dict[str, Written], arguments: Arguments) -> None:
    """Raise CountError when the table does not stand for exactly the usable source rows."""
    for partition in {*counted, *written}:
        good, there = counted.get(partition, Counts()).good, written.get(partition, Written())
        if there.stands_for != good:
            raise CountError(
                f"{arguments.table} {partition}: the source has {good} usable rows, the table has {there.rows} rows that stand for "
                f"{there.stands_for}; the transform loses or repeats some"
            )
