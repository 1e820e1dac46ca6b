"""The sensor that waits for bronze: S3 tells a queue of every manifest, and what the manifest completes is run.

A message is deleted when the ledger that the tick was given has its objects, so the requests that it led to are recorded. Until then
it comes back, whatever dies in between. The ledger makes one run of an object that two messages tell of.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster.resources import clients
from ggvd_dagster.sensors import landed as landing
from ggvd_dagster.sensors import silver_runs
from ggvd_dagster.sensors.landed import Landed
from ggvd_dagster.sensors.ledger import Ledger, recorded

NAME, LISTING = "s3_events", "s3_listing"
MOST_MESSAGES = 10_000  # a tick
RECEIVERS = 8
RECEIVE_SECONDS = 6.0  # a tick has 60 s by Dagster's default, and ours ends in 10; what is left in the queue is for the next one
VISIBILITY_SECONDS = 60  # longer than a tick may take, so that no message is handled twice at once
LOOK_BACK = 4 * 86_400 + 3_600  # the queue keeps messages for four days


@dataclass(frozen=True)
class Taken:
    """What came of a tick's messages: objects to run for, receipts that may go, lines for the log."""

    new: list[Landed]
    done: list[str]
    warnings: list[str]


def sort_out(messages: Sequence[dict[str, Any]], bucket: str, handled: frozenset[str]) -> Taken:
    """Which messages are settled by what is recorded as handled, and which tell of something new."""
    new: dict[str, Landed] = {}
    done, warnings = [], []
    for message in messages:
        try:
            objects = [o for o in landing.told(message["Body"], bucket) if landing.snapshot(o.key)]
        except landing.NotAnEventError as error:
            warnings.append(f"message {message['MessageId']} is no event of S3 and was dropped ({error}): {message['Body'][:200]}")
            objects = []
        unhandled = [o for o in objects if o.identity not in handled]
        new |= {o.identity: o for o in unhandled}
        if not unhandled:
            done.append(message["ReceiptHandle"])
    return Taken(list(new.values()), done, warnings)


def evaluate(context: dg.SensorEvaluationContext, sqs: Any, queue: str, bucket: str, other: Ledger) -> dg.SensorResult | dg.SkipReason:
    """One tick. `other` is what the listing sensor has handled."""
    try:
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return dg.SkipReason(f"there is no queue {queue}: the bronze bucket tells nobody of its objects; turn on {LISTING} instead")
    ledger = Ledger.from_cursor(context.cursor)
    taken = sort_out(receive(sqs, url), bucket, ledger.identities | other.identities)
    for warning in taken.warnings:
        context.log.warning(warning)
    delete(sqs, url, taken.done)
    new, waiting = silver_runs.of_known_years(taken.new)
    requests, strangers = silver_runs.run_requests(new)
    for line in (*strangers, *waiting):
        context.log.warning(line)
    cursor = ledger.with_handled(new).bounded(LOOK_BACK).to_cursor()
    reason = None if requests else f"no new snapshot; {len(taken.done)} messages settled"
    return dg.SensorResult(run_requests=requests, skip_reason=reason, cursor=cursor)


def receive(sqs: Any, url: str) -> list[dict[str, Any]]:
    """Visible messages: all of them, unless they are more than MOST_MESSAGES or RECEIVE_SECONDS are over."""
    deadline = time.monotonic() + RECEIVE_SECONDS

    def drain(most: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) < most and time.monotonic() < deadline:
            answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=VISIBILITY_SECONDS)
            if not answer.get("Messages"):
                break
            found += answer["Messages"]
        return found

    first = drain(10)
    if len(first) < 10:
        return first
    with ThreadPoolExecutor(RECEIVERS) as pool:
        rest = pool.map(drain, [MOST_MESSAGES // RECEIVERS] * RECEIVERS)
        return [*first, *(message for part in rest for message in part)]


def delete(sqs: Any, url: str, receipts: Sequence[str]) -> None:
    """Delete messages. One that stays comes back and is deleted then."""

    def ten(start: int) -> None:
        entries = [{"Id": str(i), "ReceiptHandle": receipt} for i, receipt in enumerate(receipts[start : start + 10])]
        sqs.delete_message_batch(QueueUrl=url, Entries=entries)

    with ThreadPoolExecutor(RECEIVERS) as pool:
        list(pool.map(ten, range(0, len(receipts), 10)))


@dg.sensor(
    name=NAME,
    jobs=silver_runs.jobs(),
    minimum_interval_seconds=30,
    description="Runs silver for every snapshot that bronze tells of: S3 event notifications through SQS.",
)
def s3_events(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    names = naming.from_environment()
    return evaluate(context, clients.client("sqs"), names.manifests_queue(), names.bucket("bronze"), recorded(context.instance, LISTING))
