"""What was asked and what came of it, one operation a line; and the verdict on what is there at the end."""

import itertools
import json
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field


class UnknownOutcomeError(Exception):
    """Whether the operation was done cannot be known: its answer was lost."""


class RefusedError(Exception):
    """The operation was surely not done, or said that it failed."""


@dataclass
class History:
    """Operations as they begin (`invoke`) and end (`ok`, `fail`, `unknown`), also written to `file` as NDJSON."""

    file: object = None
    entries: list = field(default_factory=list)
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)
    started: float = field(default_factory=time.monotonic)

    def note(self, **entry):
        with self.lock:
            entry = {"at": round(time.monotonic() - self.started, 3), **entry}
            self.entries.append(entry)
            if self.file:
                self.file.write(json.dumps(entry) + "\n")
                self.file.flush()

    @contextmanager
    def operation(self, kind, **what):
        """Give the dict that `ok` will carry. Unknown outcomes and refusals end here; they are part of the run."""
        number, answer = next(self.numbers), {}
        self.note(op=number, type="invoke", kind=kind, **what)
        try:
            yield answer
        except (UnknownOutcomeError, RefusedError) as error:
            self.note(op=number, type="unknown" if isinstance(error, UnknownOutcomeError) else "fail", kind=kind, error=str(error)[:300])
        else:
            self.note(op=number, type="ok", kind=kind, **answer)

    def of(self, kind, *types):
        return [entry for entry in self.entries if entry.get("kind") == kind and entry["type"] in types]


@dataclass(frozen=True)
class Version:
    """A version of the table's log that wrote rows, and the token of who wrote it."""

    number: int
    token: str


def verdict(history, rows_of_year, read, versions):
    """Every violation, one line each; empty when the run is sound.

    `rows_of_year` are the ids that the source has of a year, `read` the ids of all rows at the end, doubles included.
    """
    attempted = {row for entry in history.of("extract", "invoke") for row in rows_of_year(entry["year"])}
    acknowledged = {row for entry in history.of("job", "ok") for year in entry["years"] for row in rows_of_year(year)}
    counted = Counter(read)
    found = {
        "lost (acknowledged, not there)": acknowledged - set(counted),
        "phantom (there, never asked for)": set(counted) - attempted,
        "doubled": {row for row, times in counted.items() if times > 1},
    }
    problems = [f"{len(rows)} rows {what}: {sorted(rows)[:10]}" for what, rows in found.items() if rows]
    return [*problems, *_commits(history, versions)]


def _commits(history, versions):
    """Each acknowledged commit is a version of its own, and no version is there that no operation can have made."""
    said = [entry["version"] for entry in history.of("job", "ok") if entry["written"]]
    there = {version.number for version in versions}
    open_ends = len(history.of("job", "unknown", "fail"))
    problems = [f"version {number} was acknowledged {times} times" for number, times in Counter(said).items() if times > 1]
    problems += [f"version {number} was acknowledged and is not there" for number in sorted(set(said) - there)]
    if len(there - set(said)) > open_ends:
        problems.append(f"versions {sorted(there - set(said))} were acknowledged by nobody; only {open_ends} operations ended unknown")
    tokens = Counter(version.token for version in versions)
    return problems + [f"{times} versions bear the token {token}" for token, times in tokens.items() if times > 1]
