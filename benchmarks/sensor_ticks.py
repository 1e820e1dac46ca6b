"""How long one tick of each bronze sensor takes with 10,000 new objects, against an AWS endpoint (AWS_ENDPOINT_URL).

Run: .venv/bin/python benchmarks/sensor_ticks.py. Limit: 10 s a tick.
"""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import dagster as dg
from botocore.config import Config

from ggvd_dagster.names import Names
from ggvd_dagster.sensors import notifications, s3_events, s3_listing
from ggvd_dagster.sensors.ledger import Ledger

OBJECTS = 10_000
THREADS = 16


def main() -> None:
    names = Names(f"bench{uuid.uuid4().hex[:6]}", "000000000000")
    config = Config(max_pool_connections=THREADS)
    s3, sqs = boto3.client("s3", config=config), boto3.client("sqs", config=config)
    fill(names, s3, sqs)
    s3_events.VISIBILITY_SECONDS = 15  # for the patience of who measures
    measure("s3_events", lambda cursor: s3_events.evaluate(context(cursor), sqs, names.manifests_queue(), names.bucket("bronze"), Ledger()))
    now = time.time() + 3600
    measure("s3_listing", lambda cursor: s3_listing.evaluate(context(cursor), s3, names.bucket("bronze"), Ledger(), now))


def fill(names: Names, s3: Any, sqs: Any) -> None:
    bucket = names.bucket("bronze")
    s3.create_bucket(Bucket=bucket)
    url = sqs.create_queue(QueueName=names.manifests_queue())["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(notifications.queue_policy(names, arn))})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=notifications.bucket_configuration(arn))

    def put(number: int) -> None:
        key = f"tmdb_movies/release_year={1940 + number % 80}/snapshot=s{number:05d}/_manifest.json"
        s3.put_object(Bucket=bucket, Key=key, Body=str(number).encode())

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(put, range(OBJECTS)))


def context(cursor: str | None) -> dg.SensorEvaluationContext:
    return dg.build_sensor_context(cursor=cursor)


def measure(name: str, tick: Any) -> None:
    """The second tick of the events gets every message again, and deletes it because what it told of is recorded."""
    cursor: str | None = None
    for label in ("first tick", "next tick"):
        if cursor and name == s3_events.NAME:
            time.sleep(s3_events.VISIBILITY_SECONDS)
        began = time.perf_counter()
        result = tick(cursor)
        seconds = time.perf_counter() - began
        cursor = result.cursor
        handled = len(Ledger.from_cursor(cursor).identities)
        size = len(cursor or "")
        print(f"{name}, {label}: {seconds:.2f} s, {handled} objects known, {len(result.run_requests)} runs asked, cursor of {size} bytes")


if __name__ == "__main__":
    main()
