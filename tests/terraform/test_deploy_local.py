"""Applying to the local AWS needs a provider; without one, one line says so. The smoke run needs only what is deployed."""

from __future__ import annotations

import boto3
import pytest

from ggvd_dagster.names import LOCAL_ACCOUNT, Names
from terraform.checks.platform_module import WITHOUT_TERRAFORM, terraform_is_here
from terraform.deploy import smoke
from terraform.deploy.__main__ import main
from terraform.deploy.preflight import DeployError


@pytest.mark.skipif(not terraform_is_here(), reason=WITHOUT_TERRAFORM)
def test_without_a_provider_one_line_says_so(tmp_path, monkeypatch, capsys):
    configuration = tmp_path / "terraform.rc"
    configuration.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{tmp_path}"\n  }}\n}}\n', encoding="utf-8")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(configuration))
    assert main(["local"]) == 2
    assert capsys.readouterr().err == (
        "terraform init finds no AWS provider: allow registry.terraform.io, or name a mirror in TF_CLI_CONFIG_FILE\n"
    )


def test_the_smoke_run_names_a_function_that_is_missing(local_aws):
    with pytest.raises(DeployError, match="no function ggvd-start-extraction-qa: deploy first"):
        smoke.run(boto3.Session(region_name="us-east-1"), Names(env="qa", account=LOCAL_ACCOUNT))
