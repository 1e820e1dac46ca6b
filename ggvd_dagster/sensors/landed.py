"""Objects that landed in bronze, as a listing or an event tells of them, and which table and partition a manifest completes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote_plus

from ggvd_dagster.names import MANIFEST

SNAPSHOT = re.compile(
    rf"^(?P<table>[a-z][a-z0-9_]*)/(?:[a-z_]+=(?P<partition>[^/=]+)/)?snapshot=(?P<snapshot>[^/]+)/{re.escape(MANIFEST)}$"
)


class NotAnEventError(ValueError):
    """A message that S3 did not write."""


@dataclass(frozen=True, order=True)
class Landed:
    """One version of one object: `at` is the second (UNIX time) when S3 got it, `etag` is without quotes."""

    key: str
    etag: str
    at: int

    @property
    def identity(self) -> str:
        """16 hex digits for the key with its content: equal for all that tell of the same version, other after an overwrite."""
        return hashlib.sha256(f"{self.key}@{self.etag}".encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Snapshot:
    """A complete snapshot in bronze: `table` without its layer, `partition` None where the table has none."""

    table: str
    partition: str | None
    name: str


def snapshot(key: str) -> Snapshot | None:
    """The snapshot that this object completes; None for every object that is no manifest."""
    match = SNAPSHOT.match(key)
    return Snapshot(match["table"], match["partition"], match["snapshot"]) if match else None


def listed(entry: dict[str, Any]) -> Landed:
    """From an entry of ListObjectsV2."""
    return Landed(entry["Key"], entry["ETag"].strip('"'), int(entry["LastModified"].timestamp()))


def told(body: str, bucket: str) -> Iterator[Landed]:
    """New objects of `bucket` that a message tells of: S3's own notification, or EventBridge's event of it. Raises NotAnEventError.

    Formats: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html and ev-events.html. The test
    message that S3 sends when notifications are set up, and deletions, tell of nothing new.
    """
    try:
        message = json.loads(body)
        if message.get("Event") == "s3:TestEvent":
            return
        if "detail-type" in message:
            yield from _from_eventbridge(message, bucket)
            return
        yield from [_from_record(record) for record in message["Records"] if _is_creation(record, bucket)]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise NotAnEventError(f"{type(error).__name__}: {error}") from error


def _is_creation(record: dict[str, Any], bucket: str) -> bool:
    name: str = record["eventName"]
    return name.startswith("ObjectCreated") and bool(record["s3"]["bucket"]["name"] == bucket)


def _from_record(record: dict[str, Any]) -> Landed:
    entry = record["s3"]["object"]
    return Landed(unquote_plus(entry["key"]), entry["eTag"], _second(record["eventTime"]))


def _from_eventbridge(event: dict[str, Any], bucket: str) -> Iterator[Landed]:
    detail = event["detail"]
    if event["detail-type"] == "Object Created" and detail["bucket"]["name"] == bucket:
        yield Landed(detail["object"]["key"], detail["object"]["etag"], _second(event["time"]))


def _second(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp())
