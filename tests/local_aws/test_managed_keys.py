"""AWS makes the key of a service by itself when it is first asked for."""

import boto3
import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def kms(local_aws):
    return boto3.client("kms", endpoint_url=local_aws["AWS_ENDPOINT_URL"])


def test_a_managed_key_is_there_when_it_is_asked_for(kms):
    key = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]
    assert key["Enabled"]
    assert kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["KeyId"] == key["KeyId"]
    arn = key["Arn"].replace("key/" + key["KeyId"], "alias/aws/s3")
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyId"] == key["KeyId"]


def test_no_other_alias_appears_by_itself(kms):
    with pytest.raises(ClientError, match="NotFoundException"):
        kms.describe_key(KeyId="alias/nobody-made-it")
