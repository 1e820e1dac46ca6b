"""Each failure is told once, to a receiver that really listens."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import dagster as dg
import pytest

from ggvd_dagster import spec
from ggvd_dagster.names import Names
from ggvd_dagster.sensors import failures


@pytest.fixture
def received(monkeypatch):
    """Cards that arrive at a webhook on this machine."""
    cards, answers = [], []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            cards.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answers.pop() if answers else 200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    monkeypatch.setenv("GGVD_ALERT_WEBHOOK", f"http://127.0.0.1:{server.server_port}/alerts")
    cards_and_answers = (cards, answers)
    yield cards_and_answers
    server.shutdown()
    server.server_close()


@dg.asset(key=["silver", "tmdb_movies"], partitions_def=dg.StaticPartitionsDefinition(["2009", "2010"]))
def failing() -> None:
    metadata = {"log_tail": dg.MetadataValue.md("```\nlast line\n```"), "job_run": dg.MetadataValue.url("https://console/run")}
    raise dg.Failure("run jr_1 ended as FAILED: NoSuchKey", metadata=metadata)


def fail(instance, **tags):
    return dg.materialize([failing], instance=instance, partition_key="2010", tags=tags, raise_on_error=False)


def tell(instance, result):
    context = dg.build_run_status_sensor_context(
        sensor_name="run_failure",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=instance.get_run_by_id(result.run_id),
    )
    failures.run_failure(context.for_run_failure())


def test_failed_run_is_told_once_with_its_card(received):
    cards, _ = received
    with dg.DagsterInstance.ephemeral() as instance:
        result = fail(instance)
        tell(instance, result)
        tell(instance, result)
    (card,) = cards
    assert card["class"] == "missing input"
    assert card["log_tail"] == ["last line"]
    assert card["link"] == "https://console/run"
    assert card["command"].endswith("materialize silver/tmdb_movies --partition 2010")
    assert card["run_id"] == result.run_id


def test_failed_run_has_its_card_in_its_own_log(received):
    _, answers = received
    answers.append(503)
    with dg.DagsterInstance.ephemeral() as instance:
        result = fail(instance)
        with pytest.raises(Exception, match="503"):
            tell(instance, result)
        tell(instance, result)
        shown = [
            record.event_log_entry.dagster_event
            for record in instance.get_records_for_run(result.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT).records
            if "failure_card" in record.event_log_entry.dagster_event.event_specific_data.metadata
        ]
        tags = instance.get_run_by_id(result.run_id).tags
    (event,) = shown
    facts = event.event_specific_data.metadata
    assert event.message.startswith("silver/tmdb_movies failed: missing input. ")
    assert "last line" in facts["failure_card"].value
    assert facts["run_again"].value.endswith("materialize silver/tmdb_movies --partition 2010")
    assert tags[failures.CLASS_TAG] == "missing input"


def test_run_that_will_be_retried_is_not_told(received):
    cards, _ = received
    with dg.DagsterInstance.ephemeral() as instance:
        tell(instance, fail(instance, **{failures.WILL_RETRY: "true"}))
    assert cards == []


def test_alert_that_the_receiver_refused_is_sent_again(received):
    cards, answers = received
    answers.append(503)
    with dg.DagsterInstance.ephemeral() as instance:
        result = fail(instance)
        with pytest.raises(Exception, match="503"):
            tell(instance, result)
        tell(instance, result)
    assert len(cards) == 2


@dg.asset(key=["gold", "movies"], check_specs=[dg.AssetCheckSpec("has_rows", asset=["gold", "movies"])])
def checked():
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=False, check_name="has_rows", metadata={"rows": 0})])


@pytest.mark.parametrize("kind", ["in memory", "SQLite"])
def test_failed_check_of_a_run_that_succeeded_is_told_once(received, kind, tmp_path):
    cards, _ = received
    with dg.DagsterInstance.ephemeral() if kind == "in memory" else dg.DagsterInstance.local_temp(str(tmp_path)) as instance:

        def tick(cursor):
            context = dg.build_sensor_context(instance=instance, cursor=cursor)
            failures.check_failure(context)
            return context.cursor

        dg.materialize([checked], instance=instance)
        cursor = tick(None)
        assert cards == []
        assert dg.materialize([checked], instance=instance).success
        cursor = tick(cursor)
        tick(cursor)
    (card,) = cards
    assert card["class"] == "bad data"
    assert "has_rows of gold/movies failed: rows 0" in card["message"]
    assert card["command"].endswith("materialize gold/movies")


def test_dead_letters_are_told_once_to_a_topic(aws_endpoint, monkeypatch):
    names = Names("deadletters", "000000000000")
    monkeypatch.setenv("GGVD_ENV", names.env)
    monkeypatch.setenv("GGVD_ACCOUNT_ID", names.account)
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = sqs.create_queue(QueueName=names.dead_letter_queue("extract-tmdb"))["QueueUrl"]
    inbox = sqs.create_queue(QueueName="alerts-inbox")["QueueUrl"]
    inbox_arn = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = sns.create_topic(Name="alerts")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=inbox_arn)
    monkeypatch.setenv("GGVD_ALERT_TOPIC_ARN", topic)

    def tick(cursor):
        context = dg.build_sensor_context(cursor=cursor)
        failures.dead_letters(context)
        return context.cursor

    cursor = tick(None)
    assert json.loads(cursor) == dict.fromkeys(spec.load().queues, 0)
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    tick(tick(cursor))
    messages = sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10).get("Messages", [])
    (card,) = [json.loads(json.loads(m["Body"])["Message"]) for m in messages]
    assert card["command"] == "ggvd redrive extract-tmdb"
    assert "1 message in ggvd-extract-tmdb-dead-letters-deadletters" in card["message"]
