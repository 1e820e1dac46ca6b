"""The environments of the offline checks, made when they are missing or their locks changed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def checks() -> Path:
    """The folder of both environments; a failure to make them is a failure of the test, not a reason to skip it."""
    uv = next((path for path in (str(ROOT / ".uv/bin/uv"), shutil.which("uv")) if path and Path(path).exists()), None)
    command = [str(ROOT / "terraform/checks/install.sh"), *([uv] if uv else [])]
    process = subprocess.run(command, capture_output=True, text=True)
    assert process.returncode == 0, process.stderr
    return ROOT / ".venv-terraform"
