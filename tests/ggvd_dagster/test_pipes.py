"""Messages of a job, read as they come from a bucket that answers or refuses."""

import json
import logging

import pytest
from botocore.exceptions import ClientError

from ggvd_dagster.resources import pipes

LOG = "log_external_stream"


class Bucket:
    """Objects under the prefix, by number; `refuse` makes every read fail."""

    def __init__(self, *chunks, refuse=False):
        self.chunks, self.refuse, self.deleted = dict(enumerate(chunks, 1)), refuse, []

    def read_text(self, bucket, key):
        if self.refuse:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetObject")
        return self.chunks.get(int(key.removeprefix("p/").removesuffix(".json")))

    def delete(self, bucket, prefix):
        self.deleted.append(prefix)


class Handler:
    def __init__(self):
        self.messages = []

    def handle_message(self, message):
        self.messages.append(message["method"])


def chunk(*messages):
    return "\n".join(json.dumps(message) for message in messages)


def printed(*lines):
    return {"method": LOG, "params": {"text": "".join(f"{line}\n" for line in lines)}}


def reader_of(bucket):
    return pipes.MessageReader(bucket, "assets", "p", logging.getLogger("job"))


def test_messages_come_in_order_and_each_once():
    bucket, handler = Bucket(chunk({"method": "opened"}), chunk({"method": "a"}, {"method": "b"})), Handler()
    reader = reader_of(bucket)
    with reader.read_messages(handler):
        reader.poll()
        bucket.chunks[3] = chunk({"method": "closed"})
    assert handler.messages == ["opened", "a", "b", "closed"]


def test_lines_become_log_events_and_the_last_ones_are_kept(caplog):
    lines = [f"line {number}" for number in range(pipes.FORWARDED_LINES + 10)]
    reader = reader_of(Bucket(chunk(printed(*lines))))
    with caplog.at_level("INFO", "job"), reader.read_messages(Handler()):
        reader.poll()
    assert [record.message for record in caplog.records] == lines[: pipes.FORWARDED_LINES]
    assert list(reader.tail) == lines[-pipes.TAIL_LINES :]


@pytest.mark.parametrize(("keep", "deleted"), [(True, []), (False, ["p/"])], ids=["the run may still go", "the run ended"])
def test_messages_are_deleted_only_when_the_run_ended(keep, deleted):
    bucket = Bucket(chunk({"method": "opened"}))
    reader = reader_of(bucket)
    with reader.read_messages(Handler()):
        reader.keep = keep
    assert bucket.deleted == deleted


def test_a_bucket_that_refuses_is_one_warning_and_no_failure(caplog):
    reader = reader_of(Bucket(refuse=True))
    with reader.read_messages(Handler()):
        reader.poll()
        reader.poll()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "AccessDenied" in caplog.text


def test_an_attempt_that_attaches_reads_what_the_one_before_read():
    bucket = Bucket(chunk({"method": "opened"}), chunk({"method": "a"}))
    for _ in range(2):
        handler = Handler()
        with reader_of(bucket).read_messages(handler):
            pass
        assert handler.messages == ["opened", "a"]


def test_the_prefix_follows_from_the_token_alone():
    assert pipes.prefix("a") == pipes.prefix("a") != pipes.prefix("b")
