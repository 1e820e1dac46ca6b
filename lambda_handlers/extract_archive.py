"""Fed by the queue: streams one member of an archive into parts that never change.

Parts are objects before the member's CRC is known, which is at its end. They count for nothing until the manifest lists them, and it is
written only when size and CRC were right.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from lambda_handlers import archive, csv_lines, extraction, manifest, messages, parts
from lambda_handlers.bronze import MANIFEST, Bronze
from lambda_handlers.bronze_part import Packed, Part
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import SourceRejected
from lambda_handlers.messages import ArchiveMessage
from lambda_handlers.ranges import identify
from lambda_handlers.remote_file import RemoteFile
from lambda_handlers.settings import Settings
from lambda_handlers.sqs import PartialBatchResponse

INTERVAL = "member"  # the name of an archive's only interval under _errors/
PART_BYTES = 64 * 1024 * 1024
WORKERS = 3  # threads that compress; one of them may be waiting for S3
IN_FLIGHT = 4  # pieces that are compressed or wait for it


def lambda_handler(event: Any, context: Any) -> PartialBatchResponse:
    return extraction.run(event, context, messages.parse_archive, extract, lambda message: INTERVAL)


def extract(message: ArchiveMessage, settings: Settings, bronze: Bronze, deadline: Deadline) -> None:
    """Write the parts of the message's member that are missing, then the manifest. Raises ExtractionError."""
    snapshot = message.snapshot
    present = bronze.names(snapshot)
    if MANIFEST in present:
        return
    planned = manifest.plan_of_message(bronze, snapshot)
    identity = identify(message.url, deadline)
    if identity.snapshot() != snapshot.snapshot or identity.etag != message.etag:
        raise SourceRejected(
            f"{message.url} is now {identity.snapshot()}, no longer {snapshot.snapshot}; start the extraction again for a new snapshot"
        )
    part_bytes = settings.source(settings.table(snapshot.table)).part_bytes or PART_BYTES
    with RemoteFile(identity, deadline) as file, ThreadPoolExecutor(max_workers=WORKERS) as workers:
        lines = _lines(file, message.member)
        names = _write_parts(lines, part_bytes, message, planned["planned_at"], bronze, present, workers)
    manifest.complete(bronze, snapshot, message.source, dict.fromkeys(names), None)


def _lines(file: RemoteFile, member: str) -> Iterator[bytes]:
    content = archive.chunks(file, member)
    return csv_lines.to_ndjson(content) if member.endswith(".csv") else parts.records(content)


def _write_parts(
    lines: Iterator[bytes],
    part_bytes: int,
    message: ArchiveMessage,
    planned_at: str,
    bronze: Bronze,
    present: set[str],
    workers: ThreadPoolExecutor,
) -> list[str]:
    """Names of all parts. Those in `present` a try left that was cut short: they must hold the same lines."""
    names: list[str] = []
    part: Part | None = None
    waiting: deque[tuple[Part, Future[Packed]]] = deque()
    writing = _Writing(workers)
    for piece, last in parts.cut(lines, part_bytes):
        if part is None:
            part = Part(message, len(names), planned_at, bronze, present)
            names.append(part.name)
        part.pieces += 1
        waiting.append((part, workers.submit(part.pack, piece)))
        if last:
            part.cut = True
            part = None
        while len(waiting) > IN_FLIGHT:
            writing.collect(*waiting.popleft())
    if part is not None:
        part.cut = True
    for one, future in waiting:
        writing.collect(one, future)
    writing.finish()
    return names


class _Writing:
    """Puts a part when its last piece was collected, one at a time, so that two parts at most are held."""

    def __init__(self, workers: ThreadPoolExecutor) -> None:
        self._workers = workers
        self._put: Future[None] | None = None

    def collect(self, part: Part, future: Future[Packed]) -> None:
        part.add(*future.result())
        if part.cut and not part.pieces:
            self.finish()
            self._put = self._workers.submit(part.put)

    def finish(self) -> None:
        if self._put is not None:
            self._put.result()
