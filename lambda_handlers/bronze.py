"""Keys and objects of the bronze bucket (docs/architecture.md). Nothing is overwritten, except reasons of failures under `_errors/`."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lambda_handlers import aws
from lambda_handlers.errors import SourceUnavailable

PLAN, MANIFEST, ERRORS = "_plan.json", "_manifest.json", "_errors/"
SUFFIX = ".ndjson.gz"
GZIP_LEVEL = 1
CONFLICT_TRIES = 4
READ_TRIES = 3


@dataclass(frozen=True)
class Snapshot:
    """One snapshot of one table or partition; `column` and `partition` are None for unpartitioned tables."""

    table: str
    column: str | None
    partition: str | None
    snapshot: str

    @property
    def prefix(self) -> str:
        partition = f"{self.column}={self.partition}/" if self.column else ""
        return f"{self.table}/{partition}snapshot={self.snapshot}/"


class Bronze:
    """The bucket. Every method raises SourceUnavailable when S3 does not answer or refuses."""

    def __init__(self, bucket: str, s3: Any = None) -> None:
        self._bucket = bucket
        self._s3 = s3 or aws.client("s3")

    def put_if_absent(self, key: str, content: bytes, metadata: Mapping[str, str] | None = None) -> bool:
        """Write an object that never changes. Returns False when it was there already, which is success too.

        The SDK may send a request twice when an answer is lost; the second is then answered 412, and our own object is the one there.
        """
        for attempt in range(1, CONFLICT_TRIES + 1):
            try:
                self._put(key, content, metadata or {}, IfNoneMatch="*")
            except Exception as error:
                code = aws.error_code(error)
                if code in {"PreconditionFailed", "412"}:
                    return False
                if code not in {"ConditionalRequestConflict", "409"} or attempt == CONFLICT_TRIES:
                    raise _unavailable("write", key, error) from error
                time.sleep(0.1 * attempt)
            else:
                return True
        raise AssertionError("unreachable: the last try returns or raises")

    def put_error(self, snapshot: Snapshot, interval: str, reason: Mapping[str, Any]) -> None:
        """Say why an interval failed; the last reason replaces the one before."""
        key = f"{snapshot.prefix}{ERRORS}{interval}.json"
        try:
            self._put(key, to_json(reason), {})
        except Exception as error:
            raise _unavailable("write", key, error) from error

    def read_json(self, key: str) -> dict[str, Any] | None:
        """The object's JSON, or None when there is no such object.

        A body that breaks off, or has another checksum than S3 told, is asked for again: the SDK tries again requests, not reads.
        """
        for attempt in range(1, READ_TRIES + 1):
            try:
                content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
            except Exception as error:
                code = aws.error_code(error)
                if code in {"NoSuchKey", "404"}:
                    return None
                if code or attempt == READ_TRIES:
                    raise _unavailable("read", key, error) from error
            else:
                value: dict[str, Any] = json.loads(content)
                return value
        raise AssertionError("unreachable: the last try returns or raises")

    def names(self, snapshot: Snapshot) -> set[str]:
        """Names, below the snapshot's prefix, of all objects that are there."""
        try:
            listing = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=snapshot.prefix)
            return {entry["Key"].removeprefix(snapshot.prefix) for page in listing for entry in page.get("Contents", ())}
        except Exception as error:
            raise _unavailable("list", snapshot.prefix, error) from error

    def ends_with(self, key: str, end: bytes) -> bool:
        """Whether these are the object's last bytes."""
        try:
            found: bytes = self._s3.get_object(Bucket=self._bucket, Key=key, Range=f"bytes=-{len(end)}")["Body"].read()
        except Exception as error:
            raise _unavailable("read the end of", key, error) from error
        return found == end

    def metadata(self, key: str) -> dict[str, str]:
        try:
            found: dict[str, str] = self._s3.head_object(Bucket=self._bucket, Key=key)["Metadata"]
        except Exception as error:
            raise _unavailable("read the metadata of", key, error) from error
        return found

    def _put(self, key: str, content: bytes, metadata: Mapping[str, str], **condition: str) -> None:
        self._s3.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=content,
            ContentType="application/json" if key.endswith(".json") else "application/gzip",
            ChecksumSHA256=base64.b64encode(hashlib.sha256(content).digest()).decode(),
            Metadata=dict(metadata),
            **condition,
        )


def to_json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=1).encode()


def compress(lines: bytes) -> bytes:
    """Gzip whose header holds no time: same lines, same bytes."""
    return gzip.compress(lines, GZIP_LEVEL, mtime=0)


def describe(content: bytes, rows: int, **more: object) -> dict[str, str]:
    """An object's own metadata: its rows, and size and digest of the object as stored. Facts that are None are left out."""
    facts = {"rows": rows, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), **more}
    return {name.replace("_", "-"): str(value) for name, value in facts.items() if value is not None}


def now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _unavailable(verb: str, key: str, error: Exception) -> SourceUnavailable:
    return SourceUnavailable(f"cannot {verb} {key} in the bronze bucket: {aws.error_code(error) or type(error).__name__}: {error}")
