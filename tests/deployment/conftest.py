"""The linters of Dockerfile and compose files, and what Compose makes of them."""

import filecmp
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCK = Path(__file__).with_name("linters.lock")


@pytest.fixture(scope="session")
def linters():
    """Folder of the linters' commands, an environment of their own: made when it is missing or its lock changed."""
    environment = ROOT / ".venv-terraform" / "images"
    installed = environment / "installed.lock"
    if not installed.exists() or not filecmp.cmp(LOCK, installed, shallow=False):
        uv = next((str(path) for path in (ROOT / ".uv/bin/uv", shutil.which("uv")) if path and Path(path).exists()), None)
        assert uv, "the linters are installed by uv: run `make init`"
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", "3.11", str(environment)], check=True)
        python = str(environment / "bin/python")
        subprocess.run([uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "--requirement", str(LOCK)], check=True)
        shutil.copyfile(LOCK, installed)
    return environment / "bin"
