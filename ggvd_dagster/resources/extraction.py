"""Extractions: ask the start function for snapshots, then watch S3 until each is complete or its messages are dead."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.resources import clients
from ggvd_dagster.resources.dead_letters import DeadLetters
from ggvd_dagster.resources.lake import Lake

SUFFIX = ".ndjson.gz"
START = "start-extraction"


class ExtractionRefused(GgvdError):  # noqa: N818
    """The start function refused; `kind` is the class of its error (SourceRejected, SourceUnavailable, BadRequest ...)."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class IntervalsDied(GgvdError):  # noqa: N818
    """Intervals ended in the dead-letter queue; the message names each with its reason, and how to redrive them."""


class ExtractionTooSlow(GgvdError):  # noqa: N818
    """The snapshots were not complete at the deadline; nothing is lost and materializing again resumes."""


@dataclass
class Snapshot:
    """One snapshot while it grows. `done` counts its objects in S3, `planned` its intervals (for archives one, of many parts)."""

    partition: str | None
    snapshot: str
    prefix: str
    planned: int
    complete: bool
    done: int = 0


class Extraction(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Starts extractions and waits for them, at most `deadline_seconds`."""

    deadline_seconds: float = 7200
    slowest_poll: float = 3

    def run(
        self, log: Any, lake: Lake, table: str, partitions: Sequence[str] | None, snapshot: str | None
    ) -> list[tuple[Snapshot, dict[str, Any]]]:
        """Snapshots of bronze table `table` (without the layer), each with its manifest.

        Raises ExtractionRefused, IntervalsDied, ExtractionTooSlow.
        """
        names = naming.from_environment()
        entry = names.platform.table(f"bronze/{table}")
        queue = "extract-archive" if entry.member else "extract-tmdb"
        letters = DeadLetters(clients.client("sqs"), names.dead_letter_queue(queue))
        letters.remember()
        snapshots = start(names, table, partitions, snapshot)
        self._wait(log, lake, names.bucket("bronze"), queue, letters, snapshots)
        return [(s, lake.read_json(names.bucket("bronze"), f"{s.prefix}{naming.MANIFEST}") or {}) for s in snapshots]

    def _wait(self, log: Any, lake: Lake, bucket: str, queue: str, letters: DeadLetters, snapshots: list[Snapshot]) -> None:
        deadline, told, warned = time.monotonic() + self.deadline_seconds, (-1, -1), set[str]()
        delays = clients.delays(most=self.slowest_poll)
        while pending := [s for s in snapshots if not s.complete]:
            for snapshot in pending:
                self._look(log, lake, bucket, snapshot, warned)
            counts = (sum(s.complete for s in snapshots), sum(s.done for s in snapshots))
            if counts != told:
                planned = sum(s.planned for s in snapshots)
                log.info(f"{counts[1]} objects of {planned} intervals are there; {counts[0]} of {len(snapshots)} snapshots complete")
                told, delays = counts, clients.delays(most=self.slowest_poll)
            pending = [s for s in pending if not s.complete]
            if pending and (dead := _dead(lake, bucket, letters, pending)):
                raise IntervalsDied(_say(dead, queue))
            if pending and time.monotonic() > deadline:
                raise ExtractionTooSlow(
                    f"{len(pending)} of {len(snapshots)} snapshots are not complete after {self.deadline_seconds:.0f} s, the first at "
                    f"s3://{bucket}/{pending[0].prefix}. See its _errors/ and the log of the function; materialize again to go on waiting."
                )
            if pending:
                time.sleep(next(delays))

    def _look(self, log: Any, lake: Lake, bucket: str, snapshot: Snapshot, warned: set[str]) -> None:
        present = [key.removeprefix(snapshot.prefix) for key in lake.listing(bucket, snapshot.prefix)]
        snapshot.complete, snapshot.done = naming.MANIFEST in present, sum(key.endswith(SUFFIX) for key in present)
        for key in (f"{snapshot.prefix}{key}" for key in present if key.startswith("_errors/")):
            if key not in warned:
                warned.add(key)
                log.warning(f"s3://{bucket}/{key}: {_reason(lake.read_json(bucket, key))}; the queue tries again")


def start(names: naming.Names, table: str, partitions: Sequence[str] | None, snapshot: str | None) -> list[Snapshot]:
    """Invoke the start function once: never again by itself, and for as long as it may run. Raises ExtractionRefused."""
    timeout = names.platform.functions[START].timeout_seconds + 10
    event = {"table": table, "partitions": list(partitions) if partitions else None, "snapshot": snapshot}
    answer = clients.client("lambda", once=True, read_timeout=timeout).invoke(FunctionName=names.function(START), Payload=json.dumps(event))
    payload = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError"):
        message = str((payload or {}).get("errorMessage", payload))
        kind, colon, _ = message.partition(":")
        raise ExtractionRefused(kind if colon and kind.isidentifier() else str((payload or {}).get("errorType", "Unknown")), message)
    return [
        Snapshot(s["partition"], s["snapshot"], s["prefix"], s["intervals"], done := s["state"] == "complete", s["intervals"] * done)
        for s in payload["snapshots"]
    ]


def _dead(lake: Lake, bucket: str, letters: DeadLetters, pending: list[Snapshot]) -> dict[str, str]:
    """Reason of each dead interval, by its URI; empty as long as intervals that are not dead are still missing."""
    arrived, dead = letters.arrived(), dict[str, str]()
    for snapshot in pending:
        ours = [m for m in arrived if (m.get("partition"), m.get("snapshot")) == (snapshot.partition, snapshot.snapshot)]
        if not ours:
            return {}
        plan = lake.read_json(bucket, f"{snapshot.prefix}{naming.PLAN}") or {"intervals": []}
        present = {key.removeprefix(snapshot.prefix) for key in lake.listing(bucket, snapshot.prefix)}
        missing = [i for i in plan["intervals"] if i["object"] not in present]
        if any(interval["message"] not in ours for interval in missing):
            return {}
        for interval in missing:
            name = (interval["object"] or "member").removesuffix(SUFFIX)
            dead[f"s3://{bucket}/{snapshot.prefix}{name}"] = _reason(lake.read_json(bucket, f"{snapshot.prefix}_errors/{name}.json"))
    return dead


def _reason(error: dict[str, Any] | None) -> str:
    return f"{error['class']}: {error['message']}" if error else "no reason was written; see the log of the function"


def _say(dead: dict[str, str], queue: str) -> str:
    lines = "\n".join(f"  {interval}: {reason}" for interval, reason in dead.items())
    return f"{len(dead)} intervals ended in the dead-letter queue of {queue}:\n{lines}\nRepair the cause, then: ggvd redrive {queue}"
