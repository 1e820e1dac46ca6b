"""Buckets and queues answer nobody without TLS: Terraform's own statements, in an AWS that evaluates them."""

import json
import re

import boto3
import pytest
from botocore.exceptions import ClientError

from terraform.checks.platform_module import TERRAFORM, evaluate


def statements(module, arn, own):
    """The policy of a module's .tf file as Terraform evaluates it, for a resource of this ARN."""
    text = (TERRAFORM / "modules" / module / "main.tf").read_text()
    found = re.findall(r"\{\s*Sid\s+= \"Tls.*?Condition = \{.*?\} \}\s*\}", text, re.DOTALL)
    return [evaluate(_one_line(statement).replace(f"${{{own}}}", arn).replace(own, f'"{arn}"')) for statement in found]


def _one_line(statement):
    """Terraform's console takes an expression on one line only."""
    first, *inner, last = (line.strip() for line in statement.splitlines())
    return f"{first} {', '.join(inner)} {last}"


@pytest.fixture
def bucket(enforced):
    """A bucket with the policy that Terraform gives each."""
    name, s3 = "tls-only", enforced.root.client("s3")
    s3.create_bucket(Bucket=name)
    policy = {"Version": "2012-10-17", "Statement": statements("s3", f"arn:aws:s3:::{name}", "aws_s3_bucket.this.arn")}
    assert [statement["Sid"] for statement in policy["Statement"]] == ["TlsOnly", "Tls12"]
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    yield name
    s3.delete_bucket_policy(Bucket=name)


@pytest.fixture
def queue(enforced):
    sqs = enforced.root.client("sqs")
    url = sqs.create_queue(QueueName="tls-only")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = {"Version": "2012-10-17", "Statement": statements("sqs", arn, "each.value.arn")}
    assert [statement["Sid"] for statement in policy["Statement"]] == ["TlsOnly"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    return url


@pytest.fixture(scope="module")
def reader(enforced):
    """Somebody whom IAM allows all of S3 and SQS, so that only the policy of the resource can refuse."""
    iam = enforced.root.client("iam")
    iam.create_user(UserName="reader")
    statement = {"Effect": "Allow", "Action": ["s3:*", "sqs:*"], "Resource": "*"}
    iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=enforced.names.platform.region)


def over_tls(client):
    """The same client as a load balancer hands its request on: TLS ended there, and the header says so."""

    def add(request, **_):
        request.headers["X-Forwarded-Proto"] = "https"

    client.meta.events.register("before-send.*", add)
    return client


def test_a_bucket_answers_only_over_tls(reader, bucket):
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.client("s3").put_object(Bucket=bucket, Key="x", Body=b"x")
    over_tls(reader.client("s3")).put_object(Bucket=bucket, Key="x", Body=b"x")


def test_a_queue_answers_only_over_tls(reader, queue):
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.client("sqs").send_message(QueueUrl=queue, MessageBody="x")
    over_tls(reader.client("sqs")).send_message(QueueUrl=queue, MessageBody="x")
