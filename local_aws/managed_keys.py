"""AWS makes the key `alias/aws/<service>` as soon as someone asks for it; the emulator knows only keys that were made."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

from local_aws.overlay import Response

PREFIX = "alias/aws/"


def install(service: ModuleType) -> None:
    """Have the emulator's KMS (`service` is its module) make a managed key when a request first names it."""
    emulated = service.handle_request

    async def ask(action: str, request: dict[str, Any], headers: dict[str, str]) -> Response:
        target = headers | {"x-amz-target": f"TrentService.{action}"}
        answer: Response = await emulated("POST", "/", target, json.dumps(request).encode(), {})
        return answer

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        alias = _managed_alias(body)
        if alias and (await ask("DescribeKey", {"KeyId": alias}, headers))[0] != 200:
            description = f"Default key that protects my {alias.removeprefix(PREFIX)} objects when no other key is defined"
            made = json.loads((await ask("CreateKey", {"Description": description}, headers))[2])
            await ask("CreateAlias", {"AliasName": alias, "TargetKeyId": made["KeyMetadata"]["KeyId"]}, headers)
        response: Response = await emulated(method, path, headers, body, query)
        return response

    service.handle_request = handle_request  # type: ignore[attr-defined]


def _managed_alias(body: bytes) -> str:
    """The managed alias that a request's KeyId names, as a name or as an ARN; else empty."""
    try:
        key = str(json.loads(body or b"{}").get("KeyId", ""))
    except (ValueError, AttributeError):
        return ""
    alias = key.partition(":" + PREFIX)[2] if key.startswith("arn:") else key.removeprefix(PREFIX) if key.startswith(PREFIX) else ""
    return PREFIX + alias if alias else ""
