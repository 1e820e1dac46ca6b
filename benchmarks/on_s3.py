"""The platform's jobs over a lake in S3, that of the local AWS: the same bronze, uploaded, and the tables brought back to be compared."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import measure, pipelines
from benchmarks.suite import local_platform

BUCKET = "benchmark-lake"


def run(scale: float) -> dict[str, Any]:
    """As pipelines.run, of which the memory of the local AWS is no part. Raises measure.Failed."""
    target = pipelines.lake(scale, pipelines.S3)
    shutil.rmtree(target, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder, local_platform.running(Path(folder)) as platform:
        platform.s3.create_bucket(Bucket=BUCKET)
        _upload(platform.s3, pipelines.home(scale) / "bronze", "bronze")
        arguments = ["benchmarks.ours", "sail", f"s3://{BUCKET}/bronze", f"s3://{BUCKET}/lake"]
        log = pipelines.home(scale) / f"{target.name}.log"
        found = pipelines.told(
            pipelines.S3, measure.module(*arguments, log=log, environment={**platform.variables, "AWS_ALLOW_HTTP": "true"})
        )
        _download(platform.s3, "lake/", target)
    return found


def _upload(s3: Any, folder: Path, prefix: str) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            s3.upload_file(str(path), BUCKET, f"{prefix}/{path.relative_to(folder)}")


def _download(s3: Any, prefix: str, folder: Path) -> None:
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix):
        for entry in page.get("Contents", []):
            path = folder / entry["Key"].removeprefix(prefix)
            if not entry["Key"].endswith("/"):
                path.parent.mkdir(parents=True, exist_ok=True)
                s3.download_file(BUCKET, entry["Key"], str(path))
