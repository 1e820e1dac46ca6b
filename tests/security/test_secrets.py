"""The token of TMDB is in Secrets Manager and nowhere else, after a whole run and after one that the source refused."""

import gzip
import json
import re

import boto3
import dagster as dg
import pytest
from botocore.config import Config

from tests.security.conftest import TOKEN

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]
REVOKED = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJyZXZva2VkIn0.cmV2b2tlZC1zaWduYXR1cmU"


@pytest.fixture(scope="module")
def refused(lake):
    """After the whole run, one with a token that the source refuses: errors are where secrets leak."""
    from ggvd_dagster.definitions import defs

    secrets, name = lake.root.client("secretsmanager"), lake.names.secret("tmdb")
    secrets.put_secret_value(SecretId=name, SecretString=REVOKED)
    job = defs.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(
        asset_selection=[dg.AssetKey(["bronze", "tmdb_movies"])],
        instance=lake.instance,
        partition_key="1950",
        raise_on_error=False,
    )
    secrets.put_secret_value(SecretId=name, SecretString=TOKEN)
    return lake, result


def holders(where, secret):
    """Names of those (name, bytes) that contain the secret, also inside gzip."""
    found = []
    for name, content in where:
        plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        found += [name] if secret.encode() in content or secret.encode() in plain else []
    return found


def files(lake):
    """All that was written: logs, the state of every service, S3's objects, Dagster's storage."""
    for path in sorted(lake.state.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(lake.state)), path.read_bytes()


def log_events(lake):
    logs = lake.root.client("logs")
    for group in (group for page in logs.get_paginator("describe_log_groups").paginate() for group in page["logGroups"]):
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"]):
            for event in page["events"]:
                yield f"{group['logGroupName']} {event['logStreamName']}", event["message"].encode()


@pytest.mark.parametrize("secret", [TOKEN, REVOKED], ids=["the token", "a refused token"])
def test_no_file_has_it_but_the_service_that_keeps_it(refused, secret):
    lake, _ = refused
    found = holders(files(lake), secret)
    assert [name for name in found if "secretsmanager" not in name] == []
    if secret == TOKEN:  # the search does find what is there
        assert any("secretsmanager" in name for name in found)


@pytest.mark.parametrize("secret", [TOKEN, REVOKED], ids=["the token", "a refused token"])
def test_no_line_of_cloudwatch_has_it(refused, secret):
    lake, _ = refused
    events = list(log_events(lake))
    assert len(events) > 10
    assert holders(events, secret) == []


def test_the_refusal_names_the_secret_and_not_its_value(refused):
    lake, result = refused
    assert not result.success
    said = json.dumps([str(event) for event in result.all_events])
    assert lake.names.secret("tmdb") in said
    assert REVOKED not in said


def test_no_run_was_configured_with_it(refused):
    lake, _ = refused
    for run in lake.instance.get_runs():
        assert TOKEN not in json.dumps([run.run_config, run.tags], default=str)


SIGNED = re.compile(rb"X-Amz-(Signature|Security-Token|Credential)=|AWSAccessKeyId=[^&]+&Signature=|[?&]Signature=")


def test_dagster_keeps_no_link_that_is_signed(refused):
    lake, _ = refused
    storage = [path for path in sorted((lake.state / "dagster").rglob("*")) if path.is_file()]
    assert any(b"dagster/column_lineage" in path.read_bytes() for path in storage)  # metadata is where we look
    assert [str(path) for path in storage if SIGNED.search(path.read_bytes())] == []


def test_a_signed_link_would_be_found():
    for version in ("s3", "s3v4"):
        client = boto3.client(
            "s3", aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1", config=Config(signature_version=version)
        )
        assert SIGNED.search(client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"}).encode())
