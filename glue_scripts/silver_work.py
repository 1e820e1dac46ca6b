"""The work of a job whose input is a bronze table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from glue_scripts import delta, delta_log, fingerprint, report, sources
from glue_scripts.errors import CountError, InputError
from glue_scripts.reconcile import Written
from glue_scripts.silver_input import Counts, Source
from glue_scripts.silver_writer import Writer
from glue_scripts.work import Work, say, session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments

NO_WHOLE_RUN = "no run of all partitions"  # no input has such a fingerprint


class Silver(Work):
    """A table from the newest complete snapshots of one bronze table."""

    def __init__(self, arguments: Arguments, transform: Callable[..., DataFrame], schema: StructType, source: Source) -> None:
        super().__init__(arguments, transform, schema)
        self._source = source
        self._writer = Writer(arguments, transform, schema, source)
        self._found: dict[str, sources.Snapshot] = {}
        self._seen: dict[str, frozenset[str]] = {}

    def fingerprints(self, last: dict[str, Any]) -> dict[str, str]:
        wanted = self.arguments.partitions
        (uri,) = self.arguments.inputs.values()
        self._found = sources.snapshots(uri, None if self._writer.derived else wanted)
        if not self._found:
            raise InputError(f"{uri} has no complete snapshot{' of ' + ', '.join(wanted) if wanted else ''}; materialize bronze first")
        code = fingerprint.combine(self._code, *self._parents())
        if not self._writer.derived:
            self.failed = {p: "no complete bronze snapshot; materialize bronze first" for p in wanted or () if p not in self._found}
            return {p: fingerprint.combine(s.digest, code) for p, s in self._found.items()}
        whole = fingerprint.combine(*(s.digest for s in self._found.values()), code)
        # "" stands for all that the source has.
        return dict.fromkeys(wanted if wanted is not None else ("", *last.get("partitions", {})), whole)

    def _parents(self) -> list[str]:
        """Digests of the tables that foreign keys name, since orphans are counted by what they hold."""
        found = []
        for column, uri in self.arguments.foreign_keys.items():
            version = delta_log.version(uri)
            if version is None:
                raise InputError(f"{self.arguments.table}: {uri}, the parent of its {column}, is no table yet; materialize it first")
            found.append(delta_log.digest(uri, version))
        return found

    def write(self, last: dict[str, Any], changed: dict[str, str]) -> dict[str, Any]:
        spark = session()
        found = list(self._found.values()) if self._writer.derived else [self._found[partition] for partition in changed]
        say(f"{self.arguments.table}: reading {sum(s.rows for s in found)} rows of {sum(len(s.objects) for s in found)} objects")
        self._seen = sources.verify(found)
        before = delta_log.version(self.arguments.output)
        some = self._writer.derived and self.arguments.partitions is not None
        # Of the partitions that were asked for, those that are as they should be are not read either.
        writer = replace(self._writer, arguments=replace(self.arguments, partitions=tuple(sorted(changed)))) if some else self._writer
        try:
            # Where the whole table is written, all of it is counted, also when only an undone partition asked for the run.
            whole = {""} if self._writer.derived and not some else set()
            counted, written, version = writer.write(spark, found, sorted({*changed, *whole}))
        except CountError:
            delta.restore(self.arguments.output, before)
            raise
        known, value = last.get("partitions", {}), next(iter(changed.values()))
        if some:
            # Rows without a partition belong to every run, but only a run of all partitions makes what "" stands for.
            value = known.get("", {}).get("fingerprint", NO_WHOLE_RUN)
            if "" in known:
                counted.setdefault("", Counts())
        names = sorted({*changed, *counted} if self._writer.derived else changed)
        entries = {p: self._entry(p, counted, written, version, changed.get(p, value)) for p in names}
        say(f"{self.arguments.table}: version {version} has {sum(entry.rows for entry in written.values())} rows of these partitions")
        return self.facts(spark, version, {**known, **entries})

    def _entry(self, partition: str, counted: dict[str, Counts], written: dict[str, Written], version: int, value: str) -> dict[str, Any]:
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
