"""Messages of a job as dagster-aws's S3 reader finds them: numbered objects, one JSON a line."""

import itertools
import json

import pytest
from dagster_pipes import PipesContext, encode_param

from glue_scripts import job, lake, pipes
from glue_scripts.errors import JobError

CONTEXT = {
    "asset_keys": ["silver/movielens_tags"], "code_version_by_asset_key": None, "provenance_by_asset_key": None, "partition_key": None,
    "partition_key_range": None, "partition_time_window": None, "run_id": "run", "job_name": None, "retry_number": 0, "extras": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def bucket(aws_endpoint):
    import boto3

    boto3.client("s3", endpoint_url=aws_endpoint, region_name="us-east-1").create_bucket(Bucket="pipes")
    return "pipes"


@pytest.fixture
def run(bucket, request, monkeypatch):
    """The arguments of a run that Dagster asked for, and its messages by object."""
    place = request.node.name
    lake.write_bytes(f"s3://{bucket}/{place}/context.json", json.dumps(CONTEXT).encode())
    context = encode_param({"bucket": bucket, "key": f"{place}/context.json"})
    argv = ["job", "--dagster-pipes-context", context, "--dagster-pipes-messages", encode_param({"bucket": bucket, "key_prefix": place})]

    monkeypatch.setattr("sys.argv", argv)  # where Dagster Pipes finds its parameters
    monkeypatch.setattr(PipesContext, "_instance", None)  # one a process: a job is a process

    def read():
        found = (lake.read_bytes(f"s3://{bucket}/{place}/{number}.json") for number in itertools.count(1))
        return [[json.loads(line) for line in content.decode().splitlines()] for content in itertools.takewhile(bool, found)]

    return argv, read


def methods(objects):
    return [[message["method"] for message in found] for found in objects]


def test_the_report_is_one_custom_message_between_opened_and_closed(run):
    argv, read = run
    with pipes.messages(argv) as send:
        send({"table": "silver/movielens_tags"})
        # sent at once: it is there before the job ends
        assert methods(read()) == [["opened"], ["report_custom_message"]]
    assert methods(read()) == [["opened"], ["report_custom_message"], ["closed"]]
    assert read()[1][0]["params"] == {"payload": {"report": {"table": "silver/movielens_tags"}}}


def test_printed_lines_are_passed_on_and_sent_with_the_next_message(run, capsys):
    argv, read = run
    with pipes.messages(argv) as send:
        print("one\ntwo")  # noqa: T201
        print("half", end="")  # noqa: T201
        print(" a line")  # noqa: T201
        send({})
    assert capsys.readouterr().out == "one\ntwo\nhalf a line\n"
    assert [message["params"]["text"] for message in read()[1][:-1]] == ["one\n", "two\n", "half a line\n"]


def test_printed_lines_are_sent_once_the_time_between_uploads_is_over(run, monkeypatch):
    argv, read = run
    monkeypatch.setattr(pipes, "SECONDS_BETWEEN_UPLOADS", 0.0)
    with pipes.messages(argv):
        print("one")  # noqa: T201
        assert methods(read()) == [["opened"], ["log_external_stream"]]


def test_an_error_is_told_when_the_messages_close(run):
    argv, read = run
    with pytest.raises(ZeroDivisionError), pipes.messages(argv):
        _ = 1 / 0
    assert read()[-1][0]["params"]["exception"]["name"] == "ZeroDivisionError"


@pytest.mark.parametrize(
    ("error", "last"), [(JobError("two lines of one"), "two lines of one\n"), (KeyError("x"), "KeyError: 'x'\n")], ids=["ours", "a bug"]
)
def test_what_went_wrong_is_the_last_printed_line(run, error, last):
    argv, read = run
    with pytest.raises(type(error)), pipes.messages(argv), job._logged():
        raise error
    printed = [message for part in read() for message in part if message["method"] == "log_external_stream"]
    assert printed[-1]["params"]["text"] == last


def test_lost_messages_do_not_fail_the_job(run, monkeypatch, capsys):
    argv, read = run

    def refuse(uri, content):
        raise OSError("no bucket")

    monkeypatch.setattr(pipes.lake, "write_bytes", refuse)
    with pipes.messages(argv) as send:
        send({"table": "x"})
    assert "messages 2 were not sent: no bucket" in capsys.readouterr().err
    assert read() == []


def test_without_dagster_nothing_is_sent(bucket):
    with pipes.messages(["job", "--table", "x"]) as send:
        assert send({"table": "x"}) is None
