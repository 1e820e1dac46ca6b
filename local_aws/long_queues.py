"""Queues with many thousands of messages: the emulator looks at each of them several times for every ten that it gives or deletes."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from local_aws.overlay import Json

RETENTION_CHECK_SECONDS = 1.0


def install(service: ModuleType) -> None:
    """Give the emulator's SQS (`service` is its module) the same answers by one look at most."""
    module: Any = service
    module._collect_msgs = _collecting(module, module._collect_msgs)
    module._expire_retained = _expiring(module._expire_retained)
    module._HANDLERS["DeleteMessageBatch"] = _deleting(module)


def _collecting(sqs: Any, emulated: Callable[..., list[Json]]) -> Callable[..., list[Json]]:
    def collect(queue: Json, most: int, visibility: int) -> list[Json]:
        if queue["is_fifo"]:
            return emulated(queue, most, visibility)
        now, found = time.time(), []
        for message in queue["messages"]:
            if message.get("visible_at", 0) <= now:
                found.append(message)
                if len(found) == most:
                    break
        for message in found:
            sqs._ensure_msg_fields(message)
            message["receipt_handle"] = sqs.new_uuid()
            message["visible_at"] = now + visibility
            message["receive_count"] += 1
            message["first_receive_at"] = message.get("first_receive_at") or now
        return found

    return collect


def _expiring(emulated: Callable[[Json], None]) -> Callable[[Json], None]:
    """Messages are kept for days, so once a second is often enough to look for those that are too old."""
    looked: dict[str, float] = {}

    def expire(queue: Json) -> None:
        arn, now = queue["attributes"].get("QueueArn", ""), time.monotonic()
        if not arn or now - looked.get(arn, -RETENTION_CHECK_SECONDS) >= RETENTION_CHECK_SECONDS:
            looked[arn] = now
            emulated(queue)

    return expire


def _deleting(sqs: Any) -> Callable[[Json, str], Json]:
    def delete(request: Json, url: str) -> Json:
        queue = sqs._get_q(request.get("QueueUrl", url), "sqs:DeleteMessage")
        entries = request.get("Entries", [])
        sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
        asked = {entry.get("ReceiptHandle") for entry in entries} - {None, ""}
        there = {message["receipt_handle"] for message in queue["messages"] if message.get("receipt_handle") in asked}
        queue["messages"] = [message for message in queue["messages"] if message.get("receipt_handle") not in there]
        wrong = {"Code": "ReceiptHandleIsInvalid", "Message": "The input receipt handle is invalid.", "SenderFault": True}
        return {
            "Successful": [{"Id": entry["Id"]} for entry in entries if entry.get("ReceiptHandle") in there],
            "Failed": [{"Id": entry["Id"], **wrong} for entry in entries if entry.get("ReceiptHandle") not in there],
        }

    return delete
