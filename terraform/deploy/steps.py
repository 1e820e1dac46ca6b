"""The steps of a deployment, each one call of terraform. Output goes to the terminal as it comes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ggvd_dagster import packaging
from terraform.deploy.preflight import DeployError

TERRAFORM = Path(__file__).parents[1]
ROOT = TERRAFORM.parent
PACKAGES = ROOT / "build" / "packages"


def run(*arguments: str, cwd: Path = TERRAFORM, accepted: tuple[int, ...] = (0,)) -> int:
    """Run terraform. Raises DeployError when it ends with another code than the accepted ones."""
    code = subprocess.run(["terraform", *arguments], cwd=cwd, check=False).returncode
    if code not in accepted:
        raise DeployError(f"terraform {arguments[0]} failed (exit code {code}); what it says is above")
    return code


def package() -> None:
    """Write the three zips; the same input gives the same bytes, so an unchanged one changes nothing in the plan."""
    packaging.write(PACKAGES)


def init(bucket: str, env: str, region: str) -> None:
    backend = {"bucket": bucket, "key": f"{env}/terraform.tfstate", "region": region}
    run("init", "-input=false", "-reconfigure", *(f"-backend-config={name}={value}" for name, value in backend.items()))


def plan(env: str, account: str, destroy: bool = False) -> bool:
    """Plan and show it. Returns whether there is anything to do."""
    options = ["-destroy"] if destroy else []
    variables = [f"-var-file={env}.tfvars", f"-var=account={account}"]
    return run("plan", "-input=false", "-detailed-exitcode", f"-out={plan_file(env)}", *options, *variables, accepted=(0, 2)) == 2


def apply(env: str) -> None:
    """Apply the plan that was shown, and nothing else."""
    run("apply", "-input=false", str(plan_file(env)))


def plan_file(env: str) -> Path:
    (ROOT / "build").mkdir(exist_ok=True)
    return ROOT / "build" / f"{env}.tfplan"
