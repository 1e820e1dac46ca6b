"""What a deployment refuses before anything is created, against a local AWS and as a person sees it: one line, exit code 2."""

from __future__ import annotations

import boto3
import pytest

from ggvd_dagster.names import LOCAL_ACCOUNT, Names
from terraform.deploy import preflight
from terraform.deploy.__main__ import main

NAMES = Names(env="dev", account=LOCAL_ACCOUNT)
BUCKET = f"ggvd-terraform-state-{LOCAL_ACCOUNT}"
pytestmark = pytest.mark.skipif(not preflight.shutil.which("terraform"), reason="terraform 1.10 or newer is not on PATH")


@pytest.fixture
def session(aws_endpoint, monkeypatch):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "TMDB_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    session = boto3.Session(region_name="us-east-1")
    client = session.client("secretsmanager")
    yield session
    for secret in client.list_secrets()["SecretList"]:
        client.delete_secret(SecretId=secret["Name"], ForceDeleteWithoutRecovery=True)


def refused(capsys, *arguments: str) -> str:
    assert main(list(arguments)) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_an_unknown_environment(session, capsys):
    assert refused(capsys, "plan", "--env", "qa") == "no terraform/qa.tfvars; there are: dev, prod"


def test_another_region(session, capsys, monkeypatch):
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    assert refused(capsys, "plan") == (
        "the shell is set to region eu-west-1, the spec to us-east-1; unset AWS_REGION or change platform.yaml"
    )


@pytest.mark.parametrize("command", ["bootstrap", "apply", "smoke", "aws-smoke"])
def test_a_profile_that_is_not_there(session, capsys, monkeypatch, command):
    monkeypatch.setenv("AWS_PROFILE", "nobodys-profile")
    assert refused(capsys, command) == (
        "no AWS credentials that work (The config profile (nobodys-profile) could not be found); "
        "set AWS_PROFILE to a profile that there is, or log in"
    )


def test_no_terraform(session, capsys, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    assert refused(capsys, "plan") == "no terraform on PATH; install 1.10 or newer"


def test_another_account(session, tmp_path, monkeypatch, capsys):
    (tmp_path / "dev.tfvars").write_text('env = "dev"\naccount = "123456789012"\n', encoding="utf-8")
    monkeypatch.setattr(preflight, "TERRAFORM", tmp_path)
    assert refused(capsys, "plan") == (
        f"terraform/dev.tfvars is for account 123456789012, but these credentials belong to {LOCAL_ACCOUNT}; use the other profile"
    )


def test_no_bucket_for_the_state(session, capsys):
    assert refused(capsys, "plan").startswith(f"no bucket {BUCKET} for the state; make it once with: python -m terraform.deploy bootstrap")


def test_a_secret_without_value(session, capsys):
    session.client("s3").create_bucket(Bucket=BUCKET)
    try:
        assert refused(capsys, "apply") == (
            "secret ggvd/dev/tmdb-token has no value: set TMDB_TOKEN for this deployment (it goes to Secrets Manager, not into the state)"
        )
    finally:
        session.client("s3").delete_bucket(Bucket=BUCKET)


def test_a_token_is_for_the_secrets_that_have_no_value(session):
    client = session.client("secretsmanager")
    assert preflight.secrets(client, NAMES, "token") == ["ggvd/dev/tmdb-token"]
    client.create_secret(Name="ggvd/dev/tmdb-token", SecretString="token")
    assert preflight.secrets(client, NAMES, None) == []


def test_a_secret_that_is_being_deleted(session):
    client = session.client("secretsmanager")
    client.create_secret(Name="ggvd/dev/tmdb-token", SecretString="token")
    client.delete_secret(SecretId="ggvd/dev/tmdb-token", RecoveryWindowInDays=7)
    with pytest.raises(preflight.DeployError, match="is being deleted; have it back with"):
        preflight.secrets(client, NAMES, None)


def test_a_bucket_name_that_is_taken():
    from botocore.stub import Stubber  # the local AWS has one account only

    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    with Stubber(client) as stub:
        stub.add_client_error("head_bucket", service_error_code="403", http_status_code=403)
        with pytest.raises(preflight.DeployError, match=f"the bucket name ggvd-bronze-dev-{LOCAL_ACCOUNT} is taken by another account"):
            preflight.bucket_names(client, NAMES)
