"""What a request is authorized for (`AUTH=true`): the action and resource that AWS checks, where the emulator checks others."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any


def install(actions: ModuleType, athena: ModuleType) -> None:
    """Have the emulator's authorization (`actions` is its module) name crawlers, databases and workgroups; `athena` knows the queries."""
    emulated, emulated_action = actions.extract_resource_arn, actions.extract_iam_action

    def extract_iam_action(service: str, *request: Any) -> str | None:
        # SendMessageBatch needs sqs:SendMessage: IAM knows no actions of batches
        action: str | None = emulated_action(service, *request)
        return action.removesuffix("Batch") if action and service == "sqs" else action

    def extract_resource_arn(
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, query: Any, region: str, account: str
    ) -> str:
        if service in ("glue", "athena") and (request := _json(body)):
            action = headers.get("x-amz-target", "").rpartition(".")[2]
            named = _glue(action, request) if service == "glue" else _workgroup(request, athena)
            if named:
                return f"arn:aws:{service}:{region}:{account}:{named}"
        return str(emulated(service, method, path, headers, body, query, region, account))

    actions.extract_iam_action = extract_iam_action  # type: ignore[attr-defined]
    actions.extract_resource_arn = extract_resource_arn  # type: ignore[attr-defined]


def _glue(action: str, request: dict[str, Any]) -> str:
    """A crawler is named by Name, a database too; the emulator takes either for a table."""
    name = request.get("Name")
    if name and action.endswith("Crawler"):
        return f"crawler/{name}"
    if name and action.endswith("Database"):
        return f"database/{name}"
    return ""


def _workgroup(request: dict[str, Any], athena: ModuleType) -> str:
    """A query is authorized by its workgroup, also where the request has only the query's id."""
    if query_id := request.get("QueryExecutionId"):
        record = athena._executions.get(query_id)
        return f"workgroup/{record['WorkGroup']}" if record else ""
    return ""


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
