"""The checks of an account, held to the local AWS as far as it goes; and what a person sees who has no account at hand."""

from __future__ import annotations

import boto3
import pytest

from ggvd_dagster.names import LOCAL_ACCOUNT, Names
from local_aws import deployer
from terraform.deploy import aws_checks
from terraform.deploy.__main__ import main
from terraform.deploy.preflight import DeployError

NAMES = Names(env="dev", account=LOCAL_ACCOUNT)


@pytest.fixture(scope="module")
def session(local_aws):
    deployer.deploy(NAMES, {}, "token")
    return boto3.Session(region_name=NAMES.platform.region)


@pytest.mark.parametrize("check", aws_checks.CHECKS[:3], ids=lambda check: check.__name__)
def test_the_local_aws_passes_where_it_does_as_aws_does(session, check):
    assert check(session, NAMES)


def test_a_check_that_fails_says_what_was_answered(session):
    with pytest.raises(DeployError, match="without TLS was answered with success"):
        aws_checks.plain_http_is_refused(session, NAMES)


def test_all_checks_are_made_and_the_failed_ones_named(session, monkeypatch, capsys):
    monkeypatch.setattr(aws_checks.smoke, "run", lambda *_: 1)
    checks = (aws_checks.plain_http_is_refused, aws_checks.one_conditional_put_wins)
    monkeypatch.setattr(aws_checks, "CHECKS", checks)
    with pytest.raises(DeployError, match="1 of 2 checks failed: plain_http_is_refused"):
        aws_checks.run(session, NAMES)
    assert [line.split(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "FAILED plain_http_is_refused",
        "ok one_conditional_put_wins",
    ]


def test_without_credentials_one_line_says_so(monkeypatch, capsys, tmp_path):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    assert main(["aws-smoke", "--env", "dev"]) == 2
    said = capsys.readouterr().err
    assert said == "no AWS credentials that work (Unable to locate credentials); set AWS_PROFILE or log in\n"
