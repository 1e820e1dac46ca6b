"""What the lake does with what it cannot use, on the real local AWS: nothing is lost, and the error says what to do."""

import gzip
import json
import time

import boto3
import dagster as dg
import pytest
from deltalake import DeltaTable

from ggvd_dagster.commands import redrive
from ggvd_dagster.resources.glue import read_report
from ggvd_dagster.resources.lake import Lake
from tests.end_to_end import bronze_objects
from tests.end_to_end.conftest import failure

QUEUE = "extract-tmdb"
FIRST, SECOND = "2026-01-01", "2026-01-02"


@pytest.fixture
def wrong_token(platform):
    """A token in the secret that TMDB refuses; call it to put the right one back."""
    client, secret = platform.client("secretsmanager"), platform.names.secret("tmdb")
    right = client.get_secret_value(SecretId=secret)["SecretString"]
    client.put_secret_value(SecretId=secret, SecretString="revoked")

    def repair():
        client.put_secret_value(SecretId=secret, SecretString=right)

    yield repair
    repair()


@pytest.fixture
def impatient(platform):
    """The queue gives a message up at its first failure, as it does after five in a deployment."""
    queue = platform.queue(platform.names.queue(QUEUE))
    policy = json.loads(queue.attributes["RedrivePolicy"])
    queue.set_attributes(Attributes={"RedrivePolicy": json.dumps(policy | {"maxReceiveCount": 1})})
    yield queue
    queue.set_attributes(Attributes={"RedrivePolicy": json.dumps(policy)})


def waiting(platform, name):
    """Messages in a queue, visible or not."""
    queue = platform.queue(name)
    return sum(int(queue.attributes[f"ApproximateNumberOfMessages{kind}"]) for kind in ("", "NotVisible"))


def bronze(platform, year, snapshot=FIRST):
    result = platform.materialize("bronze/tmdb_movies", years=[year], config={"snapshot": snapshot})
    assert result.success, failure(result)
    return bronze_objects.prefix(year, snapshot)


def test_a_refused_token_stops_at_once_and_is_repaired_by_running_again(platform, wrong_token):
    result = platform.materialize("bronze/tmdb_movies", years=["1950"], config={"snapshot": FIRST})
    assert not result.success
    assert failure(result).startswith("SourceRejected: ")
    assert platform.names.secret("tmdb") in failure(result)
    assert [waiting(platform, name) for name in (platform.names.queue(QUEUE), platform.names.dead_letter_queue(QUEUE))] == [0, 0]
    wrong_token()
    bronze(platform, "1950")


def test_an_interval_that_died_is_named_and_redriven(platform, wrong_token, impatient):
    wrong_token()
    folder, bucket = bronze(platform, "1951"), platform.bucket("bronze")
    lost = next(name for name in bronze_objects.names(bucket, folder) if name.endswith(".ndjson.gz"))
    bucket.delete_objects(Delete={"Objects": [{"Key": folder + name} for name in (lost, "_manifest.json")]})
    boto3.client("secretsmanager").put_secret_value(SecretId=platform.names.secret("tmdb"), SecretString="revoked")

    result = platform.materialize("bronze/tmdb_movies", years=["1951"], config={"snapshot": FIRST})
    said = failure(result)
    assert said.startswith(f"1 intervals ended in the dead-letter queue of {QUEUE}:")
    assert f"s3://{bucket.name}/{folder}{lost.removesuffix('.ndjson.gz')}: SourceRejected: " in said
    assert said.endswith(f"ggvd redrive {QUEUE}")

    wrong_token()
    redrive.run(QUEUE)
    assert waiting(platform, platform.names.dead_letter_queue(QUEUE)) == 0
    bronze(platform, "1951")
    assert {lost, "_manifest.json"} <= set(bronze_objects.names(bucket, folder))


def test_a_foreign_message_ends_as_a_dead_letter_and_harms_no_other(platform, impatient):
    body = '{"order": 66}'
    impatient.send_message(MessageBody=body)
    bronze(platform, "1952")
    dead = platform.queue(platform.names.dead_letter_queue(QUEUE))
    deadline, letters = time.monotonic() + 60, []
    while not letters and time.monotonic() < deadline:
        letters = dead.receive_messages(WaitTimeSeconds=1)
    assert [letter.body for letter in letters] == [body]
    letters[0].delete()


@pytest.mark.parametrize(
    ("year", "tell", "reason"),
    [
        pytest.param("1953", False, "bytes, its manifest says", id="other bytes than its manifest says"),
        pytest.param("1954", True, "end of file", id="as its manifest says"),
    ],
)
def test_a_truncated_object_fails_the_job(platform, year, tell, reason):
    source = bronze(platform, year)
    good = platform.materialize("silver/tmdb_movies", years=[year])
    assert good.success, failure(good)
    before = read_report(Lake(), platform.names, "silver/tmdb_movies")
    target = bronze_objects.prefix(year, SECOND)
    bronze_objects.rewrite(platform.bucket("bronze"), source, target, lambda content: content[: len(content) // 2], tell=tell)

    result = platform.materialize("silver/tmdb_movies", years=[year])
    assert not result.success
    assert f"of Glue job {platform.names.job('silver/tmdb_movies')} ended as FAILED: " in failure(result)
    assert reason in failure(result)
    step = next(event for event in result.all_events if event.is_step_failure)
    assert reason in step.step_failure_data.user_failure_data.metadata["log_tail"].value
    table = DeltaTable(platform.names.table_uri("silver/tmdb_movies"))
    assert table.version() == before.delta_version
    rows = table.to_pyarrow_table(partitions=[("release_year", "=", year)]).num_rows
    assert rows == before.partitions[year].rows_written > 0


def test_a_malformed_line_is_in_quarantine_with_its_object_and_reason(platform):
    source, target, line = bronze(platform, "1955"), bronze_objects.prefix("1955", SECOND), '{"id": 12, "title": "cut of'

    def add_line(content):
        return gzip.compress(gzip.decompress(content) + line.encode() + b"\n")

    keys = bronze_objects.rewrite(platform.bucket("bronze"), source, target, add_line, extra_rows=1)
    result = platform.materialize("silver/tmdb_movies", "silver/quarantine", years=["1955"])
    assert result.success, failure(result)
    table = DeltaTable(platform.names.table_uri("silver/quarantine")).to_pyarrow_table().to_pylist()
    found = [row for row in table if row["partition"] == "1955"]
    assert [(row["record"], row["reason"], row["snapshot"]) for row in found] == [(line, "malformed JSON", SECOND)] * len(keys)
    assert sorted(row["object"] for row in found) == sorted(key.rpartition("/")[2] for key in keys)


def test_a_source_that_adds_a_field_and_retypes_another(platform):
    """The field is reported until a snapshot comes without it, rows with the other type are in quarantine, all else is written."""
    source, table = bronze(platform, "1956"), "silver/tmdb_movies"

    def change(content):
        records = [json.loads(line) | {"budget": 10} for line in gzip.decompress(content).splitlines()]
        records[0]["overview"] = {"en": "Plot."}
        return gzip.compress("".join(f"{json.dumps(record)}\n" for record in records).encode())

    for snapshot, changes, unknown in ((SECOND, change, {"budget": ["1956"]}), ("2026-01-03", lambda content: content, {})):
        keys = bronze_objects.rewrite(platform.bucket("bronze"), source, bronze_objects.prefix("1956", snapshot), changes)
        result = platform.materialize(table, years=["1956"])
        assert result.success, failure(result)
        (check,) = [found for found in result.get_asset_check_evaluations() if found.check_name == "source_fields"]
        assert (check.passed, check.severity.value, check.metadata["unknown"].value) == (not unknown, "WARN", unknown)
        event = platform.instance.get_latest_materialization_event(dg.AssetKey(table.split("/"))).asset_materialization
        assert ("unknown_source_fields" in event.metadata) is bool(unknown)
        retyped = read_report(Lake(), platform.names, table).partitions["1956"].quarantined
        assert retyped == ({"overview has another type": len(keys)} if unknown else {})
