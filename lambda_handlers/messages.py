"""The two kinds of queue message as types. Checking one needs no I/O: a message that is not ours causes no request anywhere."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from lambda_handlers.bronze import SUFFIX, Snapshot
from lambda_handlers.errors import BadRequest
from lambda_handlers.settings import Settings, Table
from lambda_handlers.windows import MAXIMUM_PAGES, Window

SNAPSHOT = re.compile(r"[0-9A-Za-z-]{1,64}")
YEAR = re.compile(r"(18[7-9]|19\d|20\d|21\d)\d", re.ASCII)  # no film is older than 1870


@dataclass(frozen=True)
class TmdbMessage:
    """Read pages `first` to `last` of the movies of one window into one object."""

    snapshot: Snapshot
    source: str
    window: Window
    first: int
    last: int

    @property
    def object_name(self) -> str:
        return f"{self.window}_p{self.first:04}-{self.last:04}{SUFFIX}"

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "table": self.snapshot.table,
            "partition": self.snapshot.partition,
            "snapshot": self.snapshot.snapshot,
            "window": [str(self.window.first), str(self.window.last)],
            "pages": [self.first, self.last],
        }


@dataclass(frozen=True)
class ArchiveMessage:
    """Read one member of an archive, as it was when `etag` named it, into parts."""

    snapshot: Snapshot
    source: str
    member: str
    url: str
    etag: str | None

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "table": self.snapshot.table,
            "partition": None,
            "snapshot": self.snapshot.snapshot,
            "member": self.member,
            "url": self.url,
            "etag": self.etag,
        }


def snapshot_of(table: Table, partition: object, snapshot: object) -> Snapshot:
    """Raises BadRequest unless the partition and snapshot can be parts of the table's keys."""
    if table.partitions and not (isinstance(partition, str) and YEAR.fullmatch(partition)):
        raise BadRequest(f"{partition!r} is no {table.partitions} of table {table.name}: a year of four digits is")
    if not table.partitions and partition is not None:
        raise BadRequest(f"table {table.name} has no partitions, but {partition!r} was asked for")
    if not isinstance(snapshot, str) or not SNAPSHOT.fullmatch(snapshot):
        raise BadRequest(f"{snapshot!r} is no snapshot id")
    return Snapshot(table.name, table.partitions, partition if isinstance(partition, str) else None, snapshot)


def parse_tmdb(body: str, settings: Settings) -> TmdbMessage:
    """Raises BadRequest that says what is wrong with the message."""
    fields, table = _fields(body, settings, archive=False)
    try:
        first_day, last_day = (date.fromisoformat(day) for day in fields["window"])
        first, last = fields["pages"]
    except (KeyError, TypeError, ValueError) as error:
        raise BadRequest(f"message needs a window of two ISO dates and two pages: {type(error).__name__}: {error}") from error
    if first_day > last_day:
        raise BadRequest(f"window ends before it begins: {first_day} to {last_day}")
    if not all(type(page) is int for page in (first, last)) or not 1 <= first <= last <= MAXIMUM_PAGES:
        raise BadRequest(f"pages {first!r} to {last!r} are no interval within 1 to {MAXIMUM_PAGES}")
    snapshot = snapshot_of(table, fields.get("partition"), fields.get("snapshot"))
    return TmdbMessage(snapshot, table.source, Window(first_day, last_day), first, last)


def parse_archive(body: str, settings: Settings) -> ArchiveMessage:
    """Raises BadRequest also for an address or a member that is not the table's own: a message cannot send us elsewhere."""
    fields, table = _fields(body, settings, archive=True)
    url, member, etag = settings.source(table).url, table.member or "", fields.get("etag")
    if fields.get("url") != url or fields.get("member") != member:
        raise BadRequest(f"table {table.name} is member {member!r} of {url}, not {fields.get('member')!r} of {fields.get('url')!r}")
    if not (etag is None or isinstance(etag, str)):
        raise BadRequest(f"etag {etag!r} is no text")
    return ArchiveMessage(snapshot_of(table, fields.get("partition"), fields.get("snapshot")), table.source, member, url, etag)


def _fields(body: str, settings: Settings, archive: bool) -> tuple[dict[str, Any], Table]:
    try:
        fields = json.loads(body)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadRequest(f"message is no JSON ({type(error).__name__})") from error
    if not isinstance(fields, dict):
        raise BadRequest("message is no JSON object")
    table = settings.table(fields.get("table"))
    if fields.get("source") != table.source or bool(table.member) is not archive:
        raise BadRequest(f"message for table {table.name} of source {fields.get('source')!r} does not belong on this queue")
    return fields, table
