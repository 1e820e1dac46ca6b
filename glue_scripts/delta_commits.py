"""Our own commits of a Delta log, which write no data file: a table without rows, what its columns are, an earlier state.

Actions: https://github.com/delta-io/delta/blob/master/PROTOCOL.md. Data is written by the engine alone.
"""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

from glue_scripts import delta_log, lake
from glue_scripts.delta_log import Action, State
from glue_scripts.errors import JobError

PROTOCOL = {"minReaderVersion": 1, "minWriterVersion": 2}  # the oldest: every reader of Delta knows it


def create(uri: str, schema: Any, partition_by: str | None, token: str) -> int:
    """The first commit of a table without rows, since engines differ in where they put descriptions of columns. Returns its version."""
    metadata = {
        "id": str(uuid.uuid4()),
        "format": {"provider": "parquet", "options": {}},
        "partitionColumns": [partition_by] if partition_by else [],
        "configuration": {},
        "createdTime": _now(),
    }
    return _append(uri, 0, "CREATE TABLE", token, {"protocol": PROTOCOL}, {"metaData": {**metadata, "schemaString": json.dumps(schema)}})


def describe(uri: str, after: int, metadata: Action, schema: Any, token: str) -> int:
    """A commit that changes what the table says of its columns and no data. Returns its version."""
    return _append(uri, after + 1, "SET COLUMNS", token, {"metaData": {**metadata, "schemaString": json.dumps(schema)}})


def restore(uri: str, to: State, after: int, token: str) -> int:
    """A commit that brings back the files and columns of an earlier state. Returns its version."""
    now, stamp = delta_log.state(uri, after), _now()
    gone = [
        {
            "remove": {
                "path": path,
                "deletionTimestamp": stamp,
                "dataChange": True,
                "partitionValues": add["partitionValues"],
                "size": add["size"],
            }
        }
        for path, add in now.files.items()
        if path not in to.files
    ]
    back = [{"add": {**add, "dataChange": True}} for path, add in to.files.items() if path not in now.files]
    return _append(uri, after + 1, "RESTORE", token, {"metaData": to.metadata}, *gone, *back)


def _append(uri: str, at: int, operation: str, token: str, *actions: Action) -> int:
    path = delta_log.path(uri, at)
    if lake.read_bytes(path) is not None:
        raise JobError(f"{uri}: version {at} is there already, by another writer; run the job again")
    info = {"timestamp": _now(), "operation": operation, "operationParameters": {}, "engineInfo": "glue_scripts", "userMetadata": token}
    lake.write_bytes(path, "".join(json.dumps(action) + "\n" for action in ({"commitInfo": info}, *actions)).encode())
    return at


def _now() -> int:
    return time.time_ns() // 1_000_000
