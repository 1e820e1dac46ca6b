"""`python -m terraform.checks [folder]`: what is wrong with the Terraform code, a line each; exit code 1 when anything is."""

from __future__ import annotations

import sys
from pathlib import Path

from terraform.checks import arguments, links
from terraform.checks.configuration import ENVIRONMENT, TERRAFORM, NotTerraformError, modules


def main(root: Path = TERRAFORM) -> int:
    if not ENVIRONMENT.exists():
        sys.stderr.write(f"no {ENVIRONMENT}: run terraform/checks/install.sh first\n")
        return 2
    try:
        found = modules(root)
    except NotTerraformError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    lines = [line for blocks in found.values() for line in arguments.problems(blocks)] + list(links.problems(found))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(*map(Path, sys.argv[1:2])))
