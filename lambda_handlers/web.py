"""What both sources share of HTTP: one keep-alive session, bodies bounded in bytes and time, and when to try again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from secrets import SystemRandom
from typing import TYPE_CHECKING

from lambda_handlers.errors import SourceRejected, SourceUnavailable
from lambda_handlers.redaction import redact

if TYPE_CHECKING:
    import requests

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0  # between two arrivals of bytes
BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 30.0
_random = SystemRandom()


@cache
def session() -> requests.Session:
    """The container's session: connections stay open between requests and invocations."""
    import requests

    return requests.Session()


def timeouts(left: float) -> tuple[float, float]:
    """Seconds for the connection and between arrivals of bytes, neither much longer than the `left` ones of the invocation."""
    return min(CONNECT_SECONDS, left + 0.1), min(READ_SECONDS, left + 0.1)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn the errors of requests and urllib3 into SourceUnavailable, with credentials masked."""
    import requests
    import urllib3

    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
        raise SourceUnavailable(f"{what} failed: {type(error).__name__}: {redact(str(error))}") from error


def refuse_redirect(response: requests.Response, what: str) -> None:
    """A redirect could lead the token, or us, to another host. Raises SourceRejected."""
    if response.is_redirect or 300 <= response.status_code < 400:
        raise SourceRejected(
            f"{what} was redirected to {redact(response.headers.get('Location', '?'))!r}, which is refused; set the source's url"
        )


def body(response: requests.Response, what: str, limit: int, seconds: float) -> bytes:
    """The whole decoded body. Raises SourceUnavailable when it is over `limit` bytes, takes over `seconds`, or ends early."""
    end = time.monotonic() + seconds
    chunks: list[bytes] = []
    size = 0
    with translated(what):
        while chunk := response.raw.read1(65536, decode_content=True):
            size += len(chunk)
            if size > limit:
                raise SourceUnavailable(f"{what}: the body is over {limit} bytes")
            if time.monotonic() > end:
                raise SourceUnavailable(f"{what}: the body did not end in {seconds:.0f} s")
            chunks.append(chunk)
    declared = response.headers.get("Content-Length", "")
    if declared.isdigit() and "Content-Encoding" not in response.headers and int(declared) != size:
        raise SourceUnavailable(f"{what}: the body has {size} bytes where {declared} were announced")
    return b"".join(chunks)


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds of a Retry-After header (RFC 9110, 10.2.3): a number, or an HTTP date; None when absent or neither."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, (moment(text) - (now or datetime.now(UTC))).total_seconds())
    except ValueError:
        return None


def moment(text: str) -> datetime:
    """An HTTP date in UTC, which it is in also where it names no zone. Raises ValueError when it is no date."""
    try:
        found = parsedate_to_datetime(text)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"{text!r} is no HTTP date") from error


def backoff(attempt: int, asked: float | None = None) -> float:
    """Seconds before try `attempt` + 1 (from 1): what the source asked for, or full jitter.

    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    if asked is not None:
        return asked + _random.uniform(0, BACKOFF_SECONDS)
    return _random.uniform(0, min(LONGEST_BACKOFF_SECONDS, BACKOFF_SECONDS * 2**attempt))
