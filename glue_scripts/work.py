"""What every job does whichever its layer: tell what changed since the last report, and report on the table that it wrote."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glue_scripts import delta_log, fingerprint

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments


RESTORED = "restored from version "  # no input has such a fingerprint, so an undo lasts until the next run of the partition


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def session() -> SparkSession:
    """The engine that the environment names; times are UTC."""
    from pyspark.sql import SparkSession

    return SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate()


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
        changed = {p: value for p, value in now.items() if self.arguments.force or known.get(p, {}).get("fingerprint") != value}
        for partition in changed:
            if (was := str(known.get(partition, {}).get("fingerprint"))).startswith(RESTORED):
                say(f"{self.arguments.table} {partition}: {was}; this run makes it anew from its inputs".replace("  ", " "))
        return changed

    def facts(self, spark: SparkSession, version: int, partitions: dict[str, Any]) -> dict[str, Any]:
        """The report's facts on the whole table at `version`."""
        from glue_scripts import checks, report

        table = spark.read.format("delta").load(self.arguments.output)
        state = delta_log.state(self.arguments.output, version)
        return {
            "delta_version": version,
            "uri": self.arguments.output,
            "bytes": state.bytes,
            "files": len(state.files),
            "quarantine_version": delta_log.version(self.arguments.quarantine) if self.arguments.quarantine else None,
            "schema": report.columns(self.schema),
            "partitions": partitions,
            "checks": checks.checks(spark, table, self.arguments),
            "preview": checks.preview(table, self.arguments.key),
        }
