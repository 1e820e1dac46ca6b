"""Every name that follows from the spec, the environment and the account. Terraform derives the same (terraform/modules/platform)."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from ggvd_dagster import spec

MANIFEST = "_manifest.json"
PLAN = "_plan.json"
PACKAGE_KEY = "packages/glue_scripts.zip"
REPORTS_PREFIX = "reports"
DEFAULT_ENVIRONMENT = "dev"
LOCAL_ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Names:
    """Names of one deployment: `env` is dev, prod, ...; `account` is the twelve digits of the AWS account."""

    env: str
    account: str
    platform: spec.Platform = field(default_factory=spec.load, repr=False)

    def _named(self, name: str) -> str:
        return f"{self.platform.project}-{name.replace('_', '-').replace('/', '-')}-{self.env}"

    def bucket(self, role: str) -> str:
        return f"{self.platform.project}-{role}-{self.env}-{self.account}"

    def queue(self, queue: str) -> str:
        return self._named(queue)

    def dead_letter_queue(self, queue: str) -> str:
        return self._named(f"{queue}-dead-letters")

    def manifests_queue(self) -> str:
        """The queue that S3 tells of each manifest in the bronze bucket."""
        return self._named("manifests")

    def function(self, function: str) -> str:
        return self._named(function)

    def layer(self) -> str:
        """The Lambda layer that brings requests."""
        return self._named("requests")

    def role(self, principal: str) -> str:
        return self._named(principal)

    def secret(self, source: str) -> str:
        return f"{self.platform.project}/{self.env}/{self.platform.sources[source].secret}"

    def job(self, table: str) -> str:
        """The Glue job of `<layer>/<table>`: ggvd-silver-tmdb-movies-dev."""
        return self._named(table)

    def crawler(self, layer: str) -> str:
        return self._named(layer)

    def database(self, layer: str) -> str:
        return self.platform.databases[layer]

    def workgroup(self) -> str:
        return f"{self.platform.workgroup.name}_{self.env}"

    def table_uri(self, table: str) -> str:
        """Where a table lies: s3://<bucket of its layer>/<table>."""
        layer, name = table.split("/")
        return f"s3://{self.bucket(layer)}/{name}"

    def script_key(self, table: str) -> str:
        return f"glue_scripts/{table}.py"

    def report_key(self, table: str) -> str:
        """The object in the assets bucket where a job's last report is kept."""
        return f"{REPORTS_PREFIX}/{table}.json"


def from_environment() -> Names:
    """Names of the deployment that GGVD_ENV and GGVD_ACCOUNT_ID name; without the latter, STS says whose account it is."""
    env = os.environ.get("GGVD_ENV", DEFAULT_ENVIRONMENT)
    return Names(env=env, account=os.environ.get("GGVD_ACCOUNT_ID") or _caller_account())


def _caller_account() -> str:
    import boto3

    return str(boto3.client("sts").get_caller_identity()["Account"])
