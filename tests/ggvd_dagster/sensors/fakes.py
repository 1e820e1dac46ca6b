"""A bucket and a queue at the edge of the world, with clocks that a test sets."""
# ruff: noqa: N803  (AWS names its parameters so)

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote_plus

BUCKET = "ggvd-bronze-dev-000000000000"
PAGE = 1000


def manifest(table, snapshot="2026-11-24", partition=None, column="release_year"):
    middle = f"{column}={partition}/" if partition else ""
    return f"{table}/{middle}snapshot={snapshot}/_manifest.json"


def etag(content):
    return hashlib.md5(content.encode()).hexdigest()


@dataclass
class Bucket:
    """Lists as S3 does: sorted by key, a thousand a page, times in whole seconds."""

    objects: dict = field(default_factory=dict)  # key -> (second, content)

    def get_paginator(self, operation):
        assert operation == "list_objects_v2"
        return self

    def paginate(self, Bucket):
        entries = [
            {"Key": key, "ETag": f'"{etag(content)}"', "LastModified": datetime.fromtimestamp(second, UTC)}
            for key, (second, content) in sorted(self.objects.items())
        ]
        return [{"Contents": entries[i : i + PAGE]} for i in range(0, len(entries), PAGE)] or [{}]


@dataclass
class Queue:
    """Gives every visible message again after its visibility, until it is deleted."""

    now: int = 0
    messages: dict = field(default_factory=dict)  # receipt -> [visible from, body]
    exceptions: object = type("Exceptions", (), {"QueueDoesNotExist": KeyError})

    def send(self, body):
        self.messages[str(len(self.messages))] = [self.now, body]

    def get_queue_url(self, QueueName):
        return {"QueueUrl": QueueName}

    def receive_message(self, QueueUrl, MaxNumberOfMessages, VisibilityTimeout):
        visible = [r for r, m in self.messages.items() if m is not None and m[0] <= self.now][:MaxNumberOfMessages]
        for receipt in visible:
            self.messages[receipt][0] = self.now + VisibilityTimeout
        return {"Messages": [{"MessageId": r, "ReceiptHandle": r, "Body": self.messages[r][1]} for r in visible]}

    def delete_message_batch(self, QueueUrl, Entries):
        for entry in Entries:
            self.messages[entry["ReceiptHandle"]] = None  # receipts are not given twice

    def left(self):
        return [message for message in self.messages.values() if message is not None]


def event(key, content, second, name="ObjectCreated:Put", bucket=BUCKET):
    record = {
        "eventName": name,
        "eventTime": datetime.fromtimestamp(second, UTC).isoformat().replace("+00:00", "Z"),
        "s3": {"bucket": {"name": bucket}, "object": {"key": quote_plus(key, safe="/"), "eTag": etag(content)}},
    }
    return json.dumps({"Records": [record]})
