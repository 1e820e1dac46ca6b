"""Long queues are looked at no more than is needed, and what they answer stays what SQS answers."""

import time
import uuid

import boto3
import pytest


@pytest.fixture
def queue(local_aws):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"long-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    return sqs, url


def send(sqs, url, count):
    for start in range(0, count, 10):
        sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": str(start + n)} for n in range(10)])


def test_messages_are_given_once_while_invisible_and_again_afterwards(queue):
    sqs, url = queue
    send(sqs, url, 20)
    first = [sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=1)["Messages"] for _ in range(2)]
    assert sorted(int(m["Body"]) for batch in first for m in batch) == list(range(20))
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    time.sleep(1.1)
    (again,) = sqs.receive_message(QueueUrl=url, AttributeNames=["All"])["Messages"]
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"


def test_a_batch_deletes_what_it_names_and_tells_of_each_entry(queue):
    sqs, url = queue
    send(sqs, url, 10)
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)["Messages"]
    entries = [{"Id": "a", "ReceiptHandle": messages[0]["ReceiptHandle"]}, {"Id": "b", "ReceiptHandle": "nobody's"}]
    answer = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    assert [entry["Id"] for entry in answer["Successful"]] == ["a"]
    assert [(entry["Id"], entry["Code"], entry["SenderFault"]) for entry in answer["Failed"]] == [("b", "ReceiptHandleIsInvalid", True)]
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert left["ApproximateNumberOfMessages"] == "9"
    with pytest.raises(sqs.exceptions.BatchEntryIdsNotDistinct):
        sqs.delete_message_batch(QueueUrl=url, Entries=[entries[0], entries[0]])


class Counted(list):
    """A list that counts how many of its items were looked at."""

    looked_at = 0

    def __iter__(self):
        for item in super().__iter__():
            self.looked_at += 1
            yield item


def test_ten_messages_of_a_long_queue_are_found_without_looking_at_all():
    from ministack.services import sqs

    from local_aws.long_queues import _collecting

    messages = Counted({"body": str(n), "visible_at": 0.0} for n in range(20_000))
    found = _collecting(sqs, sqs._collect_msgs)({"is_fifo": False, "messages": messages}, 10, 60)
    assert [m["body"] for m in found] == [str(n) for n in range(10)]
    assert messages.looked_at == 10
