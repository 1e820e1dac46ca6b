"""A disk without room: S3 refuses what it could not keep, and what it has stays readable."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.conftest import running_aws

FULL = str(10**9)
ONCE = Config(retries={"total_max_attempts": 1})


def test_an_object_is_refused_that_could_not_be_stored(tmp_path):
    with running_aws(tmp_path / "aws"):
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="before", Body=b"here")
    with running_aws(tmp_path / "aws", GGVD_DISK_RESERVE_MB=FULL):
        s3 = boto3.client("s3", config=ONCE)
        with pytest.raises(ClientError, match=r"InsufficientStorage.*make room"):
            s3.put_object(Bucket="kept", Key="later", Body=b"x", IfNoneMatch="*")
        assert [entry["Key"] for entry in s3.list_objects_v2(Bucket="kept")["Contents"]] == ["before"]
        assert s3.get_object(Bucket="kept", Key="before")["Body"].read() == b"here"
        s3.delete_object(Bucket="kept", Key="before")  # which makes room


def test_so_is_an_upload_of_many_parts(tmp_path):
    with running_aws(tmp_path / "aws", GGVD_DISK_RESERVE_MB=FULL):
        s3 = boto3.client("s3", config=ONCE)
        s3.create_bucket(Bucket="kept")
        upload = s3.create_multipart_upload(Bucket="kept", Key="large")["UploadId"]
        with pytest.raises(ClientError, match="InsufficientStorage"):
            s3.upload_part(Bucket="kept", Key="large", UploadId=upload, PartNumber=1, Body=b"x")


def test_what_could_not_be_written_is_no_success(tmp_path):
    """Whatever the reason: here a folder stands where the object's file would."""
    with running_aws(tmp_path / "aws"):
        s3 = boto3.client("s3", config=ONCE)
        s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key="there", Body=b"1")
        (stored,) = (tmp_path / "aws" / "s3").rglob("there")
        stored.unlink()
        stored.mkdir()
        (stored / "something").touch()
        with pytest.raises(ClientError) as refused:
            s3.put_object(Bucket="kept", Key="there", Body=b"2")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 500
