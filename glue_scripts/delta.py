"""How a Delta table, or some of its partitions, is replaced in one commit that is proved to be ours."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from glue_scripts import delta_commits, delta_log, lake
from glue_scripts.errors import JobError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.types import StructType

FILE_BYTES = 128 * 2**20
GONE = "ggvd.columnsGone"  # in the table's properties: types of the columns that files of partitions that stayed have beyond the schema


def files(of_bytes: int) -> int:
    """In how many files rows are written that take about so many bytes."""
    return max(1, of_bytes // FILE_BYTES)


def conform(frame: DataFrame, schema: StructType) -> DataFrame:
    """The columns of `schema`, in its order, of its types."""
    from pyspark.sql import functions as F  # noqa: N812

    return frame.select(*(F.col(f.name).cast(f.dataType).alias(f.name) for f in schema.fields))


def replace(
    frame: DataFrame,
    uri: str,
    schema: StructType,
    *,
    partition_by: str | None = None,
    partitions: Sequence[str] | None = None,
    files: int = 1,
) -> int:
    """Replace the table, or the given partitions of it, by rows that conform to `schema`. Returns the table's new version.

    A table that is new or whose columns changed gets a commit before, which says what its columns are: engines take a
    schema with its descriptions from the log, and differ in how they write one. Raises JobError when another writer was there.
    """
    token, wanted = uuid.uuid4().hex, schema.jsonValue()
    before = delta_log.version(uri)
    if before is None:
        before = delta_commits.create(uri, wanted, partition_by, token)
    state = delta_log.state(uri, before)
    kept = (
        {str(add["partitionValues"].get(partition_by)) for add in state.files.values()} - set(partitions)
        if partitions is not None
        else set()
    )
    anew = _is_made_anew(uri, state, wanted, partition_by, kept)
    if not anew and state.schema != wanted:
        before = delta_commits.describe(uri, before, _with_gone(state, wanted) if kept else state.metadata, wanted, token)
    if kept:
        # Elements of lists have another name in a table than in a query, by which Sail refuses to put new rows beside those that stay.
        there = frame.sparkSession.read.format("delta").load(uri).limit(0).select(*frame.columns)
        frame = there.unionByName(frame)
    writer: Any = frame.coalesce(files).write.format("delta").mode("overwrite").option("userMetadata", token)
    if partition_by:
        writer = writer.partitionBy(partition_by)
    if anew:
        writer = writer.option("overwriteSchema", "true")
    elif kept:
        # Not partitionOverwriteMode=dynamic, which some engines take for a replacement of the whole table.
        values = ", ".join(value if value.isdigit() else f"'{value}'" for value in partitions or ())
        writer = writer.option("replaceWhere", f"{partition_by} IN ({values})")
    writer.save(uri)
    replaced = len(state.files) if not kept else sum(_partition(add, partition_by) not in kept for add in state.files.values())
    # Nothing in the place of nothing is no change, for which an engine need not make a commit.
    if replaced or delta_log.version(uri) != before:
        before += 1
        _prove(uri, before, token)
    return delta_commits.describe(uri, before, delta_log.state(uri, before).metadata, wanted, token) if anew else before


def _partition(add: delta_log.Action, partition_by: str | None) -> str:
    return str(add["partitionValues"].get(partition_by))


def read_version(spark: SparkSession, uri: str, version: int) -> DataFrame:
    """The rows of an earlier version.

    The log's hint at its newest checkpoint goes first: every reader does without it, and with it Sail misses the commits before.
    """
    lake.delete(f"{uri}/_delta_log/_last_checkpoint")
    return spark.read.format("delta").option("versionAsOf", version).load(uri)


def restore(uri: str, before: int | None) -> None:
    """Undo what came after a version (None: after the table was made), by a commit; what was written stays in the history."""
    now = delta_log.version(uri)
    if now is not None and now != (before or 0):
        delta_commits.restore(uri, delta_log.state(uri, before or 0), now, uuid.uuid4().hex)


def _is_made_anew(uri: str, state: delta_log.State, wanted: Any, partition_by: str | None, kept: set[str]) -> bool:
    """Whether the write has to change what a commit before it cannot: types of columns or the partition column."""
    types = {**_gone(state), **{field["name"]: field["type"] for field in state.schema["fields"]}}
    changed = [field["name"] for field in wanted["fields"] if types.get(field["name"], field["type"]) != field["type"]]
    before = ", ".join(state.metadata["partitionColumns"])
    moved = before != (partition_by or "")
    if moved and kept:
        raise JobError(
            f"{uri} is partitioned by {before or 'nothing'}, and now should be by {partition_by or 'nothing'}, which partitions that stay "
            "cannot follow; delete the table and run the job for all partitions: bronze has what they are made of"
        )
    if changed and kept:
        raise JobError(
            f"{uri}: columns changed their types ({', '.join(changed)}), which partitions that stay cannot follow; "
            "run the job for all partitions"
        )
    return moved or bool(changed)


def _gone(state: delta_log.State) -> dict[str, Any]:
    return dict(json.loads(state.metadata["configuration"].get(GONE, "{}")))


def _with_gone(state: delta_log.State, wanted: Any) -> delta_log.Action:
    """The metaData that also remembers the columns that go: one that comes back as another type could not be read from the old files."""
    names = {field["name"] for field in wanted["fields"]}
    gone = {**_gone(state), **{field["name"]: field["type"] for field in state.schema["fields"] if field["name"] not in names}}
    return {**state.metadata, "configuration": {**state.metadata["configuration"], **({GONE: json.dumps(gone)} if gone else {})}}


def _prove(uri: str, at: int, token: str) -> None:
    """A log on S3 lets the later of two writers take a version that the earlier one had: only its content tells whose it is."""
    info: dict[str, Any] = next((action["commitInfo"] for action in delta_log.commit(uri, at) if "commitInfo" in action), {})
    if info.get("userMetadata") != token:
        raise JobError(f"{uri}: version {at} is by another writer, what this run wrote is lost; run the job again")
    if (after := delta_log.version(uri)) != at:
        raise JobError(f"{uri} is at version {after} after the write, not at {at}: another writer was there; run the job again")
