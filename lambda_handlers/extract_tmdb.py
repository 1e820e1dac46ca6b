"""Fed by the queue: reads one interval of TMDB's pages and writes it as one object that never changes."""

from __future__ import annotations

from typing import Any

from lambda_handlers import extraction, lineage, manifest, messages, tmdb
from lambda_handlers.bronze import MANIFEST, SUFFIX, Bronze, compress, describe
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import BadRequest
from lambda_handlers.messages import TmdbMessage
from lambda_handlers.pages import Page
from lambda_handlers.settings import Settings
from lambda_handlers.sqs import PartialBatchResponse

READS = 3  # of an interval whose pages disagree, before it is taken as unstable


def lambda_handler(event: Any, context: Any) -> PartialBatchResponse:
    return extraction.run(event, context, messages.parse_tmdb, extract, lambda message: message.object_name.removesuffix(SUFFIX))


def extract(message: TmdbMessage, settings: Settings, bronze: Bronze, deadline: Deadline) -> None:
    """Write the message's object unless it is there, and the manifest when it was the last one. Raises ExtractionError."""
    snapshot = message.snapshot
    present = bronze.names(snapshot)
    if MANIFEST in present:
        return
    planned = manifest.plan_of_message(bronze, snapshot)
    if message.object_name not in {interval["object"] for interval in planned["intervals"]}:
        raise BadRequest(f"{message.object_name} is not in the plan of {snapshot.prefix}; messages come from start-extraction")
    if message.object_name not in present:
        source = settings.source(settings.table(snapshot.table))
        pages = _read(tmdb.connect(settings, source, deadline), message)
        _write(bronze, message, pages, planned["planned_at"])
    manifest.complete_planned(bronze, snapshot, planned)


def _read(client: tmdb.TmdbClient, message: TmdbMessage) -> list[Page]:
    """All pages of the interval, read again when the source's count changed meanwhile: movies then moved between pages."""
    for _ in range(READS):
        pages = [client.discover(message.window, number) for number in range(message.first, message.last + 1)]
        if _agree(pages):
            break
    return pages


def _agree(pages: list[Page]) -> bool:
    return len({page.total_results for page in pages}) == 1


def _write(bronze: Bronze, message: TmdbMessage, pages: list[Page], planned_at: str) -> None:
    lines: list[bytes] = []
    for page in pages:
        opening = lineage.prefix(
            source=message.source,
            snapshot=message.snapshot.snapshot,
            object_name=message.object_name,
            page=page.number,
            extracted_at=planned_at,  # the plan's time, so that the same message writes the same bytes
            partition=message.snapshot.partition,
        )
        lines.extend(lineage.splice(record.encode(), opening) + b"\n" for record in page.records)
    content = compress(b"".join(lines))
    facts = describe(content, rows=len(lines), total_results=pages[-1].total_results, pages=len(pages), stable=str(_agree(pages)).lower())
    bronze.put_if_absent(message.snapshot.prefix + message.object_name, content, facts)
