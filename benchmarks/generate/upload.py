"""Generated bronze as objects of a bucket."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.generate.bronze import FACTS


def upload(folder: Path, bucket: str) -> int:
    """Copy every object to a bucket, manifests last. Returns their number."""
    import boto3

    s3 = boto3.client("s3")
    paths = sorted(
        (path for path in folder.rglob("*") if path.is_file() and path.name != FACTS), key=lambda path: path.name == "_manifest.json"
    )
    with ThreadPoolExecutor(8) as pool:
        objects = [path for path in paths if path.name != "_manifest.json"]
        list(pool.map(lambda path: s3.upload_file(str(path), bucket, str(path.relative_to(folder))), objects))
    for path in paths[len(objects) :]:
        s3.upload_file(str(path), bucket, str(path.relative_to(folder)))
    return len(paths)
