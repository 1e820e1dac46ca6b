"""`terraform validate` and `terraform plan` of the whole code, offline: by the terraform binary itself, with a provider that only plans.

It proves what reading the files cannot: that every expression evaluates, every type fits, every count and for_each is known, and what the
plan holds. It does not prove what AWS would say.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from terraform.checks.configuration import ENVIRONMENT, ROOT, TERRAFORM, modules
from terraform.checks.platform_module import terraform
from terraform.checks.provider_schema import lookup

CODE = ("terraform", "glue_scripts", "ggvd_dagster")  # what the root module reads
OVERRIDE = 'terraform {\n  backend "local" {}\n}\n'


class PlanError(AssertionError):
    """Terraform refuses the code; the message is what it says."""


@contextmanager
def workspace() -> Iterator[Path]:
    """A copy of the code with a local state and the planning provider, in which terraform can run."""
    with tempfile.TemporaryDirectory(prefix="ggvd-plan-") as folder:
        copy = Path(folder)
        for name in CODE:
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns(".terraform*", "__pycache__", "*.tfstate*"))
        packages = str(copy / "build" / "packages")
        subprocess.run([sys.executable, "-m", "ggvd_dagster.packaging", packages], cwd=ROOT, check=True, capture_output=True)
        (copy / "terraform" / "backend_override.tf").write_text(OVERRIDE, encoding="utf-8")
        with _provider(copy):
            _run(copy / "terraform", "init", "-input=false", "-no-color")
            yield copy / "terraform"


def validate(folder: Path) -> None:
    """Raises PlanError with Terraform's own words."""
    _run(folder, "validate", "-no-color")


def plan(folder: Path, *arguments: str) -> dict[str, Any]:
    """The plan as `terraform show -json` gives it. Raises PlanError."""
    _run(folder, "plan", "-no-color", "-input=false", "-lock=false", "-out=checks.tfplan", *arguments)
    shown: dict[str, Any] = json.loads(_run(folder, "show", "-json", "checks.tfplan"))
    return shown


def apply(folder: Path, *arguments: str, most: int | None = None) -> None:
    """Apply; the provider refuses all after the first `most` resources. Raises PlanError when it is refused."""
    limit = folder.parent / "provider.sock.most"
    if most is not None:
        limit.write_text(str(most), encoding="utf-8")
    try:
        _run(folder, "apply", "-no-color", "-input=false", "-auto-approve", *arguments)
    finally:
        limit.unlink(missing_ok=True)


def changes(shown: dict[str, Any]) -> dict[str, list[str]]:
    """What a plan would do to each resource, by address; nothing for those that stay."""
    found = {entry["address"]: entry["change"]["actions"] for entry in shown.get("resource_changes", [])}
    return {address: actions for address, actions in found.items() if actions != ["no-op"]}


def state(folder: Path) -> dict[str, Any]:
    """What was applied, as `terraform show -json` gives it."""
    shown: dict[str, Any] = json.loads(_run(folder, "show", "-json"))
    return shown


def resources(shown: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Values by address, over all modules: of a plan, or of the state."""
    found: dict[str, dict[str, Any]] = {}

    def collect(module: dict[str, Any]) -> None:
        found.update({entry["address"]: entry["values"] for entry in module.get("resources", [])})
        for child in module.get("child_modules", []):
            collect(child)

    collect((shown.get("planned_values") or shown["values"])["root_module"])
    return found


@contextmanager
def _provider(folder: Path) -> Iterator[None]:
    types = {block.labels[0] for blocks in modules(TERRAFORM).values() for block in blocks if block.kind == "resource"}
    schema, socket = folder / "schema.json", folder / "provider.sock"
    schema.write_text(json.dumps({name: asdict(lookup("resource", name)) for name in types if name.startswith("aws_")}), encoding="utf-8")
    command = [str(ENVIRONMENT / "bin/python"), "-I", str(Path(__file__).with_name("planning_provider.py")), str(schema), str(socket)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    before = os.environ.get("TF_REATTACH_PROVIDERS")
    try:
        if not process.stdout or process.stdout.readline() != "ready\n":
            raise PlanError("the planning provider did not start")
        address = {"Network": "unix", "String": str(socket)}
        attach = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": process.pid, "Test": True, "Addr": address}
        os.environ["TF_REATTACH_PROVIDERS"] = json.dumps({"registry.terraform.io/hashicorp/aws": attach})
        yield
    finally:
        os.environ.pop("TF_REATTACH_PROVIDERS", None)
        if before is not None:
            os.environ["TF_REATTACH_PROVIDERS"] = before
        process.communicate()


def _run(folder: Path, *arguments: str) -> str:
    process = terraform(*arguments, cwd=folder, keep=("TF_REATTACH_PROVIDERS",))
    if process.returncode:
        raise PlanError(process.stderr or process.stdout)
    return process.stdout
