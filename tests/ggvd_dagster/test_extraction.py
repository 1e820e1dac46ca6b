"""Extractions as Dagster waits for them, against a queue, a bucket and a function that fail."""

import io
import json
import logging

import pytest

from ggvd_dagster import names as naming
from ggvd_dagster.resources import clients, extraction
from ggvd_dagster.resources.dead_letters import DeadLetters
from ggvd_dagster.resources.extraction import Extraction, ExtractionRefused, ExtractionTooSlow, IntervalsDied

NAMES = naming.Names(env="test", account="000000000000")
PREFIX = "tmdb_movies/release_year=2010/snapshot=2026-11-24/"
MESSAGE = {"table": "tmdb_movies", "partition": "2010", "snapshot": "2026-11-24", "pages": [1, 25]}
PLAN = {"intervals": [{"object": "a.ndjson.gz", "message": MESSAGE}]}
ERROR = {"class": "SourceUnavailable", "message": "502 from the source"}


class FakeQueue:
    def __init__(self, *messages):
        self.looks = [list(messages)]
        self.given_back = []

    def get_queue_url(self, QueueName):  # noqa: N803  boto3's name
        return {"QueueUrl": QueueName}

    def receive_message(self, **request):
        return {"Messages": self.looks.pop(0) if self.looks else []}

    def change_message_visibility_batch(self, QueueUrl, Entries):  # noqa: N803
        self.given_back += [entry["ReceiptHandle"] for entry in Entries if entry["VisibilityTimeout"] == 0]


class FakeLake:
    def __init__(self, **objects):
        self.objects = {PREFIX + key: value for key, value in objects.items()}

    def listing(self, bucket, prefix):
        return [key for key in self.objects if key.startswith(prefix)]

    def read_json(self, bucket, key):
        return self.objects.get(key)


class FakeLambda:
    def __init__(self, payload, **answer):
        self.answer = {"Payload": io.BytesIO(json.dumps(payload).encode()), **answer}

    def invoke(self, **request):
        return self.answer


def letter(identity, body):
    return {"MessageId": identity, "ReceiptHandle": f"receipt of {identity}", "Body": body if isinstance(body, str) else json.dumps(body)}


def snapshots():
    return [extraction.Snapshot("2010", "2026-11-24", PREFIX, 1, False)]


def wait(lake, letters, **settings):
    Extraction(**settings)._wait(logging.getLogger("x"), lake, "bronze", "extract-tmdb", letters, snapshots())


def test_dead_intervals_are_named_with_reason_and_cure():
    lake = FakeLake(**{"_plan.json": PLAN, "_errors/a.json": ERROR})
    with pytest.raises(IntervalsDied) as caught:
        wait(lake, DeadLetters(FakeQueue(letter("1", "not json"), letter("2", MESSAGE)), "dead"))
    assert f"s3://bronze/{PREFIX}a: SourceUnavailable: 502 from the source" in str(caught.value)
    assert "ggvd redrive extract-tmdb" in str(caught.value)


def test_a_look_gives_every_message_back():
    queue = FakeQueue(*(letter(str(number), MESSAGE) for number in range(12)))
    DeadLetters(queue, "dead").remember()
    assert queue.given_back == [f"receipt of {number}" for number in range(12)]


def test_a_strangers_letter_that_is_nested_without_end_is_passed_over():
    deep = letter("1", "[" * 100_000)
    assert DeadLetters(FakeQueue(deep, letter("2", MESSAGE)), "dead").arrived() == [{}, MESSAGE]


def test_dead_letters_of_an_earlier_attempt_do_not_count():
    queue = FakeQueue(letter("1", MESSAGE))
    letters = DeadLetters(queue, "dead")
    letters.remember()
    queue.looks = [[letter("1", MESSAGE)]]
    with pytest.raises(ExtractionTooSlow, match="materialize again"):
        wait(FakeLake(**{"_plan.json": PLAN}), letters, deadline_seconds=0.0)


@pytest.mark.parametrize("kind", ["SourceRejected", "SourceUnavailable", "BadRequest", "SettingsError"])
def test_a_refusal_of_the_start_function_keeps_its_class_and_words(kind, monkeypatch):
    fake = FakeLambda({"errorMessage": f"{kind}: because", "errorType": kind}, FunctionError="Unhandled")
    monkeypatch.setattr(clients, "client", lambda service, **config: fake)
    with pytest.raises(ExtractionRefused, match=f"{kind}: because") as caught:
        extraction.start(NAMES, "tmdb_movies", ["2010"], None)
    assert caught.value.kind == kind


def test_the_start_function_is_invoked_once_and_may_take_its_whole_time(monkeypatch):
    used = {}
    monkeypatch.setattr(clients, "client", lambda service, **config: used.update(config) or FakeLambda({"snapshots": []}))
    extraction.start(NAMES, "tmdb_movies", ["2010"], None)
    assert used == {"once": True, "read_timeout": 910}
    monkeypatch.undo()
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert clients.client("lambda", once=True, read_timeout=910).meta.config.retries["total_max_attempts"] == 1
