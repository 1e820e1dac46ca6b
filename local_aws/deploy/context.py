"""What every part of a deployment needs: the names, the clients, and a note of each change."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ggvd_dagster.names import Names

Json = dict[str, Any]


@dataclass
class Deployment:
    """One deployment of the spec under `names`; `source_urls` replaces sources' addresses, `token` is TMDB's."""

    names: Names
    source_urls: Mapping[str, str]
    token: str
    changes: list[str] = field(default_factory=list)
    _clients: dict[str, Any] = field(default_factory=dict, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def client(self, service: str) -> Any:
        # making a client loads its model from disk, and boto3's session must not do so in two threads at once
        with self._lock:
            if service not in self._clients:
                import boto3
                from botocore.config import Config

                self._clients[service] = boto3.client(service, config=Config(max_pool_connections=16))  # type: ignore[call-overload]
            return self._clients[service]

    def changed(self, what: str) -> None:
        self.changes.append(what)

    def role_arn(self, principal: str) -> str:
        return f"arn:aws:iam::{self.names.account}:role/{self.names.role(principal)}"


def found(call: Callable[[], Any], *missing: str) -> Any:
    """The answer of `call`, or None when it is an error of one of the `missing` codes."""
    from botocore.exceptions import ClientError

    try:
        return call()
    except ClientError as error:
        if error.response["Error"]["Code"] in missing:
            return None
        raise


def covers(actual: Any, wanted: Any) -> bool:
    """Whether `actual` says all that `wanted` says; services add defaults of their own."""
    if isinstance(wanted, dict):
        return isinstance(actual, dict) and all(key in actual and covers(actual[key], value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(actual, list) and len(actual) == len(wanted) and all(map(covers, actual, wanted))
    return bool(actual == wanted)
