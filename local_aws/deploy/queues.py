"""Queues with their dead-letter queues."""

from __future__ import annotations

import json

from ggvd_dagster.spec import Queue
from local_aws.deploy.context import Deployment, found

DAY = 86_400
MISSING = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")


def urls(to: Deployment) -> dict[str, str]:
    """The URL of each of the spec's queues."""
    sqs = to.client("sqs")
    return {queue: sqs.get_queue_url(QueueName=to.names.queue(queue))["QueueUrl"] for queue in to.names.platform.queues}


def queues(to: Deployment) -> None:
    for queue, entry in to.names.platform.queues.items():
        ensure(to, to.names.dead_letter_queue(queue), {"MessageRetentionPeriod": str(entry.dead_letter_days * DAY)})
        ensure(to, to.names.queue(queue), _attributes(to, queue, entry))


def _attributes(to: Deployment, queue: str, entry: Queue) -> dict[str, str]:
    redrive = {"deadLetterTargetArn": arn(to, to.names.dead_letter_queue(queue)), "maxReceiveCount": entry.max_receives}
    return {
        "VisibilityTimeout": str(entry.visibility_seconds),
        "MessageRetentionPeriod": str(entry.retention_days * DAY),
        "RedrivePolicy": json.dumps(redrive),
    }


def arn(to: Deployment, name: str) -> str:
    return f"arn:aws:sqs:{to.names.platform.region}:{to.names.account}:{name}"


def ensure(to: Deployment, name: str, attributes: dict[str, str]) -> None:
    sqs = to.client("sqs")
    answer = found(lambda: sqs.get_queue_url(QueueName=name), *MISSING)
    if answer is None:
        sqs.create_queue(QueueName=name, Attributes=attributes)
        to.changed(f"queue {name}")
        return
    actual = sqs.get_queue_attributes(QueueUrl=answer["QueueUrl"], AttributeNames=["All"])["Attributes"]
    if any(_value(actual.get(key, "")) != _value(value) for key, value in attributes.items()):
        sqs.set_queue_attributes(QueueUrl=answer["QueueUrl"], Attributes=attributes)
        to.changed(f"attributes of queue {name}")


def _value(text: str) -> object:
    return json.loads(text) if text.startswith("{") else text
