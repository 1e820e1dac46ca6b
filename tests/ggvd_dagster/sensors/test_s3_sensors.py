"""The two sensors of bronze: what they make of objects, events, cursors and each other."""

import json

import boto3
import dagster as dg
import pytest

from ggvd_dagster import partitions
from ggvd_dagster.names import Names
from ggvd_dagster.sensors import landed, s3_events, s3_listing, silver_runs
from ggvd_dagster.sensors.landed import Landed
from ggvd_dagster.sensors.ledger import Ledger
from tests.ggvd_dagster.sensors.fakes import BUCKET, Bucket, Queue, etag, event, manifest

NOW = 1_800_000_000
OLD = NOW - 1000


def tick(bucket, cursor=None, now=NOW, other=None):
    return s3_listing.evaluate(dg.build_sensor_context(cursor=cursor), bucket, BUCKET, other or Ledger(), now)


def events_tick(queue, cursor=None, other=None):
    return s3_events.evaluate(dg.build_sensor_context(cursor=cursor), queue, "queue", BUCKET, other or Ledger())


def asked(result):
    """(table, first partition, last partition) of each request."""
    found = []
    for request in result.run_requests:
        first = request.partition_key or request.tags.get(silver_runs.RANGE_START)
        last = request.partition_key or request.tags.get(silver_runs.RANGE_END)
        found.append(("/".join(request.asset_selection[0].path), first, last))
    return sorted(found, key=str)


def years(*wanted, at=OLD):
    return Bucket({manifest("tmdb_movies", partition=str(year)): (at, f"content of {year}") for year in wanted})


def test_neighbouring_partitions_share_one_run():
    assert asked(tick(years(2008, 2009, 2010, 2013))) == [("silver/tmdb_movies", "2008", "2010"), ("silver/tmdb_movies", "2013", "2013")]


def test_a_snapshot_without_partitions_runs_its_table():
    assert asked(tick(Bucket({manifest("movielens_tags"): (OLD, "x")}))) == [("silver/movielens_tags", None, None)]


def test_a_source_without_partitions_runs_all_partitions_of_its_reader():
    (run,) = asked(tick(Bucket({manifest("movielens_rating_events"): (OLD, "x")})))
    assert run[:2] == ("silver/movielens_rating_events", "1995")
    assert run[2] >= "2026"


def test_a_year_that_began_after_the_start_waits_for_a_process_that_knows_it(monkeypatch):
    known = dg.StaticPartitionsDefinition(partitions.definition("release_year").get_partition_keys()[:-1])
    year = partitions.definition("release_year").get_partition_keys()[-1]
    bucket, queue = years(2010, year), Queue()
    for key, (second, content) in bucket.objects.items():
        queue.send(event(key, content, second))
    with monkeypatch.context() as patch:
        patch.setattr(partitions, "definition", lambda name: known)
        listed, told = tick(bucket), events_tick(queue)
    queue.now += s3_events.VISIBILITY_SECONDS
    assert asked(listed) == asked(told) == [("silver/tmdb_movies", "2010", "2010")]
    assert asked(tick(bucket, listed.cursor)) == asked(events_tick(queue, told.cursor)) == [("silver/tmdb_movies", year, year)]


IGNORED = {
    "data object": "tmdb_movies/release_year=2010/snapshot=2026-11-24/2010-01-01_2010-12-31_p0001-0025.ndjson.gz",
    "plan": "tmdb_movies/release_year=2010/snapshot=2026-11-24/_plan.json",
    "manifest of a table that the spec does not have": manifest("books"),
    "year that the spec does not have": manifest("tmdb_movies", partition="1802"),
    "partitioned table without partition": manifest("tmdb_movies"),
    "partition of a table without": manifest("movielens_tags", partition="2010"),
}


@pytest.mark.parametrize("key", IGNORED.values(), ids=IGNORED.keys())
def test_other_objects_start_nothing(key):
    result = tick(Bucket({key: (OLD, "x")}))
    assert result.run_requests == []
    assert tick(Bucket({key: (OLD, "x")}), result.cursor).run_requests == []


def test_what_was_handled_is_not_run_again():
    bucket = years(2010)
    first = tick(bucket)
    assert tick(bucket, first.cursor).run_requests == []


def test_late_object_of_the_same_second_is_run():
    bucket = years(2010)
    first = tick(bucket)
    bucket.objects |= years(2012).objects
    assert asked(tick(bucket, first.cursor)) == [("silver/tmdb_movies", "2012", "2012")]


def test_overwritten_object_is_run_with_another_key():
    bucket = years(2010)
    first = tick(bucket)
    (key,) = bucket.objects
    bucket.objects[key] = (OLD + 5, "other content")
    second = tick(bucket, first.cursor)
    assert asked(second) == asked(first)
    assert second.run_requests[0].run_key != first.run_requests[0].run_key


def test_deleted_object_does_not_stop_the_sensor():
    bucket = years(2010)
    first = tick(bucket)
    bucket.objects.clear()
    second = tick(bucket, first.cursor)
    bucket.objects |= years(2011).objects
    assert asked(tick(bucket, second.cursor)) == [("silver/tmdb_movies", "2011", "2011")]


def test_2501_objects_are_found_once_each():
    keys = [manifest("tmdb_movies", snapshot=f"s{i:04d}", partition=str(1940 + i % 80)) for i in range(2501)]
    first = tick(Bucket({key: (OLD, key) for key in keys}))
    assert asked(first) == [("silver/tmdb_movies", "1940", "2019")]
    assert first.run_requests[0].tags[silver_runs.OBJECTS_TAG] == "2501"
    assert len(Ledger.from_cursor(first.cursor).identities) == 2501
    assert tick(Bucket({key: (OLD, key) for key in keys}), first.cursor).run_requests == []


def test_object_that_has_not_settled_is_left_to_the_events():
    bucket = years(2010, at=NOW - 10)
    first = tick(bucket)
    assert first.run_requests == []
    assert asked(tick(bucket, first.cursor, now=NOW + 200)) == [("silver/tmdb_movies", "2010", "2010")]


def test_what_the_events_handled_is_not_run_again_by_the_listing_nor_the_other_way_round():
    bucket, queue = years(2010), Queue(NOW)
    ((key, (second, content)),) = bucket.objects.items()
    queue.send(event(key, content, second))
    by_events = events_tick(queue)
    assert asked(by_events) == [("silver/tmdb_movies", "2010", "2010")]
    assert tick(bucket, other=Ledger.from_cursor(by_events.cursor)).run_requests == []
    by_listing = tick(bucket)
    assert events_tick(queue, other=Ledger.from_cursor(by_listing.cursor)).run_requests == []


def test_cursor_that_cannot_be_read_starts_over():
    assert asked(tick(years(2010), cursor="tmdb_movies/last-key-of-an-older-sensor")) == [("silver/tmdb_movies", "2010", "2010")]


def test_message_goes_only_after_its_request_is_recorded():
    queue = Queue(NOW)
    queue.send(event(manifest("movielens_tags"), "x", NOW))
    first = events_tick(queue)
    assert len(queue.left()) == 1
    queue.now += s3_events.VISIBILITY_SECONDS
    again = events_tick(queue)  # the first tick was lost
    assert [r.run_key for r in again.run_requests] == [r.run_key for r in first.run_requests]
    queue.now += s3_events.VISIBILITY_SECONDS
    assert events_tick(queue, again.cursor).run_requests == []
    assert queue.left() == []


def test_two_events_for_one_object_give_one_run():
    queue = Queue(NOW)
    for second in (NOW, NOW + 1):
        queue.send(event(manifest("movielens_tags"), "x", second))
    assert len(events_tick(queue).run_requests) == 1


DROPPED = {
    "S3's test message": json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": BUCKET}),
    "no JSON": "hello",
    "no event": json.dumps({"a": 1}),
    "list": "[]",
    "a depth that no reader goes down": "[" * 100_000,
    "a time before all": event(manifest("movielens_tags"), "x", NOW).replace("2027-01-15T08:00:00Z", "0001-01-01T00:00:00+14:00"),
    "deletion": event(manifest("movielens_tags"), "x", NOW, name="ObjectRemoved:Delete"),
    "other bucket": event(manifest("movielens_tags"), "x", NOW, bucket="other"),
    "no manifest": event("movielens_tags/snapshot=1/_plan.json", "x", NOW),
}


@pytest.mark.parametrize("body", DROPPED.values(), ids=DROPPED.keys())
def test_messages_that_tell_of_no_snapshot_go_at_once(body):
    queue = Queue(NOW)
    queue.send(body)
    assert events_tick(queue).run_requests == []
    assert queue.left() == []


def test_eventbridge_tells_of_the_same_version():
    key = manifest("movielens_tags", snapshot="20210101T000000Z-0a1b2c3d")
    bridged = {
        "detail-type": "Object Created",
        "time": "2026-11-24T21:00:00Z",
        "detail": {"bucket": {"name": BUCKET}, "object": {"key": key, "etag": etag("x")}},
    }
    assert [o.identity for o in landed.told(json.dumps(bridged), BUCKET)] == [o.identity for o in landed.told(event(key, "x", NOW), BUCKET)]


def test_a_run_key_names_the_version_of_its_object():
    (request,), _ = silver_runs.run_requests([Landed(manifest("movielens_tags"), "e1", NOW)])
    assert request.run_key == "silver/movielens_tags:movielens_tags/snapshot=2026-11-24/_manifest.json@e1"


def test_the_bucket_tells_the_queue_and_the_sensor_asks_for_the_run(aws_endpoint):
    names = Names("s3events", "000000000000")
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    s3.create_bucket(Bucket=names.bucket("bronze"))
    notify(names, s3, sqs)
    s3.put_object(Bucket=names.bucket("bronze"), Key="tmdb_movies/release_year=2010/snapshot=2026-11-24/_plan.json", Body=b"{}")
    s3.put_object(Bucket=names.bucket("bronze"), Key=manifest("tmdb_movies", partition="2010"), Body=b"{}")
    context = dg.build_sensor_context()
    result = s3_events.evaluate(context, sqs, names.manifests_queue(), names.bucket("bronze"), Ledger())
    assert asked(result) == [("silver/tmdb_movies", "2010", "2010")]
    listed = list(s3_listing.manifests(s3, names.bucket("bronze")))
    assert {o.identity for o in listed} == Ledger.from_cursor(result.cursor).identities


def test_without_the_queue_the_sensor_says_what_to_turn_on(aws_endpoint):
    answer = s3_events.evaluate(dg.build_sensor_context(), boto3.client("sqs"), "no-such-queue", BUCKET, Ledger())
    assert "turn on s3_listing" in answer.skip_message


def notify(names, s3, sqs):
    from ggvd_dagster.sensors import notifications

    url = sqs.create_queue(QueueName=names.manifests_queue())["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(notifications.queue_policy(names, arn))})
    s3.put_bucket_notification_configuration(
        Bucket=names.bucket("bronze"), NotificationConfiguration=notifications.bucket_configuration(arn)
    )
