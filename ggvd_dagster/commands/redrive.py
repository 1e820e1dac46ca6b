"""`ggvd redrive`: dead letters go back to their queue, none is deleted before it is there again."""

from __future__ import annotations

from typing import Any

from ggvd_dagster import names
from ggvd_dagster.commands.terminal import console
from ggvd_dagster.errors import GgvdError

VISIBILITY_SECONDS = 60


def run(queue: str) -> None:
    import boto3

    named = names.from_environment()
    if queue not in named.platform.queues:
        raise GgvdError(f"no queue {queue!r} in the spec; it has: {', '.join(named.platform.queues)}")
    moved = redrive(boto3.client("sqs"), named.dead_letter_queue(queue), named.queue(queue))
    console.print(f"{moved} message{'s' * (moved != 1)} moved from {named.dead_letter_queue(queue)} to {named.queue(queue)}.")


def redrive(sqs: Any, source: str, target: str) -> int:
    """Move every message of queue `source` to queue `target` and return how many.

    A crash between two steps doubles a message at most, which does no harm: the same message writes the same object.
    """
    source_url, target_url = (sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in (source, target))
    moved = 0
    while batch := _receive(sqs, source_url):
        entries: list[Any] = [{"Id": str(i), "MessageBody": message["Body"]} for i, message in enumerate(batch)]
        answer = sqs.send_message_batch(QueueUrl=target_url, Entries=entries)
        if answer.get("Failed"):
            raise GgvdError(f"{len(answer['Failed'])} messages could not be sent to {target}; they stay in {source}: run the command again")
        receipts: list[Any] = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(batch)]
        sqs.delete_message_batch(QueueUrl=source_url, Entries=receipts)
        moved += len(batch)
    return moved


def _receive(sqs: Any, url: str) -> list[Any]:
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=VISIBILITY_SECONDS, WaitTimeSeconds=1)
    messages: list[Any] = answer.get("Messages", [])
    return messages
