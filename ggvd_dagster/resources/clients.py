"""boto3 clients and patience: what every resource needs to talk to AWS, made when a run starts, never at import."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import Any

from ggvd_dagster import spec

_creating = Lock()  # boto3's default session may not be shared by threads while it makes a client


def client(service: str, **config: Any) -> Any:
    """A client of one AWS service for the environment as it is now; `config` goes to botocore's Config."""
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or spec.load().region
    with _creating:
        return _client(service, region, os.environ.get("AWS_ENDPOINT_URL"), tuple(sorted(config.items())))


@cache
def _client(service: str, region: str, endpoint: str | None, config: tuple[tuple[str, Any], ...]) -> Any:
    import boto3
    from botocore.config import Config

    settings: dict[str, Any] = {"retries": {"mode": "standard", "total_max_attempts": 5}, "tcp_keepalive": True, "max_pool_connections": 20}
    if ("once", True) in config:  # an invocation that a retry would repeat
        settings["retries"] = {"total_max_attempts": 1}
    settings.update({key: value for key, value in config if key != "once"})
    make: Any = boto3.client  # its stubs know services by literal names only
    return make(service, region_name=region, endpoint_url=endpoint or None, config=Config(**settings))


def error_code(error: Exception) -> str:
    """AWS's code of a botocore ClientError, or the class name of any other error."""
    response = getattr(error, "response", None) or {}
    return str(response.get("Error", {}).get("Code") or type(error).__name__)


def delays(first: float = 0.2, most: float = 5.0, factor: float = 1.4) -> Iterator[float]:
    """Seconds between polls: short at first, so that short work ends at once; longer later, so that long work costs few calls."""
    delay = first
    while True:
        yield delay
        delay = min(most, delay * factor)
