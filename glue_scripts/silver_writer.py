"""From the rows of a bronze table to its silver table and its quarantine, with proof that each source row is in one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from glue_scripts import delta, reconcile, rejected, silver_input, sources
from glue_scripts.errors import CountError, JobError, is_bad_data
from glue_scripts.reconcile import Written
from glue_scripts.silver_input import Counts, Source
from glue_scripts.work import say

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments

Found = Sequence[sources.Snapshot]
# Source rows, rows of the table, both by partition, and the table's version
Made = tuple[dict[str, Counts], dict[str, Written], int]


@dataclass(frozen=True)
class Writer:
    """Writes one table from the rows of snapshots."""

    arguments: Arguments
    transform: Callable[..., DataFrame]
    schema: StructType
    source: Source

    @property
    def derived(self) -> bool:
        """Whether the record says the partition, not the snapshot: which ones such a source holds is known only when it was read."""
        return self.source.partition is not None

    def write(self, spark: SparkSession, found: Found, partitions: list[str]) -> Made:
        """Replace the table, or these partitions of it. Raises CountError when some source row is neither there nor in quarantine."""
        try:
            return self._directly(spark, found, partitions)
        except JobError:
            raise
        except Exception as error:
            # The reader meets a bad line as late as in the write, which has then committed no data.
            if not is_bad_data(error):
                raise
            say(f"{self.arguments.table}: a line does not fit the schema, reading line by line")
            return self._line_by_line(spark, found, partitions, error)

    def _directly(self, spark: SparkSession, found: Found, partitions: list[str]) -> Made:
        """Write first and count what is there: where that is what the manifests say, the source is parsed only once."""
        a = self.arguments
        frame = silver_input.rows(spark, found, self.source, a, slowly=False)
        if self.derived and a.partitions is not None:
            # No manifest counts single partitions of such a source.
            with silver_input.staged(frame, a) as kept:
                return self._counted_first(spark, kept, self._counted(kept, found), found, partitions)
        version = self._replace(frame, found, partitions)
        written = reconcile.written(spark, a, partitions)
        return self._explained(spark, found, written, partitions), written, version

    def _explained(self, spark: SparkSession, found: Found, written: dict[str, Written], partitions: list[str]) -> dict[str, Counts]:
        """Keep what cannot be used of snapshots that the table does not stand for. Raises CountError for rows that are in neither."""
        a, replaced = self.arguments, None if self.derived else partitions
        if short := reconcile.short(written, found, derived=self.derived):
            rejected.keep(silver_input.rows(spark, short, self.source, a, slowly=False), self.source, a, replaced)
        else:
            rejected.clear(spark, a, replaced)
        counted = reconcile.explained(written, rejected.count(spark, a, replaced) if short else {})
        if not reconcile.complete(counted, found, derived=self.derived):
            # The source has other rows than its manifest says, or the transform lost some: counting the source tells which.
            reconcile.balance(self._counted(silver_input.rows(spark, found, self.source, a, slowly=False), found), written, a)
            raise CountError(f"{a.table}: the quarantine does not hold exactly the rows that cannot be used; run the job again")
        return counted

    def _line_by_line(self, spark: SparkSession, found: Found, partitions: list[str], error: Exception) -> Made:
        """Count and quarantine first. Raises `error`, by which the reader gave up, when no line explains it."""
        a = self.arguments
        with silver_input.staged(silver_input.rows(spark, found, self.source, a, slowly=True), a) as frame:
            counted = self._counted(frame, found)
            # Numbers in quotes are used, with no trace: a reader refuses them, and what they say is clear.
            if not any(entry.quarantined or entry.quoted for entry in counted.values()):
                raise error
            made = self._counted_first(spark, frame, counted, found, partitions)
        say(f"{a.table}: {sum(sum(entry.quarantined.values()) for entry in counted.values())} rows are in quarantine")
        return made

    def _counted_first(
        self, spark: SparkSession, frame: DataFrame, counted: dict[str, Counts], found: Found, partitions: list[str]
    ) -> Made:
        """Quarantine and table from rows that were counted. Raises CountError when the table does not stand for all usable ones."""
        self._quarantine(spark, frame, counted, partitions)
        version = self._replace(frame, found, partitions)
        written = reconcile.written(spark, self.arguments, partitions)
        reconcile.balance(counted, written, self.arguments)
        return counted, written, version

    def _counted(self, frame: DataFrame, found: Found) -> dict[str, Counts]:
        counted = silver_input.count(frame, self.source, self.arguments)
        reconcile.verify(counted, found, self.arguments, whole=not self.derived or self.arguments.partitions is None)
        return counted

    def _quarantine(self, spark: SparkSession, frame: DataFrame, counted: dict[str, Counts], partitions: list[str]) -> None:
        # Each run of a source whose records say the partition has those that say none, "", too.
        replaced = sorted({*partitions, *counted, *([""] if self.derived else [])})
        if any(entry.quarantined for entry in counted.values()):
            rejected.keep(frame, self.source, self.arguments, replaced)
        else:
            rejected.clear(spark, self.arguments, replaced)

    def _replace(self, frame: DataFrame, found: Found, partitions: list[str]) -> int:
        a = self.arguments
        table = delta.conform(self.transform(silver_input.usable(frame)), self.schema)
        whole = a.partition_by is None or (self.derived and a.partitions is None)
        # Compressed JSON takes about what Parquet takes of the same rows. Single partitions are small, each is a file.
        files = delta.files(sum(snapshot.bytes for snapshot in found)) if whole else 1
        chosen = None if whole else partitions
        return delta.replace(table, a.output, self.schema, partition_by=a.partition_by, partitions=chosen, files=files)
