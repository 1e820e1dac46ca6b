"""Buckets, and the code that lies in the assets bucket."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ggvd_dagster import packaging
from ggvd_dagster.names import PACKAGE_KEY
from local_aws.deploy.context import Deployment, found


def buckets(to: Deployment) -> None:
    s3 = to.client("s3")
    existing = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for role, entry in to.names.platform.buckets.items():
        name = to.names.bucket(role)
        if name not in existing:
            s3.create_bucket(Bucket=name)
            to.changed(f"bucket {name}")
        if entry.versioned and s3.get_bucket_versioning(Bucket=name).get("Status") != "Enabled":
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            to.changed(f"versioning of {name}")
        if entry.expire_days:
            _expire(to, name, entry.expire_days)


def _expire(to: Deployment, bucket: str, days: int) -> None:
    s3 = to.client("s3")
    rule = {"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": days}}
    answer = found(lambda: s3.get_bucket_lifecycle_configuration(Bucket=bucket), "NoSuchLifecycleConfiguration") or {}
    if [entry.get("Expiration", {}).get("Days") for entry in answer.get("Rules", [])] != [days]:
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
        to.changed(f"lifecycle of {bucket}")


def code(to: Deployment) -> None:
    """The package of all Glue scripts, and each script."""
    put(to, PACKAGE_KEY, packaging.build_scripts_zip())
    for table in to.names.platform.tables.values():
        path = script_path(to, table.name)
        if table.layer != "bronze" and path.exists():
            put(to, to.names.script_key(table.name), path.read_bytes())


def script_path(to: Deployment, table: str) -> Path:
    return packaging.ROOT / to.names.script_key(table)


def put(to: Deployment, key: str, content: bytes) -> None:
    s3, bucket = to.client("s3"), to.names.bucket("assets")
    digest = hashlib.sha256(content).hexdigest()
    head = found(lambda: s3.head_object(Bucket=bucket, Key=key), "404", "NoSuchKey")
    if head is None or head["Metadata"].get("sha256") != digest:
        s3.put_object(Bucket=bucket, Key=key, Body=content, Metadata={"sha256": digest})
        to.changed(f"s3://{bucket}/{key}")
