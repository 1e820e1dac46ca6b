"""The same Terraform code against a local AWS of its own: apply, an empty second plan, the main job, destroy.

It needs an AWS provider that `terraform init` can reach (a mirror through TF_CLI_CONFIG_FILE counts).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ggvd_dagster import spec
from ggvd_dagster.commands import demo
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.names import LOCAL_ACCOUNT, Names
from terraform.deploy import steps
from terraform.deploy.preflight import DeployError, terraform_binary

YEARS = ["2000", "2001"]  # of TMDB; the archives come whole
TOKEN = "token-of-the-sample-sources"  # noqa: S105 (opens nothing but the sample sources)
# the only difference to an account: where the state lies, and that a bucket is a path of the endpoint
OVERRIDE = """terraform {
  backend "local" {}
}

provider "aws" {
  s3_use_path_style = true
}
"""


def run() -> None:
    """Raises DeployError with one line when there is no provider, when the second plan is not empty, or when the main job fails."""
    terraform_binary()
    with tempfile.TemporaryDirectory(prefix="ggvd-terraform-") as name:
        folder = Path(name)
        _copy(folder)
        _init(folder / "terraform")
        with _local_aws(folder) as sources:
            _apply_and_use(folder / "terraform", sources)


def _copy(folder: Path) -> None:
    for name in ("terraform", "glue_scripts", "ggvd_dagster"):
        shutil.copytree(steps.ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform*", "__pycache__", "*.tfstate*"))
    steps.package()
    shutil.copytree(steps.PACKAGES, folder / "build" / "packages")
    (folder / "terraform" / "local_override.tf").write_text(OVERRIDE, encoding="utf-8")


def _init(folder: Path) -> None:
    process = subprocess.run(["terraform", "init", "-input=false", "-no-color"], cwd=folder, capture_output=True, text=True, check=False)
    if process.returncode:
        raise DeployError("terraform init finds no AWS provider: allow registry.terraform.io, or name a mirror in TF_CLI_CONFIG_FILE")


def _apply_and_use(folder: Path, sources: dict[str, str]) -> None:
    import boto3

    variables = [
        "-var-file=dev.tfvars",
        f"-var=account={LOCAL_ACCOUNT}",
        "-var=execution_class=STANDARD",
        f"-var=source_urls={json.dumps(sources)}",
    ]
    names = Names(env="dev", account=LOCAL_ACCOUNT)
    session = boto3.Session(region_name=names.platform.region)
    steps.run("apply", "-input=false", "-auto-approve", *variables, cwd=folder)
    try:
        session.client("secretsmanager").put_secret_value(SecretId=names.secret("tmdb"), SecretString=TOKEN)
        if steps.run("plan", "-input=false", "-detailed-exitcode", *variables, cwd=folder, accepted=(0, 2)):
            raise DeployError("the second plan is not empty; it is above")
        _main_job(folder.parent, names)
    finally:
        steps.run("destroy", "-input=false", "-auto-approve", *variables, cwd=folder)


def _main_job(folder: Path, names: Names) -> None:
    """Every table from its source to SQL, on nothing but what Terraform made."""
    os.environ.update(GGVD_ENV=names.env, GGVD_ACCOUNT_ID=names.account, DAGSTER_HOME=str(folder / "dagster"))
    try:
        demo.main_job(YEARS)
    except GgvdError as error:
        raise DeployError(f"the main job: {error}") from error


@contextmanager
def _local_aws(folder: Path) -> Iterator[dict[str, str]]:
    """An empty local AWS and the sample sources on free ports, for this process's environment. Gives the sources' addresses."""
    from local_aws import sources
    from local_aws.processes import Process

    port, sources_port = _free_port(), _free_port()
    processes = [
        Process("aws", [sys.executable, "-m", "local_aws.server", "--port", str(port), "--state", str(folder / "aws")], port, folder),
        Process("sources", sources.command(sources_port, str(folder / "sources"), TOKEN), sources_port, folder),
    ]
    region = spec.load().region
    os.environ.update(AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}", AWS_ALLOW_HTTP="true", AWS_ACCESS_KEY_ID="test", AWS_REGION=region)
    os.environ["AWS_SECRET_ACCESS_KEY"] = "test"  # noqa: S105 (the local AWS wants some)
    started = [process.start() for process in processes]
    try:
        for process in started:
            process.wait()
        yield dict(sources.urls(sources_port))
    finally:
        from local_aws import processes as running

        for name in ("sources", "aws"):
            running.stop(folder, name)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
