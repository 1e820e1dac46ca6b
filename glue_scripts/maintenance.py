"""Maintenance: the same rows in fewer and sorted files, without what no version within the retention needs, and with a checkpoint.

By delta-rs, since of the engines only Spark can. Its commits say that they change no rows (`SAME_ROWS`), so what is made of the table is
not made anew. Doing it again does nothing.
"""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Any

from glue_scripts import delta, delta_log, lake
from glue_scripts.delta_log import CLUSTERED_BY, SAME_ROWS
from glue_scripts.errors import JobError
from glue_scripts.work import Work, say

if TYPE_CHECKING:
    from deltalake import DeltaTable

SMALL_BYTES = 2**20  # a partition below it is read whole anyway
GROUPS = 128  # row groups of a sorted partition: a query of one key reads one or two of them
FEWEST_ROWS, MOST_ROWS = 4096, 131_072  # of a row group
SORT_BYTES = 2 * 2**30  # of memory; what does not fit goes to the disk


def make(work: Work) -> dict[str, Any]:
    """Maintain the table and its quarantine, and return the table's report with what was done.

    Raises JobError when there is no table, or it is not the one that the last report tells of.
    """
    from glue_scripts import report

    started, a = time.monotonic(), work.arguments
    last = report.last(a.report, a.output)
    if not last:
        raise JobError(f"{a.table}: no report tells of the table as it is at {a.output}; materialize it, then maintain it")
    hours = a.maintain or 0
    done = _maintain(a.output, hours, a.cluster_by, a.partition_by)
    if a.quarantine and delta_log.version(a.quarantine) is not None:
        _maintain(a.quarantine, hours, None, None)
    version = int(done["version"])
    last.pop("restored", None)
    result = {
        **last,
        "run_token": a.run_token,
        "status": "maintained",
        "delta_version": version,
        "bytes": done["after"]["bytes"],
        "files": done["after"]["files"],
        "quarantine_version": delta_log.version(a.quarantine) if a.quarantine else None,
        "maintained": {name: done[name] for name in ("before", "after", "rewritten", "vacuumed", "checkpoint")},
        "failed": {},
        "seconds": round(time.monotonic() - started, 3),
    }
    report.write(a.report, result)
    return result


def _maintain(uri: str, hours: int, cluster_by: str | None, partition_by: str | None) -> dict[str, Any]:
    from deltalake import DeltaTable

    before = delta_log.version(uri) or 0
    state = delta_log.state(uri, before)
    table = DeltaTable(uri, storage_options={**_addressing()})
    marks = {SAME_ROWS: delta_log.digest(uri, before)}
    rewritten = _cluster(table, uri, state, cluster_by, partition_by, marks) if cluster_by else 0
    rows = _rows_per_group(state, partition_by)
    rewritten += int(
        table.optimize.compact(target_size=delta.FILE_BYTES, writer_properties=_properties(rows), **_commit(marks))["numFilesRemoved"]
    )
    vacuumed = table.vacuum(hours, dry_run=True, full=True)
    if vacuumed:
        table.vacuum(hours, dry_run=False, full=True, **_commit(marks))
    version = delta_log.version(uri) or 0
    checkpoint = f"{version:020d}.checkpoint.parquet" not in lake.sizes(f"{uri}/_delta_log")
    if checkpoint:
        table.update_incremental()
        table.create_checkpoint()
        # The hint at the newest checkpoint is optional, and with it Sail does not find the commits of versions before.
        lake.delete(f"{uri}/_delta_log/_last_checkpoint")
    after = delta_log.state(uri, version)
    say(f"{uri}: {len(state.files)} files are {len(after.files)} now, {rewritten} rewritten, {len(vacuumed)} vacuumed, version {version}")
    facts = {
        name: {"version": at, "files": len(s.files), "bytes": s.bytes}
        for name, at, s in (("before", before, state), ("after", version, after))
    }
    return {**facts, "version": version, "rewritten": rewritten, "vacuumed": len(vacuumed), "checkpoint": checkpoint}


def _cluster(table: DeltaTable, uri: str, state: delta_log.State, column: str, partition_by: str | None, marks: dict[str, str]) -> int:
    """Sort the partitions that are worth it and have a file which no earlier maintenance sorted. Returns how many files were rewritten."""
    sorted_files = delta_log.clustered(uri, state, column)
    sizes: dict[str, int] = {}
    wanted: set[str] = set()
    for path, add in state.files.items():
        partition = str(add["partitionValues"].get(partition_by)) if partition_by else ""
        sizes[partition] = sizes.get(partition, 0) + int(add["size"])
        if path not in sorted_files:
            wanted.add(partition)
    chosen = sorted(partition for partition in wanted if sizes[partition] >= SMALL_BYTES)
    if not chosen:
        return 0
    say(f"{uri}: sorting by {column}" + (f" in {len(chosen)} partitions" if partition_by else ""))
    filters = [(partition_by, "in", chosen)] if partition_by else None
    done = table.optimize.z_order(
        [column],
        partition_filters=filters,
        target_size=delta.FILE_BYTES,
        max_spill_size=SORT_BYTES,
        writer_properties=_properties(_rows_per_group(state, partition_by)),
        **_commit({**marks, CLUSTERED_BY: column}),
    )
    return int(done["numFilesRemoved"])


def _rows_per_group(state: delta_log.State, partition_by: str | None) -> int:
    """GROUPS of them are a partition of middling size, by the rows that the log counts."""
    partitions = {str(add["partitionValues"].get(partition_by)) for add in state.files.values()} if partition_by else {""}
    rows = sum(int(json.loads(add.get("stats") or "{}").get("numRecords") or MOST_ROWS) for add in state.files.values())
    return min(MOST_ROWS, max(FEWEST_ROWS, rows // max(1, len(partitions)) // GROUPS))


def _properties(rows_per_group: int) -> Any:
    from deltalake import WriterProperties

    return WriterProperties(compression="ZSTD", max_row_group_size=rows_per_group)


def _commit(marks: dict[str, str]) -> dict[str, Any]:
    from deltalake import CommitProperties, PostCommitHookProperties

    hooks = PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)
    return {"commit_properties": CommitProperties(custom_metadata=marks), "post_commithook_properties": hooks}


def _addressing() -> dict[str, str]:
    """Where S3 is, for clients that do not take all of it from the environment."""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return {"AWS_REGION": region} if region else {}
