"""Batches from and to SQS. The one place that builds a partial batch response: a malformed one makes Lambda delete or repeat everything."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypedDict

from lambda_handlers import aws
from lambda_handlers.errors import BadRequest, ExtractionError, SourceUnavailable
from lambda_handlers.redaction import redact
from lambda_handlers.web import backoff

log = logging.getLogger(__name__)

BATCH = 10  # the most that SendMessageBatch takes
SEND_TRIES = 4
LONGEST_DELAY_SECONDS = 600
LONGEST_ASKED_SECONDS = 43_200 - 900  # SQS refuses more than 12 h since the message was received, which may be a whole invocation ago


class Failure(TypedDict):
    itemIdentifier: str


class PartialBatchResponse(TypedDict):
    batchItemFailures: list[Failure]


def process(event: Any, handle: Callable[[str, int], None], queue_url: Callable[[str], str]) -> PartialBatchResponse:
    """Give each record's body, and how often it was received, to `handle`; one that fails does not stop the others.

    `queue_url` finds the URL of the queue that an ARN names. When every record failed for a reason that may pass, the error itself
    is raised: Lambda then polls more slowly, which it does not for partial failures, and so an outage of the source does not empty
    the queue into the dead letters.
    Raises BadRequest when the event is no batch of SQS.
    """
    records = _records(event)
    failures: list[tuple[Mapping[str, Any], ExtractionError]] = []
    for record in records:
        try:
            handle(record["body"], _receives(record))
        except Exception as error:
            failure = error if isinstance(error, ExtractionError) else SourceUnavailable(f"{type(error).__name__}: {redact(str(error))}")
            known = isinstance(error, ExtractionError)
            log.error("message %s failed: %s", record["messageId"], failure, exc_info=None if known else error)
            _delay(record, failure, queue_url)
            failures.append((record, failure))
    if len(failures) == len(records) and all(failure.retryable for _, failure in failures):
        raise failures[0][1]
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record, _ in failures]}


def send(queue_url: str, bodies: Iterable[Mapping[str, Any]]) -> None:
    """Put each body on the queue. Those that SQS says it did not take are sent again; SourceUnavailable when some stay behind.

    A lost answer can put a body on the queue twice; whoever reads it writes the same object.
    """
    waiting = [json.dumps(body) for body in bodies]
    for start in range(0, len(waiting), BATCH):
        _send_batch(queue_url, waiting[start : start + BATCH])


def _send_batch(queue_url: str, bodies: list[str]) -> None:
    entries = [{"Id": str(index), "MessageBody": body} for index, body in enumerate(bodies)]
    for attempt in range(1, SEND_TRIES + 1):
        try:
            failed = {
                item["Id"]: item for item in aws.client("sqs").send_message_batch(QueueUrl=queue_url, Entries=entries).get("Failed", ())
            }
        except Exception as error:
            raise SourceUnavailable(f"SQS did not take {len(entries)} messages: {aws.error_code(error) or type(error).__name__}") from error
        entries = [entry for entry in entries if entry["Id"] in failed]
        if not entries:
            return
        if attempt < SEND_TRIES:
            time.sleep(backoff(attempt))
    codes = sorted({str(item.get("Code")) for item in failed.values()})
    raise SourceUnavailable(f"SQS refused {len(entries)} messages {SEND_TRIES} times ({', '.join(codes)}); start the extraction again")


def _records(event: Any) -> list[dict[str, Any]]:
    records = event.get("Records") if isinstance(event, dict) else None
    if not isinstance(records, list) or not records:
        raise BadRequest("the event has no Records; this function is fed by an SQS queue")
    for record in records:
        if not isinstance(record, dict) or not record.get("messageId") or not isinstance(record.get("body"), str):
            raise BadRequest("a record of the event has no messageId or body; this function is fed by an SQS queue")
    return records


def _receives(record: Mapping[str, Any]) -> int:
    count = str(record.get("attributes", {}).get("ApproximateReceiveCount", "1"))
    return int(count) if count.isdigit() else 1


def _delay(record: Mapping[str, Any], failure: ExtractionError, queue_url: Callable[[str], str]) -> None:
    """Let a failed message rest: for what may pass as long as the source asks, or longer each time; else only briefly.

    Best effort: without it the message returns when the queue's visibility time-out ends.
    """
    receives = _receives(record)
    wanted = max(failure.retry_after or 0.0, 10.0 * 2 ** min(receives, 6)) if failure.retryable else 5.0 * receives
    seconds = int(min(wanted, LONGEST_ASKED_SECONDS if failure.retry_after else LONGEST_DELAY_SECONDS))
    try:
        arguments = {"QueueUrl": queue_url(record["eventSourceARN"]), "ReceiptHandle": record["receiptHandle"]}
        aws.client("sqs").change_message_visibility(**arguments, VisibilityTimeout=seconds)
    except Exception as error:
        log.warning("message %s keeps its visibility time-out: %s", record["messageId"], redact(str(error)))
