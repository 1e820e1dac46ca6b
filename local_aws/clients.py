"""The server's clients to its own endpoint: work that reads and writes as any other AWS client would, as whom it is for."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from typing import Any

from local_aws.credentials import Credentials, of_root

MOST = 16  # each session of a role has clients of its own, and each client keeps connections
_making = threading.Lock()
_kept: OrderedDict[tuple[str, Credentials], Any] = OrderedDict()


def endpoint() -> str:
    return f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"


def environment(who: Credentials) -> dict[str, str]:
    """What a process or library needs to reach this endpoint as `who`."""
    return {
        **who.variables(),
        "AWS_REGION": who.region,
        "AWS_DEFAULT_REGION": who.region,
        # where jobs reach this endpoint, when something stands between
        "AWS_ENDPOINT_URL": os.environ.get("GGVD_JOBS_ENDPOINT") or endpoint(),
        "AWS_ALLOW_HTTP": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def client(service: str, account: str, region: str) -> Any:
    """A boto3 client as the root of `account`, for what the server does for nobody in particular."""
    return client_as(service, of_root(account, region))


def client_as(service: str, who: Credentials) -> Any:
    """A boto3 client; clients are thread-safe, so the last ones used are kept. Two threads must not make one at once.

    One that is kept no longer gives up its connections at once; whoever still uses it connects again.
    """
    with _making:
        found = _kept.pop((service, who), None) or _client(service, who)
        _kept[service, who] = found
        while len(_kept) > MOST:
            _, oldest = _kept.popitem(last=False)
            oldest.close()
        return found


def _client(service: str, who: Credentials) -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=endpoint(),
        region_name=who.region,
        aws_access_key_id=who.key,
        aws_secret_access_key=who.secret,
        aws_session_token=who.token or None,
        config=Config(max_pool_connections=16, retries={"mode": "standard", "max_attempts": 3}),
    )


def split(uri: str) -> tuple[str, str]:
    """Bucket and key of an s3:// (s3a://) address."""
    bucket, _, key = uri.split("://", 1)[1].partition("/")
    return bucket, key
