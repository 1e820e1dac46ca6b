"""Room on the disk that holds the state. The emulator says yes to an object that it could not store; it is gone when the server ends."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.sax.saxutils import escape

from local_aws.errors import LauncherError
from local_aws.overlay import Response

REFUSED = 507  # no status that clients of AWS try again at once


def reserve() -> int:
    """Bytes that objects leave free, so that the records of what happened can still be written."""
    return int(os.environ.get("GGVD_DISK_RESERVE_MB", "64")) << 20


def check(folder: Path) -> None:
    """Raises LauncherError when there is no room to begin with."""
    if full := lacks(folder):
        raise LauncherError(full)


def lacks(folder: Path, size: int = 0) -> str:
    """What to say when `folder`, which exists, has no room for `size` bytes more; empty when it has."""
    free = shutil.disk_usage(folder).free
    if free - size >= reserve():
        return ""
    return f"the disk of {folder} has {free >> 20} MB free, of which the local AWS keeps {reserve() >> 20}: make room, then try again"


def install(service: ModuleType) -> None:
    """Have the emulator's S3 (`service` is its module) refuse what it has no room for, before any of it is taken."""
    emulated, folder, persist = service.handle_request, Path(service.DATA_DIR), service._persist_object
    folder.mkdir(parents=True, exist_ok=True)

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], **more: Any) -> Response:
        size = _size(service, method, body, query)
        if size and (full := lacks(folder, size)):
            text = f"<Error><Code>InsufficientStorage</Code><Message>{escape(full)}</Message></Error>"
            return REFUSED, {"Content-Type": "application/xml"}, text.encode()
        response: Response = await emulated(method, path, headers, body, query, **more)
        return response

    def persist_object(bucket: str, key: str, found: Any) -> None:
        persist(bucket, key, found)
        if isinstance(found, dict) and found.get("body") is not None:  # it lets go of what is on disk
            raise OSError(f"s3://{bucket}/{key} could not be stored; see the log of the local AWS")

    service.handle_request = handle_request  # type: ignore[attr-defined]
    service._persist_object = persist_object  # type: ignore[attr-defined]


def _size(s3: Any, method: str, body: bytes, query: dict[str, Any]) -> int:
    """Bytes that a request adds to the disk: an object's body, or all parts of the upload that it completes; 0 when it adds none."""
    if method == "POST" and "uploadId" in query:
        named = query["uploadId"]
        upload = s3._multipart_uploads.get(named[0] if isinstance(named, list) else named) or {"parts": {}}
        return sum(part["size"] for part in upload["parts"].values())
    return len(body) if method == "PUT" else 0
