"""Undo: a table, or some of its partitions, as an earlier version had them, written by the engine in one new commit."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from glue_scripts import delta, delta_log, lake
from glue_scripts.errors import CountError, JobError
from glue_scripts.work import RESTORED, Work, say, session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments


def make(work: Work) -> dict[str, Any]:
    """Bring `--restore_version` back and return the report. A run of the same token that did it already has its report again.

    Raises JobError when the version, its files or a partition are not there, or its columns are not those of the code.
    """
    from glue_scripts import rejected, report

    started, a = time.monotonic(), work.arguments
    last = report.last(a.report, a.output)
    if last.get("status") == "restored" and a.run_token and last.get("run_token") == a.run_token:
        return last
    to = int(a.restore_version or 0)
    kept = report.at(a.report, to)
    before, names = _checked(a, to, kept)
    spark = session()
    frame = _rows(spark, a, to, work.schema)
    expected = _counted(frame, a)
    unusable = _quarantined(spark, a, kept, names)
    say(f"{a.table}: bringing back {sum(expected.values())} rows of version {to}")
    chosen = names if a.partitions else None
    files = 1 if a.partitions else delta.files(delta_log.state(a.output, to).bytes)
    version = delta.replace(frame, a.output, work.schema, partition_by=a.partition_by, partitions=chosen, files=files)
    entries = _entries(spark, a, kept, names, version)
    if lost := {p: entry["rows_written"] for p, entry in entries.items() if entry["rows_written"] != expected.get(p, 0)}:
        delta.restore(a.output, before)
        raise CountError(f"{a.table}: version {to} has {expected} rows, {lost} were written; the table is as before, run the job again")
    if unusable is not None:
        rejected.replace(unusable, a, names)
    result = {
        "table": a.table,
        "run_token": a.run_token,
        "status": "restored",
        "restored": {"from_version": before, "to_version": to, "partitions": names, "rows": sum(expected.values())},
        **work.facts(spark, version, {**last.get("partitions", {}), **entries}),
        "failed": {},
        "seconds": round(time.monotonic() - started, 3),
    }
    report.write(a.report, result)
    say(f"{a.table}: version {version} is what version {to} was")
    return result


def _checked(a: Arguments, to: int, kept: dict[str, Any]) -> tuple[int, list[str]]:
    """The table's version now, and the partitions that this is about: without `--partitions` all of the two versions."""
    now = delta_log.version(a.output)
    if now is None:
        raise JobError(f"{a.table}: there is no table at {a.output}, so nothing to undo")
    if to > now:
        raise JobError(f"{a.table} has no version {to}; its newest is {now}")
    try:
        old = delta_log.state(a.output, to)
    except JobError as error:
        raise JobError(f"{a.table}: version {to} is no longer in the log ({error}); choose a newer one") from error
    then, today = _paths(old, a), _paths(delta_log.state(a.output, now), a)
    known = {*then, *kept.get("partitions", {})}
    names = sorted(a.partitions or known | set(today))
    if strange := [name for name in a.partitions or () if name not in known]:
        raise JobError(f"{a.table}: version {to} has no partition {', '.join(strange)}; choose a version that has it")
    if not known:
        raise JobError(f"{a.table}: version {to} has no rows; choose a version that a job reported")
    if all(then.get(name) == today.get(name) for name in names):
        what = " ".join((a.table, *(a.partitions or ())))
        raise JobError(f"{what}: nothing changed since version {to}, so there is nothing to undo")
    _have_files(a.table, a.output, to, set().union(*(then.get(name, set()) for name in names)))
    return now, names


def _have_files(table: str, uri: str, version: int, paths: set[str]) -> None:
    """Data files live on until they are vacuumed, and a read of what is gone fails late and unclear."""
    if gone := paths - set(lake.sizes(uri)):
        raise JobError(f"{table}: {len(gone)} of {len(paths)} data files of version {version} are gone (vacuumed); choose a newer version")


def _paths(state: delta_log.State, a: Arguments) -> dict[str, set[str]]:
    """Data files of each partition, "" where the table has none."""
    found: dict[str, set[str]] = {}
    for path, add in state.files.items():
        found.setdefault(str(add["partitionValues"].get(a.partition_by)) if a.partition_by else "", set()).add(path)
    return found


def _rows(spark: SparkSession, a: Arguments, to: int, schema: StructType) -> DataFrame:
    """Rows of the version in the columns of today's code. Newer columns are null; older ones must not vanish unseen."""
    from pyspark.sql import functions as F  # noqa: N812

    frame = delta.read_version(spark, a.output, to)
    wanted = {field.name: field.dataType.simpleString() for field in schema.fields}
    if strange := [field.name for field in frame.schema.fields if wanted.get(field.name) != field.dataType.simpleString()]:
        raise JobError(f"{a.table}: version {to} has other columns than the code ({', '.join(strange)}); deploy the code of then first")
    if a.partitions:
        frame = frame.where(F.col(str(a.partition_by)).isin(*(int(value) for value in a.partitions)))
    for name in sorted(set(wanted) - set(frame.columns)):
        frame = frame.withColumn(name, F.lit(None))
    return delta.conform(frame, schema)


def _counted(frame: DataFrame, a: Arguments) -> dict[str, int]:
    from pyspark.sql import functions as F  # noqa: N812

    column = F.col(a.partition_by).cast("string") if a.partition_by else F.lit("")
    return {row["p"]: int(row["n"]) for row in frame.groupBy(column.alias("p")).agg(F.count(F.lit(1)).alias("n")).collect()}


def _entries(spark: SparkSession, a: Arguments, kept: dict[str, Any], names: Sequence[str], version: int) -> dict[str, Any]:
    """What the version's own report said of the partitions; a version without one says no more than its rows do."""
    from glue_scripts import reconcile, report

    written = reconcile.written(spark, a, names)
    found = {}
    for name in names:
        there = written.get(name, reconcile.Written())
        bare = {"rows_read": there.stands_for, "duplicates": there.stands_for - there.rows, "quarantined": {}, "snapshot": None}
        mine = {"rows_written": there.rows, "fingerprint": f"{RESTORED}{a.restore_version}", "delta_version": version}
        found[name] = {**bare, **kept.get("partitions", {}).get(name, {}), **mine, "written_at": report.now()}
    return found


def _quarantined(spark: SparkSession, a: Arguments, kept: dict[str, Any], names: list[str]) -> DataFrame | None:
    """The rows that the version could not use, so that all rows still add up; None where the quarantine stays. May raise JobError."""
    from pyspark.sql import functions as F  # noqa: N812

    from glue_scripts import quarantine

    uri, then = a.quarantine, kept.get("quarantine_version")
    if uri is None or not kept or delta_log.version(uri) in (None, then):
        return None
    if then is None:
        return spark.createDataFrame([], quarantine.SCHEMA)
    _have_files(f"{a.table}, its quarantine", uri, then, set(delta_log.state(uri, then).files))
    return delta.read_version(spark, uri, then).where(F.col("partition").isin(*names))
