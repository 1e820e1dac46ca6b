"""A Delta log as objects of the lake: its commits, and the state they add up to.

Actions and files: https://github.com/delta-io/delta/blob/master/PROTOCOL.md. Data is written by the engine alone.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from glue_scripts import lake
from glue_scripts.errors import JobError

SAME_ROWS = "ggvdSameRowsAs"  # in the info of a commit that only arranges rows anew: the digest of the one that wrote them
CLUSTERED_BY = "ggvdClusteredBy"  # in the info of a commit whose files are sorted: by which column
MAPS = ("partitionValues", "configuration", "tags", "options")
Action = dict[str, Any]


@dataclass
class State:
    """A version of a table: its metaData action, and the add action of each data file by path."""

    metadata: Action = field(default_factory=dict)
    files: dict[str, Action] = field(default_factory=dict)

    @property
    def schema(self) -> Any:
        return json.loads(self.metadata["schemaString"])

    @property
    def bytes(self) -> int:
        return sum(int(add["size"]) for add in self.files.values())

    def apply(self, actions: Iterable[Action]) -> None:
        for action in actions:
            if add := action.get("add"):
                self.files[add["path"]] = add
            elif remove := action.get("remove"):
                self.files.pop(remove["path"], None)
            elif metadata := action.get("metaData"):
                self.metadata = metadata


def path(uri: str, at: int) -> str:
    """Where a commit is."""
    return f"{uri}/_delta_log/{at:020d}.json"


def version(uri: str) -> int | None:
    """The newest version in the table's log, None when there is no table."""
    commits = [int(name[:-5]) for name in lake.sizes(f"{uri}/_delta_log") if name.endswith(".json") and name[:-5].isdigit()]
    return max(commits, default=None)


def digest(uri: str, at: int) -> str:
    """SHA-256 of the commit that wrote the rows of a version: a table that was made anew has other commits under the same numbers."""
    content = _content(uri, at)
    return str(_info(content).get(SAME_ROWS) or hashlib.sha256(content).hexdigest())


def clustered(uri: str, of: State, column: str) -> set[str]:
    """Files of a state that a maintenance sorted by a column, as far back as the log goes."""
    found: set[str] = set()
    unknown = set(of.files)
    numbers = sorted(int(name[:-5]) for name in lake.sizes(f"{uri}/_delta_log") if name.endswith(".json") and name[:-5].isdigit())
    for number in reversed(numbers):
        if not unknown:
            break
        content = _content(uri, number)
        added = {add["path"] for action in _actions(content) if (add := action.get("add"))} & unknown
        unknown -= added
        if _info(content).get(CLUSTERED_BY) == column:
            found |= added
    return found


def commit(uri: str, at: int) -> list[Action]:
    """The actions of one commit. Raises JobError when there is none."""
    return _actions(_content(uri, at))


def state(uri: str, at: int) -> State:
    """The table at a version: its last checkpoint and the commits after it."""
    found, first = State(), 0
    checkpoints: dict[int, list[str]] = {}
    for name in lake.sizes(f"{uri}/_delta_log"):
        if ".checkpoint." in name and name.endswith(".parquet") and int(name[:20]) <= at:
            checkpoints.setdefault(int(name[:20]), []).append(name)
    if checkpoints:
        first = max(checkpoints) + 1
        for name in checkpoints[first - 1]:
            found.apply(_checkpoint(f"{uri}/_delta_log/{name}"))
    for number in range(first, at + 1):
        found.apply(commit(uri, number))
    return found


def _checkpoint(uri: str) -> Iterator[Action]:
    from pyarrow import parquet

    table = parquet.read_table(io.BytesIO(lake.read_bytes(uri) or b""), columns=["add", "metaData"])
    for row in table.to_pylist():
        yield from ({kind: _as_in_a_commit(row[kind])} for kind in ("add", "metaData") if row[kind])


def _as_in_a_commit(action: Action) -> Action:
    """A checkpoint's action, as JSON has it: maps come as lists of pairs, fields without a value as null, statistics parsed, too."""
    return {
        name: dict(value) if name in MAPS else _as_in_a_commit(value) if isinstance(value, dict) else value
        for name, value in action.items()
        if value is not None and not name.endswith("_parsed")
    }


def _actions(content: bytes) -> list[Action]:
    return [json.loads(line) for line in content.splitlines() if line.strip()]


def _info(content: bytes) -> Action:
    return next((action["commitInfo"] for action in _actions(content) if "commitInfo" in action), {})


def _content(uri: str, at: int) -> bytes:
    content = lake.read_bytes(path(uri, at))
    if content is None:
        raise JobError(f"{uri} has no commit {at}: the write was lost; run the job again")
    return content
