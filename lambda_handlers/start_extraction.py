"""Invoked by Dagster: plans a snapshot and puts its missing intervals on the queue. Doing it again resumes what is incomplete."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from lambda_handlers import archive_plan, manifest, messages, redaction, settings, sqs, tmdb, windows
from lambda_handlers.bronze import MANIFEST, Bronze, Snapshot
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import BadRequest
from lambda_handlers.messages import ArchiveMessage, TmdbMessage
from lambda_handlers.settings import Settings, Source, Table

BURST = 100  # requests close to the source's whole rate, after that at the function's share of it
FIELDS = {"table", "partitions", "snapshot"}


def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
    """Answers `{"table", "snapshots": [{"partition", "snapshot", "prefix", "intervals", "state", "total_results"}]}`.

    Raises BadRequest, SourceRejected, SourceUnavailable or SettingsError; the text of each begins with its class.
    """
    redaction.install()
    if not isinstance(event, dict) or "table" not in event or not set(event) <= FIELDS:
        raise BadRequest(f"the event must be an object with table, partitions and snapshot, not {str(event)[:200]}")
    configuration = settings.from_environment()
    table = configuration.table(event["table"])
    bronze, deadline = Bronze(configuration.bucket), Deadline(context)
    if table.member:
        snapshots = [_start_archive(event, table, configuration, bronze, deadline)]
    else:
        snapshots = _start_tmdb(_requested(event, table), table, configuration, bronze, deadline)
    return {"table": table.name, "snapshots": snapshots}


def _requested(event: dict[str, Any], table: Table) -> list[Snapshot]:
    partitions, day = event.get("partitions"), event.get("snapshot") or datetime.now(UTC).date().isoformat()
    if not isinstance(partitions, list) or not partitions:
        raise BadRequest(f"table {table.name} is partitioned by {table.partitions}: give a list of partitions, not {partitions!r}")
    try:
        written = date.fromisoformat(day).isoformat()
    except (TypeError, ValueError) as error:
        raise BadRequest(f"{day!r} is no date: snapshots of table {table.name} are named by their logical date") from error
    if day != written:
        raise BadRequest(f"snapshot {day!r} must be written {written}: readers take the one whose name sorts last")
    # Each once: snapshots compare by their fields, and all are checked before the first is planned.
    return list(dict.fromkeys(messages.snapshot_of(table, partition, day) for partition in partitions))


def _start_tmdb(
    snapshots: list[Snapshot], table: Table, configuration: Settings, bronze: Bronze, deadline: Deadline
) -> list[dict[str, Any]]:
    def enqueue(snapshot: Snapshot, planned: dict[str, Any]) -> dict[str, Any]:
        missing = manifest.complete_planned(bronze, snapshot, planned)
        return _enqueue(snapshot, planned, missing, configuration.queue_url(table))

    # All are planned before the first message: nothing is extracted meanwhile that would share the source's limit with the planning.
    planned = [(snapshot, _planned(snapshot, table, configuration, bronze, deadline)) for snapshot in snapshots]
    return [enqueue(*one) for one in planned]


def _planned(snapshot: Snapshot, table: Table, configuration: Settings, bronze: Bronze, deadline: Deadline) -> dict[str, Any]:
    deadline.check(f"planning {snapshot.prefix}")
    planned = manifest.plan(bronze, snapshot)
    if planned is None:
        source = configuration.source(table)
        intervals, total = _intervals(tmdb.connect(configuration, source, deadline, BURST), snapshot, source)
        planned = manifest.write_plan(bronze, snapshot, source.name, intervals, total)
    return planned


def _intervals(client: tmdb.TmdbClient, snapshot: Snapshot, source: Source) -> tuple[list[dict[str, Any]], int]:
    found: list[dict[str, Any]] = []
    total = 0
    for window, count in windows.readable(windows.year(str(snapshot.partition)), client.count):
        total += count.results
        for first, last in windows.intervals(count.pages, source.pages_per_message or 1):
            message = TmdbMessage(snapshot, source.name, window, first, last)
            found.append({"object": message.object_name, "message": message.to_dict(), "total_results": count.results})
    return found, total


def _start_archive(event: dict[str, Any], table: Table, configuration: Settings, bronze: Bronze, deadline: Deadline) -> dict[str, Any]:
    if event.get("partitions") is not None:
        raise BadRequest(f"table {table.name} has no partitions, but {event['partitions']!r} were asked for")
    message = archive_plan.message(table, configuration.source(table), deadline)
    wanted = event.get("snapshot")
    if wanted is not None and wanted != message.snapshot.snapshot:
        raise BadRequest(
            f"the archive {message.url} is now snapshot {message.snapshot.snapshot}, so {wanted!r} cannot be read; leave it out"
        )
    interval = {"object": None, "message": message.to_dict(), "total_results": None}
    planned = manifest.plan(bronze, message.snapshot) or manifest.write_plan(bronze, message.snapshot, message.source, [interval], None)
    missing = [] if MANIFEST in bronze.names(message.snapshot) else planned["intervals"]
    _refuse_other_plan(planned["intervals"][0]["message"], message, bool(missing))
    return _enqueue(message.snapshot, planned, missing, configuration.queue_url(table))


def _refuse_other_plan(theirs: dict[str, Any], ours: ArchiveMessage, unfinished: bool) -> None:
    """The settings may have changed since: what was read of another member is not ours, and nobody takes a message with another address."""
    if theirs["member"] != ours.member or (unfinished and theirs["url"] != ours.url):
        raise BadRequest(
            f"snapshot {ours.snapshot.prefix} was planned for member {theirs['member']!r} of {theirs['url']}, and the table is now "
            f"{ours.member!r} of {ours.url}; delete the objects below {ours.snapshot.prefix}, then start the extraction again"
        )


def _enqueue(snapshot: Snapshot, planned: dict[str, Any], missing: list[dict[str, Any]], queue_url: str) -> dict[str, Any]:
    sqs.send(queue_url, [interval["message"] for interval in missing])
    return {
        "partition": snapshot.partition,
        "snapshot": snapshot.snapshot,
        "prefix": snapshot.prefix,
        "intervals": len(planned["intervals"]),
        "state": "enqueued" if missing else "complete",
        "total_results": planned["total_results"],
    }
