"""The platform on an AWS that authorizes every call, with the policies that Terraform attaches; each part works as its own role."""

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import boto3
import dagster as dg
import pytest

from ggvd_dagster import names as naming
from local_aws import launcher
from terraform.checks.platform_module import WITHOUT_TERRAFORM, evaluate, terraform_is_here
from tests.conftest import free_port
from tests.end_to_end.conftest import _instance

YEAR = "2010"
TOKEN = launcher.LOCAL_TOKEN
ROOT_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{naming.LOCAL_ACCOUNT}:root"}, "Action": "sts:AssumeRole"}],
}


@dataclass
class Enforced:
    """A deployment whose policies hold: `root` may do all, `sessions` what each principal may; Dagster's is in the environment."""

    state: Path
    names: naming.Names
    root: boto3.Session
    sessions: dict[str, boto3.Session]
    instance: dg.DagsterInstance


@pytest.fixture(scope="package")
def enforced(tmp_path_factory):
    if not terraform_is_here():
        pytest.skip(WITHOUT_TERRAFORM)
    state = tmp_path_factory.mktemp("enforced")
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        for name in [name for name in os.environ if name.startswith(("AWS_", "DAGSTER_", "TMDB_", "GGVD_"))]:
            patch.delenv(name)
        patch.setenv("AUTH", "true")
        stack.callback(launcher.down, state)
        running = launcher.up(state, port=free_port(), sources_port=free_port())
        for name, value in {**running.environment, "GGVD_HOME": str(state)}.items():
            patch.setenv(name, value)
        names = naming.from_environment()
        root = boto3.Session("test", "test", region_name=names.platform.region)
        sessions = _principals(root, names)
        instance = stack.enter_context(_instance(state / "dagster"))
        key = sessions["dagster"].get_credentials()
        patch.setenv("AWS_ACCESS_KEY_ID", key.access_key)
        patch.setenv("AWS_SECRET_ACCESS_KEY", key.secret_key)
        patch.setenv("AWS_SESSION_TOKEN", key.token)
        patch.setattr(boto3, "DEFAULT_SESSION", None)  # it keeps the credentials that it was made with
        yield Enforced(state, names, root, sessions, instance)


def _principals(root, names):
    """Attach Terraform's documents, and sign in as each of their principals."""
    iam, sts = root.client("iam"), root.client("sts")
    documents, sessions = evaluate("local.policies", account=names.account), {}
    iam.create_role(RoleName=names.role("dagster"), AssumeRolePolicyDocument=json.dumps(ROOT_TRUST))
    for principal in set(documents) - {"analysts"}:
        role = names.role(principal)
        iam.put_role_policy(RoleName=role, PolicyName="platform", PolicyDocument=documents[principal])
        # so that a test can speak as the role; the services that have it take it as they did before
        iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(ROOT_TRUST))
        key = sts.assume_role(RoleArn=f"arn:aws:iam::{names.account}:role/{role}", RoleSessionName="test")["Credentials"]
        sessions[principal] = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], key["SessionToken"], names.platform.region)
    sessions["analysts"] = _analyst(iam, names, documents["analysts"])
    return sessions


def _analyst(iam, names, document):
    group = names.role("analysts")
    iam.create_group(GroupName=group)
    iam.put_group_policy(GroupName=group, PolicyName="platform", PolicyDocument=document)
    iam.create_user(UserName="ada")
    iam.add_user_to_group(GroupName=group, UserName="ada")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    return boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=names.platform.region)


@pytest.fixture(scope="package")
def lake(enforced):
    """After the whole pipeline ran once, Dagster as its role."""
    from ggvd_dagster import pipeline

    pipeline.run_all(enforced.instance, [YEAR])
    return enforced
