"""The functions with everything that they meet: a bucket, queues and a secret in the local AWS, and a source on this machine."""

import gzip
import itertools
import json
from collections import deque

import boto3
import pytest

from ggvd_dagster import function_environment
from ggvd_dagster.names import Names
from lambda_handlers import aws, extract_archive, extract_tmdb, start_extraction, web
from lambda_handlers import tmdb as tmdb_client
from tests.lambda_handlers.servers import TOKEN, Archive, Tmdb, serving

numbers = itertools.count(1)


class Context:
    """Lambda's context with a fixed time left."""

    def __init__(self, seconds=300.0):
        self.seconds = seconds

    def get_remaining_time_in_millis(self):
        return int(self.seconds * 1000)


class Functions:
    """Invokes the handlers as Lambda does, and looks at what they left."""

    def __init__(self, monkeypatch, source_urls, **overrides):
        self.names = Names(env=f"t{next(numbers)}", account="000000000000")
        self.s3, self.sqs, self.secrets = (boto3.client(service) for service in ("s3", "sqs", "secretsmanager"))
        self.bucket = self.names.bucket("bronze")
        self.s3.create_bucket(Bucket=self.bucket)
        self.queues = {
            queue: self.sqs.create_queue(QueueName=self.names.queue(queue), Attributes={"VisibilityTimeout": "720"})["QueueUrl"]
            for queue in self.names.platform.queues
        }
        self.secret_id = self.names.secret("tmdb")
        self.secrets.create_secret(Name=self.secret_id, SecretString=TOKEN)
        variables = function_environment.variables(self.names, "extract-tmdb", self.queues, source_urls)
        sources = json.loads(variables["SOURCES"])
        for source in sources.values():
            source.update({name: value for name, value in overrides.items() if source.get(name) is not None})
        self.variables = {**variables, "SOURCES": json.dumps(sources)}
        for name, value in self.variables.items():
            monkeypatch.setenv(name, value)

    def start(self, table, partitions=None, snapshot=None, context=None):
        return start_extraction.lambda_handler({"table": table, "partitions": partitions, "snapshot": snapshot}, context or Context())

    def messages(self, queue):
        """Take all visible messages off the queue, as records of an event."""
        records = []
        while True:
            arguments = {"MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["All"]}
            found = self.sqs.receive_message(QueueUrl=self.queues[queue], **arguments).get("Messages", [])
            if not found:
                return records
            records += [self.record(queue, m["Body"], m["MessageId"], m["ReceiptHandle"]) for m in found]

    def record(self, queue, body, identifier="m-1", receipt="r-1", receives="1"):
        return {
            "messageId": identifier,
            "receiptHandle": receipt,
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": {"ApproximateReceiveCount": receives},
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:us-east-1:000000000000:{self.names.queue(queue)}",
        }

    def extract(self, queue, records, context=None):
        handler = {"extract-tmdb": extract_tmdb, "extract-archive": extract_archive}[queue].lambda_handler
        return handler({"Records": records}, context or Context())

    def listing(self):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket)
        return sorted(entry["Key"] for page in pages for entry in page.get("Contents", ()))

    def raw(self, key):
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def json(self, key):
        return json.loads(self.raw(key))

    def lines(self, prefix):
        """The lines of all data objects below `prefix`, in order of keys."""
        keys = [key for key in self.listing() if key.startswith(prefix) and key.endswith(".ndjson.gz")]
        return [line for key in keys for line in gzip.decompress(self.raw(key)).decode().splitlines()]


@pytest.fixture(autouse=True)
def _fresh_containers(monkeypatch):
    """Each test is a cold start; waits are short."""
    aws.client.cache_clear()
    web.session.cache_clear()
    tmdb_client._refused.clear()
    monkeypatch.setattr(web, "BACKOFF_SECONDS", 0.01)
    monkeypatch.setattr(web, "LONGEST_BACKOFF_SECONDS", 0.05)


@pytest.fixture
def tmdb():
    with serving(Tmdb(), "/3") as server:
        yield server


@pytest.fixture
def tmdb_functions(aws_endpoint, monkeypatch, tmdb):
    return Functions(monkeypatch, {"tmdb": tmdb.url}, requests_per_second=100_000, pages_per_message=2)


@pytest.fixture
def archive():
    with serving(Archive(deque()), "/archive.zip") as server:
        yield server


@pytest.fixture
def archive_functions(aws_endpoint, monkeypatch, archive):
    return Functions(monkeypatch, {"tag_genome": archive.url, "movielens": archive.url}, part_bytes=1000)
