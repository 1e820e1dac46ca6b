"""The server's own clients to its own endpoint, for work that reads and writes as any other AWS client would."""

from __future__ import annotations

import os
from functools import cache
from typing import Any


def endpoint() -> str:
    return f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"


def environment(account: str, region: str) -> dict[str, str]:
    """What a process or library needs to reach this endpoint as `account` in `region`."""
    return {
        "AWS_ACCESS_KEY_ID": account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint(),
        "AWS_ALLOW_HTTP": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@cache
def client(service: str, account: str, region: str) -> Any:
    """A boto3 client as `account`; clients are thread-safe, so one is kept for each."""
    import boto3
    from botocore.config import Config

    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=endpoint(),
        region_name=region,
        aws_access_key_id=account,
        aws_secret_access_key="test",  # noqa: S106 (the emulator accepts any)
        config=Config(max_pool_connections=16, retries={"mode": "standard", "max_attempts": 3}),
    )


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of an s3:// (s3a://) address."""
    bucket, _, key = uri.split("://", 1)[1].partition("/")
    return bucket, key
