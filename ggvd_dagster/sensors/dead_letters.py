"""The sensor that alerts of messages that no function could handle."""

from __future__ import annotations

import json
from typing import Any

import dagster as dg

from ggvd_dagster import names as naming
from ggvd_dagster.alerts.card import Card
from ggvd_dagster.alerts.delivery import deliver
from ggvd_dagster.resources import clients


@dg.sensor(
    name="dead_letters",
    description="An alert when messages are in a dead-letter queue, and another when there are more.",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def dead_letters(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    names = naming.from_environment()
    before = _counts(context.cursor)
    counts = {queue: _depth(clients.client("sqs"), names.dead_letter_queue(queue)) for queue in names.platform.queues}
    for queue, count in counts.items():
        if count > before.get(queue, 0):
            deliver(_of_queue(names, queue, count), context.log)
    context.update_cursor(json.dumps(counts))
    return dg.SkipReason(", ".join(f"{queue}: {count}" for queue, count in counts.items()))


def _counts(cursor: str | None) -> dict[str, int]:
    """What the last tick counted. A cursor that cannot be read tells of nothing, so every queue with messages is told of again."""
    try:
        return {str(queue): int(count) for queue, count in json.loads(cursor or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _of_queue(names: naming.Names, queue: str, count: int) -> Card:
    name = names.dead_letter_queue(queue)
    message = f"{count} message{'s' * (count != 1)} in {name}: the intervals that they ask for are missing from bronze"
    link = f"https://{names.platform.region}.console.aws.amazon.com/sqs/v3/home?region={names.platform.region}#/queues"
    return Card(what=f"queue {queue}", message=message, command=f"ggvd redrive {queue}", link=link)


def _depth(sqs: Any, name: str) -> int:
    try:
        url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    except sqs.exceptions.QueueDoesNotExist:
        return 0
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])
