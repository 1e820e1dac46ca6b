"""What the two extracting functions share: a batch in, reasons of failures written down, a partial batch response out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from lambda_handlers import redaction, settings, sqs
from lambda_handlers.bronze import Bronze, Snapshot, now
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import ExtractionError
from lambda_handlers.settings import Settings

log = logging.getLogger(__name__)


class Message(Protocol):
    @property
    def snapshot(self) -> Snapshot: ...


M = TypeVar("M", bound=Message)


def run(
    event: Any,
    context: Any,
    parse: Callable[[str, Settings], M],
    extract: Callable[[M, Settings, Bronze, Deadline], None],
    interval: Callable[[M], str],
) -> sqs.PartialBatchResponse:
    """Extract each message of the batch. `interval` names a message's object under `_errors/`."""
    redaction.install()
    configuration = settings.from_environment()
    deadline = Deadline(context)

    def handle(body: str, receives: int) -> None:
        message = parse(body, configuration)
        bronze = Bronze(configuration.bucket)
        try:
            extract(message, configuration, bronze, deadline)
        except Exception as error:
            _record(bronze, message.snapshot, interval(message), error, receives)
            raise

    def queue_url(arn: str) -> str:
        name = arn.rsplit(":", 1)[-1]
        return next(url for url in configuration.queue_urls.values() if url.rsplit("/", 1)[-1] == name)

    return sqs.process(event, handle, queue_url)


def _record(bronze: Bronze, snapshot: Snapshot, interval: str, error: Exception, receives: int) -> None:
    reason = {
        "class": type(error).__name__,
        "message": redaction.redact(getattr(error, "text", str(error))),
        "retryable": getattr(error, "retryable", True),
        "receives": receives,
        "failed_at": now(),
    }
    try:
        bronze.put_error(snapshot, interval, reason)
    except ExtractionError as unwritten:
        log.warning("the reason of a failure could not be written: %s", unwritten)
