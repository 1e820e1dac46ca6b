"""The work of a job whose inputs are Delta tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from glue_scripts import delta, delta_log, fingerprint
from glue_scripts.errors import InputError
from glue_scripts.work import Work, say, session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

    from glue_scripts.arguments import Arguments


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
            version = delta_log.version(uri)
            if version is None and not self._optional:
                raise InputError(f"{self.arguments.table}: its input {uri} is no table yet; materialize {name} first")
            parts.append(f"{name} {'-' if version is None else delta_log.digest(uri, version)}")
        return {"": fingerprint.combine(*parts, self._code)}

    def write(self, last: dict[str, Any], changed: dict[str, str]) -> dict[str, Any]:
        from glue_scripts import report

        spark = session()
        say(f"{self.arguments.table}: reading {', '.join(self._uris)}")
        inputs = {name: self._read(spark, uri) for name, uri in self._uris.items()}
        table = delta.conform(self.transform(**inputs), self.schema)
        version = delta.replace(table, self.arguments.output, self.schema)
        facts = self.facts(spark, version, {})
        rows = facts["checks"]["rows"]
        say(f"{self.arguments.table}: version {version} has {rows} rows")
        entry = {"fingerprint": changed[""], "delta_version": version, "rows_read": rows, "rows_written": rows, "duplicates": 0}
        return {**facts, "partitions": {"": {**entry, "quarantined": {}, "snapshot": None, "written_at": report.now()}}}

    def _read(self, spark: SparkSession, uri: str) -> DataFrame:
        from glue_scripts import quarantine

        if self._optional and delta_log.version(uri) is None:
            return spark.createDataFrame([], quarantine.SCHEMA)
        return spark.read.format("delta").load(uri)
