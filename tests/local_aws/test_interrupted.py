"""What was going when the server was killed is over when it starts again: no crawl passes for done, no message is hidden for hours."""

import asyncio
import io
import os
import signal
import zipfile
from types import SimpleNamespace

import boto3
import pytest

from ggvd_dagster.resources.crawler import Crawlers, CrawlFailed
from local_aws.app import LocalAws
from local_aws.persistence import Saver
from tests.conftest import free_port, running_aws
from tests.local_aws.conftest import ROLE, until
from tests.local_aws.test_server import saved

HANGS_ONCE = """
import pathlib, time
def handler(event, context):
    told = pathlib.Path(event["Records"][0]["body"])
    first = not told.exists()
    with told.open("a") as file:
        file.write("x")
    time.sleep(50 if first else 0)
"""


def test_a_crawl_that_was_interrupted_does_not_pass_for_the_one_before(tmp_path):
    port = free_port()
    with running_aws(tmp_path / "aws", port) as aws:
        glue = boto3.client("glue")
        glue.create_database(DatabaseInput={"Name": "db"})
        boto3.client("s3").create_bucket(Bucket="kept")
        glue.create_crawler(Name="crawler", Role=ROLE, DatabaseName="db", Targets={"DeltaTargets": [{"DeltaTables": []}]})
        Crawlers().crawl("crawler")
        tables = [f"s3://kept/none/{number}" for number in range(5000)]
        glue.update_crawler(Name="crawler", Targets={"DeltaTargets": [{"DeltaTables": tables}]})
        glue.start_crawler(Name="crawler")
        until(lambda: saved(tmp_path / "aws", "glue", '"State": "RUNNING"'))
        os.kill(aws["pid"], signal.SIGKILL)
    with running_aws(tmp_path / "aws", port):
        found = boto3.client("glue").get_crawler(Name="crawler")["Crawler"]
        assert (found["State"], found["LastCrawl"]["Status"]) == ("READY", "FAILED")
        assert found["LastCrawl"]["ErrorMessage"] == "The local AWS ended while the crawl was going."


def test_a_crawl_of_which_nothing_is_known_any_more_is_none(monkeypatch):
    """As after a restart of the local AWS that came before the start was saved: READY, and the crawl before is the last one."""

    class Glue:
        class exceptions:  # noqa: N801 (botocore's name)
            CrawlerRunningException = KeyError

        def start_crawler(self, Name):  # noqa: N803
            assert Name == "crawler"

        def get_crawler(self, Name):  # noqa: N803
            return {"Crawler": {"Name": Name, "State": "READY", "LastCrawl": {"Status": "SUCCEEDED", "StartTime": 7, "MessagePrefix": "a"}}}

    monkeypatch.setattr("ggvd_dagster.resources.clients.client", lambda _: Glue())
    with pytest.raises(CrawlFailed, match="left no trace"):
        Crawlers(deadline_seconds=0.3).crawl("crawler")


def test_a_message_that_a_function_held_comes_again_at_once(tmp_path):
    package, told, port = io.BytesIO(), tmp_path / "told", free_port()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("code.py", "")
        archive.writestr("held.py", HANGS_ONCE)
    with running_aws(tmp_path / "aws", port) as aws:
        sqs, functions = boto3.client("sqs"), boto3.client("lambda")
        url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "900"})["QueueUrl"]
        other = sqs.create_queue(QueueName="other")["QueueUrl"]
        functions.create_function(
            FunctionName="f", Runtime="python3.11", Role=ROLE, Handler="held.handler", Timeout=60, Code={"ZipFile": package.getvalue()}
        )
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        functions.create_event_source_mapping(FunctionName="f", EventSourceArn=arn)
        until(lambda: saved(tmp_path / "aws", "lambda", '"EventSourceArn"'))
        for queue in (url, other):
            sqs.send_message(QueueUrl=queue, MessageBody=str(told))
        assert sqs.receive_message(QueueUrl=other, VisibilityTimeout=900)["Messages"]
        until(told.exists)
        sqs.send_message(QueueUrl=other, MessageBody="another", DelaySeconds=900)
        until(lambda: saved(tmp_path / "aws", "sqs", '"receive_count": 1', "another"))
        os.kill(aws["pid"], signal.SIGKILL)
    with running_aws(tmp_path / "aws", port):
        until(lambda: told.read_text() == "xx", seconds=60)  # of the 900 that it would stay hidden
        assert "Messages" not in boto3.client("sqs").receive_message(QueueUrl=other), "what a client holds or delays stays as it is"


def test_a_change_is_noted_when_it_is_there():
    """A save between a note and its change left a mapping unsaved until the next request to its service."""
    seen = []

    async def emulator(*_):
        seen.append("changed")

    aws = object.__new__(LocalAws)
    aws._emulator, aws._saver = emulator, SimpleNamespace(note=lambda scope: seen.append("noted"))
    asyncio.run(aws({"type": "http"}, None, None))
    assert seen == ["changed", "noted"]


def test_a_state_that_changes_while_it_is_read_is_read_again():
    looks = []

    def get_state():
        looks.append(1)
        if len(looks) < 3:
            raise RuntimeError("dictionary changed size during iteration")
        return {"kept": True}

    assert (Saver.settled(get_state)(), len(looks)) == ({"kept": True}, 3)
