"""Which version of an archive there is, as the message that asks for a table's member of it."""

from __future__ import annotations

from lambda_handlers import ranges
from lambda_handlers.bronze import Snapshot
from lambda_handlers.deadline import Deadline
from lambda_handlers.messages import ArchiveMessage
from lambda_handlers.settings import Source, Table


def message(table: Table, source: Source, deadline: Deadline) -> ArchiveMessage:
    """Raises SourceRejected or SourceUnavailable."""
    identity = ranges.identify(source.url, deadline)
    snapshot = Snapshot(table.name, None, None, identity.snapshot())
    return ArchiveMessage(snapshot, source.name, table.member or "", source.url, identity.etag)
