"""The work of a job whose input is a bronze table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from glue_scripts import delta, delta_log, fingerprint, sources
from glue_scripts.errors import CountError, InputError, JobError, is_bad_data
from glue_scripts.work import Work, say, session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments
    from glue_scripts.reconcile import Written
    from glue_scripts.silver_input import Counts, Source

    # Source rows, rows of the table, both by partition, and the table's version
    Made = tuple[dict[str, Counts], dict[str, Written], int]

Found = Sequence[sources.Snapshot]


class Silver(Work):
    """A table from the newest complete snapshots of one bronze table."""

    def __init__(self, arguments: Arguments, transform: Callable[..., DataFrame], schema: StructType, source: Source) -> None:
        super().__init__(arguments, transform, schema)
        self._source = source
        # Which partitions such a source holds is known only when it was read.
        self._derived = source.partition is not None
        self._found: dict[str, sources.Snapshot] = {}
        self._seen: dict[str, frozenset[str]] = {}

    def fingerprints(self, last: dict[str, Any]) -> dict[str, str]:
        wanted = self.arguments.partitions
        (uri,) = self.arguments.inputs.values()
        self._found = sources.snapshots(uri, None if self._derived else wanted)
        if not self._found:
            raise InputError(f"{uri} has no complete snapshot{' of ' + ', '.join(wanted) if wanted else ''}; materialize bronze first")
        if not self._derived:
            self.failed = {p: "no complete bronze snapshot; materialize bronze first" for p in wanted or () if p not in self._found}
            return {p: fingerprint.combine(s.digest, self._code) for p, s in self._found.items()}
        whole = fingerprint.combine(*(s.digest for s in self._found.values()), self._code)
        # "" stands for all that the source has.
        return dict.fromkeys(wanted if wanted is not None else ("", *last.get("partitions", {})), whole)

    def write(self, last: dict[str, Any], changed: dict[str, str]) -> dict[str, Any]:
        spark = session()
        found = list(self._found.values()) if self._derived else [self._found[partition] for partition in changed]
        say(f"{self.arguments.table}: reading {sum(s.rows for s in found)} rows of {sum(len(s.objects) for s in found)} objects")
        self._seen = sources.verify(found)
        before = delta_log.version(self.arguments.output)
        try:
            # Where the whole table is written, all of it is counted, also when only an undone partition asked for the run.
            whole = {""} if self._derived and self.arguments.partitions is None else set()
            counted, written, version = self._made(spark, found, sorted({*changed, *whole}))
        except CountError:
            delta.restore(self.arguments.output, before)
            raise
        value = next(iter(changed.values()))
        names = sorted({*changed, *counted} if self._derived else changed)
        entries = {p: self._entry(p, counted, written, version, changed.get(p, value)) for p in names}
        say(f"{self.arguments.table}: version {version} has {sum(entry.rows for entry in written.values())} rows of these partitions")
        return self.facts(spark, version, {**last.get("partitions", {}), **entries})

    def _made(self, spark: SparkSession, found: Found, partitions: list[str]) -> Made:
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
        from glue_scripts import reconcile, silver_input

        a = self.arguments
        frame = silver_input.rows(spark, found, self._source, a, slowly=False)
        if self._derived and a.partitions is not None:
            # No manifest counts single partitions of such a source.
            with silver_input.staged(frame, a) as kept:
                return self._counted_first(spark, kept, self._counted(kept, found), found, partitions)
        version = self._replace(frame, found, partitions)
        written = reconcile.written(spark, a, partitions)
        return self._explained(spark, found, written, partitions), written, version

    def _explained(self, spark: SparkSession, found: Found, written: dict[str, Written], partitions: list[str]) -> dict[str, Counts]:
        """Keep what cannot be used of snapshots that the table does not stand for. Raises CountError for rows that are in neither."""
        from glue_scripts import reconcile, silver_input

        a, replaced = self.arguments, None if self._derived else partitions
        if short := reconcile.short(written, found, derived=self._derived):
            silver_input.keep_rejected(silver_input.rows(spark, short, self._source, a, slowly=False), self._source, a, replaced)
        else:
            silver_input.clear_rejected(spark, a, replaced)
        counted = reconcile.explained(written, silver_input.rejected(spark, a, replaced) if short else {})
        if not reconcile.complete(counted, found, derived=self._derived):
            # The source has other rows than its manifest says, or the transform lost some: counting the source tells which.
            reconcile.balance(self._counted(silver_input.rows(spark, found, self._source, a, slowly=False), found), written, a)
            raise CountError(f"{a.table}: the quarantine does not hold exactly the rows that cannot be used; run the job again")
        return counted

    def _line_by_line(self, spark: SparkSession, found: Found, partitions: list[str], error: Exception) -> Made:
        """Count and quarantine first. Raises `error`, by which the reader gave up, when no line explains it."""
        from glue_scripts import silver_input

        a = self.arguments
        with silver_input.staged(silver_input.rows(spark, found, self._source, a, slowly=True), a) as frame:
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
        from glue_scripts import reconcile

        self._quarantine(spark, frame, counted, partitions)
        version = self._replace(frame, found, partitions)
        written = reconcile.written(spark, self.arguments, partitions)
        reconcile.balance(counted, written, self.arguments)
        return counted, written, version

    def _counted(self, frame: DataFrame, found: Found) -> dict[str, Counts]:
        from glue_scripts import reconcile, silver_input

        counted = silver_input.count(frame, self._source, self.arguments)
        reconcile.verify(counted, found, self.arguments, whole=not self._derived or self.arguments.partitions is None)
        return counted

    def _quarantine(self, spark: SparkSession, frame: DataFrame, counted: dict[str, Counts], partitions: list[str]) -> None:
        from glue_scripts import silver_input

        if any(entry.quarantined for entry in counted.values()):
            silver_input.keep_rejected(frame, self._source, self.arguments, sorted({*partitions, *counted}))
        else:
            silver_input.clear_rejected(spark, self.arguments, partitions)

    def _replace(self, frame: DataFrame, found: Found, partitions: list[str]) -> int:
        from glue_scripts import silver_input

        a = self.arguments
        table = delta.conform(self.transform(silver_input.usable(frame)), self.schema)
        whole = a.partition_by is None or (self._derived and a.partitions is None)
        # Compressed JSON takes about what Parquet takes of the same rows. Single partitions are small, each is a file.
        files = delta.files(sum(snapshot.bytes for snapshot in found)) if whole else 1
        chosen = None if whole else partitions
        return delta.replace(table, a.output, self.schema, partition_by=a.partition_by, partitions=chosen, files=files)

    def _entry(self, partition: str, counted: dict[str, Counts], written: dict[str, Written], version: int, value: str) -> dict[str, Any]:
        from glue_scripts import report
        from glue_scripts.reconcile import Written
        from glue_scripts.silver_input import Counts

        entry, rows = counted.get(partition, Counts()), written.get(partition, Written()).rows
        snapshot = self._found.get(partition) or next(iter(self._found.values()))
        return {
            "fingerprint": value,
            "delta_version": version,
            "rows_read": entry.read,
            "rows_written": rows,
            "duplicates": entry.good - rows,
            "quarantined": dict(sorted(entry.quarantined.items())),
            "snapshot": snapshot.snapshot,
            **self._fields(snapshot.partition),
            "written_at": report.now(),
        }

    def _fields(self, partition: str) -> dict[str, list[str]]:
        """What the source sends and nobody reads, and what is read and no sampled record has."""
        seen, known = self._seen.get(partition, frozenset()), set(self._source.schema.names)
        absent = known - seen if seen else set()
        return {"unknown_fields": sorted(seen - known - sources.LINEAGE.keys()), "absent_fields": sorted(absent)}
