"""Dead-letter queues, looked at without taking anything away: which messages of a snapshot nobody could handle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

VISIBILITY = 5  # seconds: long enough not to see a message twice in one look, short enough not to hide it from others
MOST_LOOKS = 100  # of ten messages each


@dataclass
class DeadLetters:
    """The dead letters of one queue that arrived after `remember` was called; older ones belong to an earlier attempt."""

    sqs: Any
    queue: str  # name of the dead-letter queue
    _old: set[str] = field(default_factory=set)
    _new: dict[str, dict[str, Any]] = field(default_factory=dict)

    def remember(self) -> None:
        self._old = {message["MessageId"] for message in self._peek()}

    def arrived(self) -> list[dict[str, Any]]:
        """Bodies of all messages that came since, also those seen by an earlier look."""
        for message in self._peek():
            if message["MessageId"] not in self._old:
                self._new[message["MessageId"]] = _body(message["Body"])
        return list(self._new.values())

    def _peek(self) -> Iterator[dict[str, Any]]:
        """Every message, given back when the look ends: who redrives the queue a moment later finds them all."""
        url, held = self.sqs.get_queue_url(QueueName=self.queue)["QueueUrl"], list[dict[str, Any]]()
        try:
            for _ in range(MOST_LOOKS):
                messages = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=VISIBILITY).get("Messages", [])
                if not messages:
                    return
                held.extend(messages)
                yield from messages
        finally:
            for start in range(0, len(held), 10):
                entries = [
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                    for index, message in enumerate(held[start : start + 10])
                ]
                self.sqs.change_message_visibility_batch(QueueUrl=url, Entries=entries)


def _body(text: str) -> dict[str, Any]:
    """A message that is no JSON object is none of ours; it stays in the queue for a person."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}
