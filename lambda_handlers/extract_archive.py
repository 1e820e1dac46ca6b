"""Fed by the queue: streams one member of an archive into parts that never change.

Parts are objects before the member's CRC is known, which is at its end. They count for nothing until the manifest lists them, and it is
written only when size and CRC were right.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from lambda_handlers import archive, csv_lines, extraction, lineage, manifest, messages, parts
from lambda_handlers.bronze import GZIP_LEVEL, MANIFEST, SUFFIX, Bronze, describe
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import SourceRejected
from lambda_handlers.messages import ArchiveMessage
from lambda_handlers.ranges import identify
from lambda_handlers.remote_file import RemoteFile
from lambda_handlers.settings import Settings
from lambda_handlers.sqs import PartialBatchResponse

INTERVAL = "member"  # the name of an archive's only interval under _errors/
PART_BYTES = 64 * 1024 * 1024
GZIP_FORMAT = 31  # zlib's window bits for a gzip header, which zlib writes without a time
IN_FLIGHT = 2  # pieces that wait for the compressing thread


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
    with RemoteFile(identity, deadline) as file, ThreadPoolExecutor(max_workers=1) as compressor:
        lines = _lines(file, message.member)
        names = _write_parts(lines, part_bytes, message, planned["planned_at"], bronze, present, compressor)
    manifest.complete(bronze, snapshot, message.source, dict.fromkeys(names), None)


def _lines(file: RemoteFile, member: str) -> Iterator[bytes]:
    content = archive.chunks(file, member)
    return csv_lines.to_ndjson(content) if member.endswith(".csv") else parts.whole_lines(content)


def _write_parts(
    lines: Iterator[bytes],
    part_bytes: int,
    message: ArchiveMessage,
    planned_at: str,
    bronze: Bronze,
    present: set[str],
    compressor: ThreadPoolExecutor,
) -> list[str]:
    """Names of all parts. Those in `present` are only counted off: a try that was cut short left them, with the same bytes."""
    names: list[str] = []
    part: Part | None = None
    waiting: deque[Future[None]] = deque()
    for piece, last in parts.cut(lines, part_bytes):
        if part is None:
            part = Part(message, len(names), planned_at, bronze)
            names.append(part.name)
        if part.name not in present:
            part.rows += piece.count(b"\n")
            waiting.append(compressor.submit(part.add, lineage.splice(piece, part.opening)))
            if last:
                waiting.append(compressor.submit(part.put))
        while len(waiting) > IN_FLIGHT:
            waiting.popleft().result()
        if last:
            part = None
    if part is not None and part.name not in present:
        waiting.append(compressor.submit(part.put))
    for future in waiting:
        future.result()
    return names


class Part:
    """One object in the making. `add` and `put` run on the compressing thread, while the next bytes are read and inflated."""

    def __init__(self, message: ArchiveMessage, number: int, planned_at: str, bronze: Bronze) -> None:
        self.name = f"part-{number:05}{SUFFIX}"
        self.opening = lineage.prefix(
            source=message.source,
            snapshot=message.snapshot.snapshot,
            object_name=self.name,
            page=number,
            extracted_at=planned_at,
            partition=None,
        )
        self._key = message.snapshot.prefix + self.name
        self._bronze = bronze
        self._gzip = zlib.compressobj(GZIP_LEVEL, zlib.DEFLATED, GZIP_FORMAT)
        self._content: list[bytes] = []
        self.rows = 0

    def add(self, lines: bytes) -> None:
        self._content.append(self._gzip.compress(lines))

    def put(self) -> None:
        content = b"".join([*self._content, self._gzip.flush()])
        self._content.clear()
        facts = describe(content, rows=self.rows, total_results=None, stable="true")
        self._bronze.put_if_absent(self._key, content, facts)
