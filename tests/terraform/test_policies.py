"""Least privilege: the documents that Terraform attaches, in an AWS that enforces them. Each role does its work and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from ggvd_dagster.names import LOCAL_ACCOUNT, Names
from terraform.checks.platform_module import WITHOUT_TERRAFORM, evaluate, terraform_is_here
from tests.conftest import running_aws

pytestmark = pytest.mark.skipif(not terraform_is_here(), reason=WITHOUT_TERRAFORM)
NAMES = Names(env="dev", account=LOCAL_ACCOUNT)
ARN = f"arn:aws:iam::{LOCAL_ACCOUNT}"
REGION = NAMES.platform.region
ALARMS = f"{NAMES.platform.project}-{NAMES.env}-alarms"


@pytest.fixture(scope="module")
def sessions(tmp_path_factory) -> Any:
    """A session for each role, and `root`, on an AWS that authorizes every call."""
    with running_aws(tmp_path_factory.mktemp("auth"), AUTH="true"):
        root = boto3.Session(region_name=REGION)
        _resources(root)
        iam, sts = root.client("iam"), root.client("sts")
        found = {"root": root}
        for principal, document in evaluate("local.policies", account=LOCAL_ACCOUNT).items():
            trust = {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"{ARN}:root"}, "Action": "sts:AssumeRole"}],
            }
            iam.create_role(RoleName=NAMES.role(principal), AssumeRolePolicyDocument=json.dumps(trust))
            iam.put_role_policy(RoleName=NAMES.role(principal), PolicyName="platform", PolicyDocument=document)
            key = sts.assume_role(RoleArn=f"{ARN}:role/{NAMES.role(principal)}", RoleSessionName="test")["Credentials"]
            found[principal] = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"], region_name=REGION)
        yield found


def _resources(root: boto3.Session) -> None:
    s3, sqs = root.client("s3"), root.client("sqs")
    for role in NAMES.platform.buckets:
        s3.create_bucket(Bucket=NAMES.bucket(role))
        for key in ("tmdb_movies/x", "movielens_links/x", "movies/x", "reports/silver/x", "reports/gold/x", "pipes/x", "results/x"):
            s3.put_object(Bucket=NAMES.bucket(role), Key=key, Body=b"x")
    for queue in NAMES.platform.queues:
        sqs.create_queue(QueueName=NAMES.queue(queue))
        sqs.create_queue(QueueName=NAMES.dead_letter_queue(queue))
    sqs.create_queue(QueueName=NAMES.manifests_queue())
    for topic in (ALARMS, "others"):
        root.client("sns").create_topic(Name=topic)
    root.client("secretsmanager").create_secret(Name=NAMES.secret("tmdb"), SecretString="token")


Call = Callable[[boto3.Session], Any]


def read(role: str, key: str) -> Call:
    return lambda session: session.client("s3").get_object(Bucket=NAMES.bucket(role), Key=key)


def write(role: str, key: str) -> Call:
    return lambda session: session.client("s3").put_object(Bucket=NAMES.bucket(role), Key=key, Body=b"x")


def delete(role: str, key: str) -> Call:
    return lambda session: session.client("s3").delete_object(Bucket=NAMES.bucket(role), Key=key)


def listing(role: str) -> Call:
    return lambda session: session.client("s3").list_objects_v2(Bucket=NAMES.bucket(role))


def _url(queue: str) -> str:
    return boto3.client("sqs", region_name=REGION).get_queue_url(QueueName=queue)["QueueUrl"]


def send(queue: str) -> Call:
    return lambda session: session.client("sqs").send_message(QueueUrl=_url(queue), MessageBody="x")


def receive(queue: str) -> Call:
    return lambda session: session.client("sqs").receive_message(QueueUrl=_url(queue), VisibilityTimeout=0)


def publish(topic: str) -> Call:
    return lambda session: session.client("sns").publish(TopicArn=f"arn:aws:sns:{REGION}:{LOCAL_ACCOUNT}:{topic}", Message="x")


def token(session: boto3.Session) -> Any:
    return session.client("secretsmanager").get_secret_value(SecretId=NAMES.secret("tmdb"))


def new_user(session: boto3.Session) -> Any:
    return session.client("iam").create_user(UserName="intruder")


def own_policy(session: boto3.Session) -> Any:
    return session.client("iam").put_role_policy(RoleName=NAMES.role("dagster"), PolicyName="more", PolicyDocument="{}")


TMDB, ARCHIVE = NAMES.queue("extract-tmdb"), NAMES.queue("extract-archive")
ALLOWED: dict[str, dict[str, Call]] = {
    "start-extraction": {
        "write a plan": write("bronze", "tmdb_movies/release_year=2010/snapshot=2026-11-24/_plan.json"),
        "read a plan": read("bronze", "tmdb_movies/x"),
        "list bronze": listing("bronze"),
        "send to one queue": send(TMDB),
        "send to the other": send(ARCHIVE),
        "read the token": token,
    },
    "extract-tmdb": {"write pages": write("bronze", "tmdb_movies/y"), "receive": receive(TMDB), "read the token": token},
    "extract-archive": {"write a part": write("bronze", "movielens_links/y"), "receive": receive(ARCHIVE)},
    "silver-jobs": {
        "read bronze": read("bronze", "tmdb_movies/x"),
        "write silver": write("silver", "tmdb_movies/part.parquet"),
        "replace silver": delete("silver", "tmdb_movies/part.parquet"),
        "quarantine": write("silver", "_quarantine/tmdb_movies/part.parquet"),
        "report": write("assets", "reports/silver/tmdb_movies.json"),
        "tell dagster": write("assets", "pipes/run/1.json"),
    },
    "gold-jobs": {
        "read silver": read("silver", "tmdb_movies/x"),
        "read gold": read("gold", "movies/x"),
        "write gold": write("gold", "movies/part.parquet"),
        "report": write("assets", "reports/gold/movies.json"),
    },
    "crawler": {"read silver": read("silver", "tmdb_movies/x"), "read gold": read("gold", "movies/x")},
    "dagster": {
        "read a report": read("assets", "reports/gold/x"),
        "read bronze": read("bronze", "tmdb_movies/x"),
        "give a context": write("assets", "pipes/run/context.json"),
        "clean up": delete("assets", "pipes/run/context.json"),
        "write the report's page": write("gold", "_report/index.html"),
        "see dead letters": receive(NAMES.dead_letter_queue("extract-tmdb")),
        "send again": send(TMDB),
        "hear of manifests": receive(NAMES.manifests_queue()),
        "alert": publish(ALARMS),
    },
    "analysts": {
        "read gold": read("gold", "movies/x"),
        "read silver": read("silver", "tmdb_movies/x"),
        "keep results": write("athena", "results/q.csv"),
    },
}
EVERYBODY: dict[str, Call] = {
    "make a user": new_user,
    "widen a policy": own_policy,
    "delete bronze": delete("bronze", "tmdb_movies/x"),
    "change code": write("assets", "glue_scripts/silver/tmdb_movies.py"),
    "change a package": write("assets", "packages/glue_scripts.zip"),
    "read logs": read("logs", "tmdb_movies/x"),
}
DENIED: dict[str, dict[str, Call]] = {
    "start-extraction": {"receive": receive(TMDB), "read silver": read("silver", "tmdb_movies/x"), "write gold": write("gold", "movies/y")},
    "extract-tmdb": {
        "another's table": write("bronze", "movielens_links/y"),
        "another's queue": receive(ARCHIVE),
        "send": send(TMDB),
        "write silver": write("silver", "tmdb_movies/y"),
    },
    "extract-archive": {"the token": token, "another's table": write("bronze", "tmdb_movies/y"), "another's queue": receive(TMDB)},
    "silver-jobs": {
        "write bronze": write("bronze", "tmdb_movies/y"),
        "read gold": read("gold", "movies/x"),
        "the token": token,
        "send": send(TMDB),
    },
    "gold-jobs": {
        "read bronze": read("bronze", "tmdb_movies/x"),
        "write silver": write("silver", "tmdb_movies/y"),
        "silver's reports": write("assets", "reports/silver/tmdb_movies.json"),
        "the token": token,
    },
    "crawler": {"write silver": write("silver", "tmdb_movies/y"), "read bronze": read("bronze", "tmdb_movies/x"), "the token": token},
    "dagster": {
        "write silver": write("silver", "tmdb_movies/y"),
        "write gold": write("gold", "movies/y"),
        "write bronze": write("bronze", "tmdb_movies/y"),
        "take work": receive(TMDB),
        "tell of snapshots": send(NAMES.manifests_queue()),
        "alert others": publish("others"),
        "the token": token,
    },
    "analysts": {
        "write gold": write("gold", "movies/y"),
        "read bronze": read("bronze", "tmdb_movies/x"),
        "the token": token,
        "send": send(TMDB),
    },
}


def cases(table: dict[str, dict[str, Call]]) -> list[Any]:
    return [pytest.param(principal, call, id=f"{principal}: {what}") for principal, calls in table.items() for what, call in calls.items()]


@pytest.mark.parametrize(("principal", "call"), cases(ALLOWED))
def test_a_role_does_its_work(sessions, principal, call):
    call(sessions[principal])


@pytest.mark.parametrize(("principal", "call"), cases({name: {**calls, **EVERYBODY} for name, calls in DENIED.items()}))
def test_a_role_does_nothing_else(sessions, principal, call):
    with pytest.raises(ClientError) as refusal:
        call(sessions[principal])
    assert refusal.value.response["Error"]["Code"].startswith(("AccessDenied", "AuthorizationError"))  # SNS says the latter


def test_every_principal_is_tried():
    assert set(ALLOWED) == set(DENIED) == set(evaluate("local.policies", account=LOCAL_ACCOUNT))
