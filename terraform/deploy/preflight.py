"""What is looked at before anything is created. Every problem is one line that says what to do."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

from ggvd_dagster import spec
from ggvd_dagster.names import Names

TERRAFORM = Path(__file__).parents[1]
_ACCOUNT = re.compile(r'^\s*account\s*=\s*"(\d{12})"', re.MULTILINE)


class DeployError(Exception):
    """Nothing was created; the message says what to do."""


def variables_file(env: str) -> Path:
    """The .tfvars of an environment. Raises DeployError that lists those that there are."""
    path = TERRAFORM / f"{env}.tfvars"
    if not path.is_file():
        known = ", ".join(sorted(file.stem for file in TERRAFORM.glob("*.tfvars")))
        raise DeployError(f"no terraform/{env}.tfvars; there are: {known}")
    return path


def session(platform: spec.Platform) -> Any:
    """A boto3 session in the spec's region. Raises DeployError when AWS_PROFILE names a profile that this machine does not have."""
    import boto3
    from botocore.exceptions import ProfileNotFound

    try:
        return boto3.Session(region_name=platform.region)
    except ProfileNotFound as error:
        raise DeployError(f"no AWS credentials that work ({error}); set AWS_PROFILE to a profile that there is, or log in") from error


def account(session: Any, env: str) -> str:
    """The account of the credentials. Raises DeployError when there are none, or when the environment is another account's."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        found = str(session.client("sts").get_caller_identity()["Account"])
    except (BotoCoreError, ClientError) as error:
        raise DeployError(f"no AWS credentials that work ({error}); set AWS_PROFILE or log in") from error
    wanted = _ACCOUNT.search(variables_file(env).read_text(encoding="utf-8"))
    if wanted and wanted[1] != found:
        raise DeployError(
            f"terraform/{env}.tfvars is for account {wanted[1]}, but these credentials belong to {found}; use the other profile"
        )
    return found


def region(platform: spec.Platform) -> None:
    """Raises DeployError when the shell is set to another region than the spec's."""
    chosen = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if chosen and chosen != platform.region:
        raise DeployError(f"the shell is set to region {chosen}, the spec to {platform.region}; unset AWS_REGION or change platform.yaml")


def terraform_binary() -> None:
    """Raises DeployError when there is no terraform on PATH."""
    if shutil.which("terraform") is None:
        raise DeployError("no terraform on PATH; install 1.10 or newer")


def bucket_names(s3: Any, names: Names) -> None:
    """Raises DeployError for the first bucket name that another account has."""
    from botocore.exceptions import ClientError

    for role in names.platform.buckets:
        try:
            s3.head_bucket(Bucket=names.bucket(role))
        except ClientError as error:
            if error.response["Error"]["Code"] in ("403", "AccessDenied"):
                raise DeployError(
                    f"the bucket name {names.bucket(role)} is taken by another account; change `project` in platform.yaml"
                ) from error


def state_bucket(s3: Any, names: Names) -> str:
    """Name of the state's bucket. Raises DeployError when it is not there yet."""
    from botocore.exceptions import ClientError

    name = f"{names.platform.project}-terraform-state-{names.account}"
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        raise DeployError(
            f"no bucket {name} for the state; make it once with: python -m terraform.deploy bootstrap --env {names.env}"
        ) from error
    return name


def secrets(client: Any, names: Names, token: str | None) -> list[str]:
    """Secrets that want a value, which `token` will be. Raises DeployError when one has no value and there is no token."""
    missing = [name for name in _secret_names(names) if not _has_value(client, name)]
    if missing and not token:
        raise DeployError(
            f"secret {missing[0]} has no value: set TMDB_TOKEN for this deployment (it goes to Secrets Manager, not into the state)"
        )
    return missing


def _secret_names(names: Names) -> list[str]:
    return [names.secret(source) for source, entry in names.platform.sources.items() if entry.secret]


def _has_value(client: Any, name: str) -> bool:
    try:
        found = client.describe_secret(SecretId=name)
    except client.exceptions.ResourceNotFoundException:
        return False
    if "DeletedDate" in found:
        raise DeployError(f"secret {name} is being deleted; have it back with: aws secretsmanager restore-secret --secret-id {name}")
    return any("AWSCURRENT" in stages for stages in found.get("VersionIdsToStages", {}).values())
