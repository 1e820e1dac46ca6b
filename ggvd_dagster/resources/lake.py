"""S3 as the lake sees it: JSON objects, listings under a prefix, and whether a Delta commit is there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import dagster as dg

from ggvd_dagster.resources import clients

MISSING = {"404", "NoSuchKey", "NotFound"}


class Lake(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Reads of the buckets. Nothing here writes data; the only deletion is of Pipes messages that were read."""

    @property
    def s3(self) -> Any:
        return clients.client("s3")

    def read_text(self, bucket: str, key: str) -> str | None:
        """An object's text, or None when there is no such object."""
        from botocore.exceptions import ClientError

        try:
            return str(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode())
        except ClientError as error:
            if clients.error_code(error) in MISSING:
                return None
            raise

    def read_json(self, bucket: str, key: str) -> dict[str, Any] | None:
        """A JSON object, or None when there is no such object."""
        text = self.read_text(bucket, key)
        return None if text is None else json.loads(text)

    def exists(self, bucket: str, key: str) -> bool:
        return self.metadata(bucket, key) is not None

    def metadata(self, bucket: str, key: str) -> dict[str, str] | None:
        """An object's own metadata, or None when there is no such object."""
        from botocore.exceptions import ClientError

        try:
            return dict(self.s3.head_object(Bucket=bucket, Key=key)["Metadata"])
        except ClientError as error:
            if clients.error_code(error) in MISSING:
                return None
            raise

    def listing(self, bucket: str, prefix: str) -> Iterator[str]:
        """Every key under a prefix, however many pages the listing has."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from (entry["Key"] for entry in page.get("Contents", ()))

    def delete(self, bucket: str, prefix: str) -> None:
        """Delete what lies under a prefix."""
        for key in list(self.listing(bucket, prefix)):
            self.s3.delete_object(Bucket=bucket, Key=key)

    def has_commit(self, uri: str, version: int) -> bool:
        """Whether the Delta table at `s3://bucket/path` has the commit of this version."""
        bucket, key = _commit(uri, version)
        return self.exists(bucket, key)

    def commits(self, uri: str, version: int) -> int:
        """How many different commits this version of a Delta table has had; after the first, each was written over the one before.

        Delta's commits to S3 are not conditional, so a second writer can do that in silence. A bucket with versioning remembers. What
        was deleted before does not count: the table was made anew.
        """
        bucket, key = _commit(uri, version)
        pages = list(self.s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key))
        deleted = [entry["LastModified"] for page in pages for entry in page.get("DeleteMarkers", ()) if entry["Key"] == key]
        versions = [entry for page in pages for entry in page.get("Versions", ()) if entry["Key"] == key]
        return len({entry["ETag"] for entry in versions if not deleted or entry["LastModified"] > max(deleted)})


def _commit(uri: str, version: int) -> tuple[str, str]:
    """Bucket and key of a commit."""
    bucket, _, path = uri.removeprefix("s3://").partition("/")
    return bucket, f"{path.rstrip('/')}/_delta_log/{version:020d}.json"
