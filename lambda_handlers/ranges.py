"""Range requests for one version of a file: pinned by ETag, else by Last-Modified, and by its size."""

from __future__ import annotations

import hashlib
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from lambda_handlers import web
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import SourceRejected, SourceUnavailable

if TYPE_CHECKING:
    import requests

RETRIES = 5
_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True)
class Identity:
    """What tells one version of the file from another; `size` in bytes."""

    url: str
    etag: str | None
    last_modified: str
    size: int

    def snapshot(self) -> str:
        """`<Last-Modified>-<8 hex digits of the SHA-256 of the ETag>`; a server without ETags is known by size instead."""
        digest = hashlib.sha256((self.etag or f"size:{self.size}").encode()).hexdigest()[:8]
        return f"{web.moment(self.last_modified):%Y%m%dT%H%M%SZ}-{digest}"

    def check(self, response: requests.Response) -> None:
        """Also for servers that ignore the conditions. Raises SourceRejected when the answer is of another version."""
        size = content_range(self.url, response)[2]
        etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
        same = etag == self.etag if self.etag else modified == self.last_modified
        if not same or size != self.size:
            response.close()
            raise changed(self.url)

    def conditions(self) -> dict[str, str]:
        """Headers that make a server refuse a range of another version. A weak ETag cannot be asked for, only compared."""
        if self.etag and not self.etag.startswith("W/"):
            return {"If-Match": self.etag}
        return {"If-Unmodified-Since": self.last_modified}


def identify(url: str, deadline: Deadline) -> Identity:
    """Ask for the first byte: the answer tells the version, and that the server serves ranges.

    Raises SourceRejected when it does not, or tells no Last-Modified; SourceUnavailable when it does not answer.
    """
    for attempt in range(1, RETRIES + 1):
        try:
            response = get(url, 0, 0, {}, deadline)
            break
        except SourceUnavailable as error:
            wait = web.backoff(attempt, error.retry_after)
            if attempt == RETRIES or wait >= deadline.seconds():
                raise
            time.sleep(wait)
    response.close()
    modified = response.headers.get("Last-Modified", "")
    try:
        moment = web.moment(modified)
    except ValueError as error:
        raise SourceRejected(f"{url} tells no Last-Modified, so its versions have no order; it cannot be a snapshot") from error
    if moment > datetime.now(UTC) + timedelta(days=366):
        raise SourceRejected(f"{url} says that it was modified in the future, {modified}")
    return Identity(url, response.headers.get("ETag"), modified, content_range(url, response)[2])


def get(url: str, first: int, last: int, conditions: dict[str, str], deadline: Deadline) -> requests.Response:
    what = f"range {first}-{last} of {url}"
    deadline.check(what)
    headers = {"Range": f"bytes={first}-{last}", "Accept-Encoding": "identity", **conditions}
    with web.translated(what):
        response = web.session().get(url, headers=headers, allow_redirects=False, stream=True, timeout=web.timeouts(deadline.seconds()))
    try:
        web.refuse_redirect(response, what)
        _refuse(url, what, response)
        if content_range(url, response)[:2] != (first, last):
            raise SourceRejected(f"{what} was answered with {response.headers.get('Content-Range')!r}")
    except Exception:
        response.close()
        raise
    return response


def _refuse(url: str, what: str, response: requests.Response) -> None:
    status = response.status_code
    if status == 412:
        raise changed(url)
    if status == 200:
        raise SourceRejected(f"{url} ignores Range requests; one member of it cannot be read")
    if status in {408, 429} or status >= 500:
        raise SourceUnavailable(f"{what} was answered {status}", web.retry_after(response.headers.get("Retry-After")))
    if status != 206:
        raise SourceRejected(f"{what} was answered {status}")


def content_range(url: str, response: requests.Response) -> tuple[int, int, int]:
    """First byte, last byte and size of the file, as the answer says."""
    match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if not match:
        raise SourceRejected(f"{url} answers ranges without their size: {response.headers.get('Content-Range')!r}")
    return int(match[1]), int(match[2]), int(match[3])


def changed(url: str) -> SourceRejected:
    return SourceRejected(f"{url} has changed since it was planned; start the extraction again, which makes a new snapshot")
