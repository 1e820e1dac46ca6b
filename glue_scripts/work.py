"""The two kinds of work: a silver table from bronze snapshots, and a table from Delta tables. Both tell what changed and write it."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from glue_scripts import delta, fingerprint, sources
from glue_scripts.errors import CountError, InputError, JobError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments
    from glue_scripts.silver_input import Counts, Source


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Work(ABC):
    """`failed` says of each partition that was asked for and has no input why."""

    def __init__(self, arguments: Arguments, transform: Callable[..., DataFrame], schema: StructType) -> None:
        self.arguments, self.transform, self.schema = arguments, transform, schema
        self.failed: dict[str, str] = {}
        self._code = fingerprint.code(transform)

    @abstractmethod
    def fingerprints(self, last: dict[str, Any]) -> dict[str, str]:
        """Of each partition that this run is about, what it is to be made of."""

    @abstractmethod
    def write(self, last: dict[str, Any], changed: dict[str, str]) -> dict[str, Any]:
        """Write the changed partitions and return the report's facts."""

    def changed(self, last: dict[str, Any]) -> dict[str, str]:
        """Partitions whose fingerprint is another than the last report's; all when the run is forced."""
        known = last.get("partitions", {})
        now = self.fingerprints(last)
        return {p: value for p, value in now.items() if self.arguments.force or known.get(p, {}).get("fingerprint") != value}

    def facts(self, spark: SparkSession, version: int, partitions: dict[str, Any]) -> dict[str, Any]:
        from glue_scripts import checks, report

        table = spark.read.format("delta").load(self.arguments.output)
        files, size = delta.added(self.arguments.output, version)
        return {
            "delta_version": version,
            "uri": self.arguments.output,
            "bytes": size,
            "files": files,
            "schema": report.columns(self.schema),
            "partitions": partitions,
            "checks": checks.checks(spark, table, self.arguments),
            "preview": checks.preview(table, self.arguments.key),
        }


class Silver(Work):
    """A table from the newest complete snapshots of one bronze table."""

    def __init__(self, arguments: Arguments, transform: Callable[..., DataFrame], schema: StructType, source: Source) -> None:
        super().__init__(arguments, transform, schema)
        self._source = source
        self._found: dict[str, sources.Snapshot] = {}

    def fingerprints(self, last: dict[str, Any]) -> dict[str, str]:
        wanted = self.arguments.partitions
        derived = self._source.partition is not None
        (uri,) = self.arguments.inputs.values()
        self._found = sources.snapshots(uri, None if derived else wanted)
        if not self._found:
            raise InputError(f"{uri} has no complete snapshot{' of ' + ', '.join(wanted) if wanted else ''}; materialize bronze first")
        if not derived:
            self.failed = {p: "no complete bronze snapshot; materialize bronze first" for p in wanted or () if p not in self._found}
            return {p: fingerprint.combine(s.digest, self._code) for p, s in self._found.items()}
        whole = fingerprint.combine(*(s.digest for s in self._found.values()), self._code)
        # Which partitions an unpartitioned source holds is known only when it was read: "" stands for all of it.
        return dict.fromkeys(wanted if wanted is not None else ("", *last.get("partitions", {})), whole)

    def write(self, last: dict[str, Any], changed: dict[str, str]) -> dict[str, Any]:
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
        derived = self._source.partition is not None
        found = list(self._found.values()) if derived else [self._found[partition] for partition in changed]
        say(f"{self.arguments.table}: reading {sum(s.rows for s in found)} rows of {sum(len(s.objects) for s in found)} objects")
        slowly, counted, version = self._replace(spark, found, changed)
        written = self._written(spark, counted)
        self._balance(counted, written)
        value = next(iter(changed.values()))
        names = sorted({*changed, *counted} if derived else changed)
        entries = {p: self._entry(p, counted, written, version, changed.get(p, value)) for p in names}
        say(f"{self.arguments.table}: version {version} has {sum(written.values())} rows of these partitions")
        if slowly:
            say(f"{self.arguments.table}: some lines did not fit the schema and are in quarantine")
        return self.facts(spark, version, {**last.get("partitions", {}), **entries})

    def _replace(
        self, spark: SparkSession, found: Sequence[sources.Snapshot], changed: dict[str, str]
    ) -> tuple[bool, dict[str, Counts], int]:
        try:
            return False, *self._attempt(spark, found, changed, slowly=False)
        except JobError:
            raise
        except Exception as error:
            # A reader that prunes columns meets a bad line as late as in the write, which has then committed nothing.
            say(f"{self.arguments.table}: a line does not fit the schema, reading line by line ({type(error).__name__})")
            counted, version = self._attempt(spark, found, changed, slowly=True)
            if not any(entry.quarantined for entry in counted.values()):
                say(f"{self.arguments.table}: line by line every row was usable")
            return True, counted, version

    def _attempt(
        self, spark: SparkSession, found: Sequence[sources.Snapshot], changed: dict[str, str], *, slowly: bool
    ) -> tuple[dict[str, Counts], int]:
        from glue_scripts import silver_input as bronze

        a, source = self.arguments, self._source
        frame = bronze.rows(spark, found, source, a, slowly=slowly)
        counted = bronze.count(frame, source, a)
        bronze.verify(counted, found, a, whole=source.partition is None or a.partitions is None)
        partitions = sorted({*changed, *counted})
        if any(entry.quarantined for entry in counted.values()):
            bronze.keep_rejected(frame, source, a, partitions)
        else:
            bronze.clear_rejected(spark, a, partitions)
        rows = sum(entry.good for entry in counted.values())
        table = delta.conform(self.transform(bronze.usable(frame)), self.schema)
        years = [partition for partition in partitions if partition]
        return counted, delta.replace(table, a.output, a.partition_by, years, max(1, rows // delta.ROWS_PER_FILE))

    def _written(self, spark: SparkSession, counted: dict[str, Counts]) -> dict[str, int]:
        from pyspark.sql import functions as F  # noqa: N812

        a = self.arguments
        table = spark.read.format("delta").load(a.output)
        partition = F.col(a.partition_by).cast("string") if a.partition_by else F.lit("")
        copies = F.sum(a.counted_by) if a.counted_by else F.count(F.lit(1))
        grouped = table.groupBy(partition.alias("p")).agg(F.count(F.lit(1)).alias("n"), copies.alias("c")).collect()
        self._copies = {row["p"]: int(row["c"]) for row in grouped}
        return {row["p"]: int(row["n"]) for row in grouped if row["p"] in counted}

    def _balance(self, counted: dict[str, Counts], written: dict[str, int]) -> None:
        for partition, entry in counted.items():
            stands_for = self._copies.get(partition, 0)
            if stands_for > entry.good or (self.arguments.counted_by and stands_for != entry.good) or (entry.good and not stands_for):
                raise CountError(
                    f"{self.arguments.table} {partition}: {entry.good} usable rows were read, "
                    f"{written.get(partition, 0)} rows were written that stand for {stands_for}"
                )

    def _entry(self, partition: str, counted: dict[str, Counts], written: dict[str, int], version: int, value: str) -> dict[str, Any]:
        from glue_scripts import report
        from glue_scripts.silver_input import Counts

        entry, rows = counted.get(partition, Counts()), written.get(partition, 0)
        snapshot = self._found.get(partition) or next(iter(self._found.values()))
        return {
            "fingerprint": value,
            "delta_version": version,
            "rows_read": entry.read,
            "rows_written": rows,
            "duplicates": entry.good - rows,
            "quarantined": dict(sorted(entry.quarantined.items())),
            "snapshot": snapshot.snapshot,
            "written_at": report.now(),
        }


class Gold(Work):
    """A table from other Delta tables. `locate` tells where an input lies; inputs of a located kind may be absent."""

    def __init__(
        self, arguments: Arguments, transform: Callable[..., DataFrame], schema: StructType, locate: Callable[[str], str] | None
    ) -> None:
        super().__init__(arguments, transform, schema)
        self._optional = locate is not None
        self._uris = {name.split("/")[1]: locate(uri) if locate else uri for name, uri in arguments.inputs.items()}

    def fingerprints(self, last: dict[str, Any]) -> dict[str, str]:
        parts = []
        for name, uri in sorted(self._uris.items()):
            version = delta.version(uri)
            if version is None and not self._optional:
                raise InputError(f"{self.arguments.table}: its input {uri} is no table yet; materialize {name} first")
            parts.append(f"{name} {'-' if version is None else delta.digest(uri, version)}")
        return {"": fingerprint.combine(*parts, self._code)}

    def write(self, last: dict[str, Any], changed: dict[str, str]) -> dict[str, Any]:
        from pyspark.sql import SparkSession

        from glue_scripts import report

        spark = SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()
        say(f"{self.arguments.table}: reading {', '.join(self._uris)}")
        inputs = {name: self._read(spark, uri) for name, uri in self._uris.items()}
        table = delta.conform(self.transform(**inputs), self.schema)
        version = delta.replace(table, self.arguments.output, None, (), 1)
        facts = self.facts(spark, version, {})
        rows = facts["checks"]["rows"]
        say(f"{self.arguments.table}: version {version} has {rows} rows")
        entry = {"fingerprint": changed[""], "delta_version": version, "rows_read": rows, "rows_written": rows, "duplicates": 0}
        return {**facts, "partitions": {"": {**entry, "quarantined": {}, "snapshot": None, "written_at": report.now()}}}

    def _read(self, spark: SparkSession, uri: str) -> DataFrame:
        from glue_scripts import quarantine

        if self._optional and delta.version(uri) is None:
            return spark.createDataFrame([], quarantine.SCHEMA)
        return spark.read.format("delta").load(uri)
