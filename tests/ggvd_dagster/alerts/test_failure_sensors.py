"""Each failure is told once, to a receiver that really listens."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import dagster as dg
import pytest

from ggvd_dagster import spec
from ggvd_dagster.alerts import again
from ggvd_dagster.names import Names
from ggvd_dagster.sensors import dead_letters, failures


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
        dead_letters.dead_letters(context)
        return context.cursor

    cursor = tick(None)
    assert json.loads(cursor) == dict.fromkeys(spec.load().queues, 0)
    sqs.send_message(QueueUrl=url, MessageBody="{}")
    tick(tick(cursor))
    messages = sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10).get("Messages", [])
    (card,) = [json.loads(json.loads(m["Body"])["Message"]) for m in messages]
    assert card["command"] == "ggvd redrive extract-tmdb"
    assert "1 message in ggvd-extract-tmdb-dead-letters-deadletters" in card["message"]


def check_ticks(instance):
    """The sensor's ticks; the first one only remembers where it is."""
    cursor = [None]

    def tick():
        context = dg.build_sensor_context(instance=instance, cursor=cursor[0])
        failures.check_failure(context)
        cursor[0] = context.cursor

    tick()
    return tick


def a_check(key, name, severity, *, blocking):
    @dg.asset(key=key, check_specs=[dg.AssetCheckSpec(name, asset=key, blocking=blocking)])
    def asset():
        return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=False, check_name=name, severity=severity)])

    return asset


def test_a_warning_wakes_nobody(received):
    cards, _ = received
    with dg.DagsterInstance.ephemeral() as instance:
        tick = check_ticks(instance)
        dg.materialize(
            [a_check(["silver", "movielens_tags"], "source_fields", dg.AssetCheckSeverity.WARN, blocking=False)], instance=instance
        )
        tick()
    assert cards == []


def test_a_check_of_a_catalog_is_told_too(received):
    cards, _ = received
    check = a_check(["catalog", "gold"], "movies_columns_agree", dg.AssetCheckSeverity.ERROR, blocking=False)
    with dg.DagsterInstance.ephemeral() as instance:
        tick = check_ticks(instance)
        dg.materialize([check], instance=instance)
        tick()
    assert [card["what"] for card in cards] == ["check movies_columns_agree of catalog/gold"]


def test_every_check_of_the_code_location_is_looked_at():
    from ggvd_dagster.definitions import defs

    assert set(failures._checks()) == defs.resolve_asset_graph().asset_check_keys


def test_a_blocking_check_that_fails_its_run_is_one_alert(received):
    cards, _ = received
    check = a_check(["gold", "movies"], "unique_key", dg.AssetCheckSeverity.ERROR, blocking=True)
    with dg.DagsterInstance.ephemeral() as instance:
        tick = check_ticks(instance)
        result = dg.materialize([check], instance=instance, raise_on_error=False)
        assert not result.success
        tell(instance, result)
        tick()
        assert instance.get_run_by_id(result.run_id).tags[failures.CLASS_TAG] == "bad data"
    assert [card["what"] for card in cards] == ["check unique_key of gold/movies"]


RUNS = {
    "undo": ("restore_table", {"restore": {"table": "gold/movies", "to_version": 4}}, "restore", "ggvd undo gold/movies --to-version 4"),
    "plan": (
        "plan_backfill",
        {"plan": {"first": "2008", "last": "2009"}},
        "plan",
        "ggvd plan-backfill bronze/tmdb_movies,silver/tmdb_movies --from 2008 --to 2009",
    ),
    "maintenance": ("maintain_tables", {}, "maintain_silver__tmdb_movies", "ggvd maintain silver/tmdb_movies"),
}


@pytest.mark.parametrize(("job", "config", "step", "command"), RUNS.values(), ids=RUNS.keys())
def test_jobs_that_are_no_assets_have_commands_of_their_own(job, config, step, command):
    run = dg.DagsterRun(job, run_config={"ops": {op: {"config": given} for op, given in config.items()}})
    assert again.of_step(run, step)[1] == command
    assert again.of_run(run)[1] == command.removesuffix(" silver/tmdb_movies" if job == "maintain_tables" else "")


def test_a_run_that_died_is_run_again_with_all_its_tables_and_partitions():
    run = dg.DagsterRun("refresh_tmdb", tags={again.RANGE_START: "2008", again.RANGE_END: "2009"})
    assert again.of_run(run)[1] == "ggvd materialize bronze/tmdb_movies,silver/tmdb_movies --from 2008 --to 2009"
