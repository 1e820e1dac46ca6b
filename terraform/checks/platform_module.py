"""What terraform/modules/platform makes of a spec, asked of the terraform binary itself. It needs no provider and no network."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "terraform"
MODULE = TERRAFORM / "modules" / "platform"
ACCOUNT = "111122223333"
WITHOUT_TERRAFORM = "terraform 1.10 or newer is not on PATH"


def terraform_is_here() -> bool:
    return shutil.which("terraform") is not None


def terraform(*arguments: str, cwd: Path, stdin: str | None = None, keep: Iterable[str] = ()) -> subprocess.CompletedProcess[str]:
    """Run terraform without a user's own settings (mirrors, variables) but those in `keep`; the caller judges the exit code."""
    environment = {name: value for name, value in os.environ.items() if name in keep or not name.startswith("TF_")}
    environment["CHECKPOINT_DISABLE"] = "1"
    return subprocess.run(["terraform", *arguments], cwd=cwd, input=stdin, env=environment, text=True, capture_output=True, timeout=120)


@cache
def evaluate(expression: str, env: str = "dev", account: str = ACCOUNT) -> Any:
    """The value of an HCL expression inside the module, for example `local.jobs`."""
    with tempfile.TemporaryDirectory() as folder:
        # a state of its own, which nobody else has locked: tests run side by side
        given = ("-state", f"{folder}/none.tfstate", "-var", f"env={env}", "-var", f"account={account}")
        process = terraform("console", *given, cwd=MODULE, stdin=f"base64encode(jsonencode({expression}))\n")
    if process.returncode:
        raise AssertionError(process.stderr or process.stdout)
    return json.loads(base64.b64decode(process.stdout.strip().strip('"')))
