"""How often a commit of a Delta log was written: more than once means that a writer took the place of another."""

import time

import boto3
import pytest

from ggvd_dagster.resources.lake import Lake

KEY = f"table/_delta_log/{3:020d}.json"


@pytest.mark.parametrize(
    ("contents", "expected"),
    [
        pytest.param([], 0, id="none"),
        pytest.param([b"ours"], 1, id="one"),
        pytest.param([b"ours", b"ours"], 1, id="sent twice by an SDK"),
        pytest.param([b"theirs", b"ours"], 2, id="written over"),
        pytest.param([b"old", None, b"new"], 1, id="of a table made anew"),
        pytest.param([b"old", None], 0, id="deleted"),
    ],
)
def test_commits(aws_endpoint, request, contents, expected):
    s3, bucket = boto3.client("s3"), f"commits-{abs(hash(request.node.name))}"
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for content in contents:
        if content is None:
            s3.delete_object(Bucket=bucket, Key=KEY)
            time.sleep(1.1)  # S3 tells times in whole seconds
        else:
            s3.put_object(Bucket=bucket, Key=KEY, Body=content)
    assert Lake().commits(f"s3://{bucket}/table", 3) == expected
