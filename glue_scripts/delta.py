"""Delta tables: what a table's log says, and how a table or some of its partitions are replaced in one commit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from glue_scripts import lake
from glue_scripts.errors import JobError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.types import StructType

ROWS_PER_FILE = 8_000_000  # about 128 MB of a narrow table; a wide one of this size does not occur


def version(uri: str) -> int | None:
    """The newest version in the table's log, None when there is no table."""
    commits = [int(name[:-5]) for name in lake.sizes(f"{uri}/_delta_log") if name.endswith(".json") and name[:-5].isdigit()]
    return max(commits, default=None)


def digest(uri: str, at: int) -> str:
    """SHA-256 of a commit: a table that was made anew has other commits under the same numbers."""
    return hashlib.sha256(_commit(uri, at)).hexdigest()


def added(uri: str, at: int) -> tuple[int, int]:
    """Files and bytes that a commit added."""
    actions = [json.loads(line) for line in _commit(uri, at).splitlines() if line.strip()]
    sizes = [int(action["add"]["size"]) for action in actions if "add" in action]
    return len(sizes), sum(sizes)


def _commit(uri: str, at: int) -> bytes:
    content = lake.read_bytes(f"{uri}/_delta_log/{at:020d}.json")
    if content is None:
        raise JobError(f"{uri} has no commit {at}: the write was lost; run the job again")
    return content


def conform(frame: DataFrame, schema: StructType) -> DataFrame:
    """The columns of `schema`, in its order, of its types, with its descriptions."""
    from pyspark.sql import functions as F  # noqa: N812

    columns = [F.col(field.name).cast(field.dataType).alias(field.name, metadata=field.metadata) for field in schema.fields]
    return frame.select(*columns)


def replace(frame: DataFrame, uri: str, partition_by: str | None, partitions: Sequence[str], files: int) -> int:
    """Replace the table, or the given partitions of it, in one commit. Returns the version of that commit."""
    before = version(uri)
    writer: Any = frame.coalesce(files).write.format("delta").mode("overwrite")
    if partition_by:
        writer = writer.partitionBy(partition_by)
    if partition_by and before is not None:
        # Not partitionOverwriteMode=dynamic, which some engines take for a replacement of the whole table.
        values = ", ".join(f"'{value}'" if not value.isdigit() else value for value in partitions)
        writer = writer.option("replaceWhere", f"{partition_by} IN ({values})")
    else:
        writer = writer.option("overwriteSchema", "true")
    writer.save(uri)
    after = version(uri)
    expected = 0 if before is None else before + 1
    if after != expected:
        raise JobError(f"{uri} is at version {after} after the write, not at {expected}: another writer was there; run the job again")
    return expected
