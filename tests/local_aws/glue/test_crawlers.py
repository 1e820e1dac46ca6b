"""Crawlers are stopped before their next table; what a crawl makes of a table is in athena/test_queries.py."""

import uuid

import boto3
import pytest

from tests.local_aws.conftest import ROLE, until


@pytest.fixture
def crawler(glue, bucket):
    """A crawler of so many tables that it runs for seconds."""
    name = f"crawler-{uuid.uuid4().hex[:8]}"
    glue.create_database(DatabaseInput={"Name": name})
    tables = [f"s3://{bucket}/none/{number}" for number in range(500)]
    glue.create_crawler(Name=name, Role=ROLE, DatabaseName=name, Targets={"DeltaTargets": [{"DeltaTables": tables}]})
    return name


def test_a_stopped_crawl_ends_before_its_next_table(glue, crawler):
    glue.start_crawler(Name=crawler)
    with pytest.raises(glue.exceptions.CrawlerRunningException):
        glue.start_crawler(Name=crawler)
    glue.stop_crawler(Name=crawler)
    found = until(lambda: (now := glue.get_crawler(Name=crawler)["Crawler"])["State"] == "READY" and now)
    assert found["LastCrawl"]["Status"] == "CANCELLED"
    events = boto3.client("logs").get_log_events(logGroupName="/aws-glue/crawlers", logStreamName=crawler)["events"]
    messages = [event["message"] for event in events]
    assert any("Crawl was stopped" in message for message in messages)
    assert sum("could not be read" in message for message in messages) < 500


def test_what_does_not_run_cannot_be_stopped(glue, crawler):
    with pytest.raises(glue.exceptions.CrawlerNotRunningException):
        glue.stop_crawler(Name=crawler)
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.stop_crawler(Name="nobody")
