"""Whether anything that a deployment is made of has changed since the last one."""

from __future__ import annotations

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PARTS = (
    "ggvd_dagster/*.py",
    "ggvd_dagster/platform.yaml",
    "ggvd_dagster/queries/**/*.sql",
    "glue_scripts/**/*.py",
    "lambda_handlers/**/*.py",
    "local_aws/deploy/*.py",
)


def fingerprint(*settings: str) -> str:
    """SHA-256 of `settings` and of every source file that is deployed or says how to deploy."""
    digest = hashlib.sha256("\0".join(settings).encode())
    for path in sorted(path for part in PARTS for path in ROOT.glob(part)):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
