"""`python -m terraform.deploy <command> --env dev`. What a person must change is one line and exit code 2."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from ggvd_dagster import spec
from ggvd_dagster.names import Names
from ggvd_dagster.packaging import PackagingError
from terraform.deploy import aws_checks, local, preflight, smoke, steps
from terraform.deploy.preflight import DeployError


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        if options.command == "local":
            local.run()
        else:
            _deploy(options.command, options.env, options.yes)
    except (DeployError, PackagingError, spec.SpecError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m terraform.deploy", description=__doc__)
    parser.add_argument("command", choices=["plan", "apply", "destroy", "bootstrap", "smoke", "aws-smoke", "local"])
    parser.add_argument("--env", default="dev", help="which terraform/<env>.tfvars")
    parser.add_argument("--yes", action="store_true", help="do not ask before the plan is applied")
    return parser


def _deploy(command: str, env: str, yes: bool) -> None:
    platform = spec.load()
    preflight.variables_file(env)
    preflight.region(platform)
    session = preflight.session(platform)
    names = Names(env=env, account=preflight.account(session, env))
    if command in ("smoke", "aws-smoke"):
        (smoke if command == "smoke" else aws_checks).run(session, names)
        return
    preflight.terraform_binary()
    if command == "bootstrap":
        _bootstrap(names)
        return
    bucket = preflight.state_bucket(session.client("s3"), names)
    missing = [] if command == "destroy" else _checked(session, names)
    steps.package()
    steps.init(bucket, env, platform.region)
    if not steps.plan(env, names.account, destroy=command == "destroy"):
        sys.stdout.write("Nothing to do.\n")
    elif command != "plan" and _agreed(yes, names):
        steps.apply(env)
    if command == "apply":
        _set_values(session, missing)


def _checked(session: Any, names: Names) -> list[str]:
    preflight.bucket_names(session.client("s3"), names)
    return preflight.secrets(session.client("secretsmanager"), names, os.environ.get("TMDB_TOKEN"))


def _set_values(session: Any, missing: list[str]) -> None:
    client = session.client("secretsmanager")
    for name in missing:
        client.put_secret_value(SecretId=name, SecretString=os.environ["TMDB_TOKEN"])
        sys.stdout.write(f"The value of {name} is set.\n")


def _agreed(yes: bool, names: Names) -> bool:
    if yes:
        return True
    if not sys.stdin.isatty():
        raise DeployError("the plan was not applied: nobody to ask; add --yes")
    answer = input(f"Apply this plan to {names.env} in account {names.account}? Write the environment's name to go on: ")
    if answer.strip() != names.env:
        raise DeployError("the plan was not applied")
    return True


def _bootstrap(names: Names) -> None:
    folder = steps.TERRAFORM / "bootstrap"
    variables = {"project": names.platform.project, "region": names.platform.region, "account": names.account}
    steps.run("init", "-input=false", cwd=folder)
    steps.run("apply", "-input=false", *(f"-var={name}={value}" for name, value in variables.items()), cwd=folder)


if __name__ == "__main__":
    sys.exit(main())
