"""Event source mappings that AWS would refuse: the emulator takes a queue that shows a message again while its function still runs."""

from __future__ import annotations

import asyncio
import json
from types import ModuleType
from typing import Any

from local_aws import clients
from local_aws.overlay import Json, Response

PATH = "/2015-03-31/event-source-mappings"


def install(service: ModuleType) -> None:
    """Check CreateEventSourceMapping before the emulator's Lambda (`service` is its module) carries it out."""
    emulated = service.handle_request

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        if method == "POST" and path.rstrip("/") == PATH and (problem := await asyncio.to_thread(_problem, json.loads(body or b"{}"))):
            code = "InvalidParameterValueException"
            answer = json.dumps({"Type": "User", "Message": problem, "message": problem}).encode()
            return 400, {"Content-Type": "application/json", "x-amzn-errortype": code}, answer
        response: Response = await emulated(method, path, headers, body, query)
        return response

    service.handle_request = handle_request  # type: ignore[attr-defined]


def _problem(request: Json) -> str:
    """Why AWS refuses the mapping; empty when it does not, or when the emulator itself will say what is wrong."""
    from botocore.exceptions import ClientError
    from ministack.core.responses import get_account_id, get_region

    service, region, account, queue = ([*request.get("EventSourceArn", "").split(":"), *[""] * 6])[2:6]
    if service != "sqs":
        return ""
    sqs = clients.client("sqs", account, region)
    function = clients.client("lambda", get_account_id(), get_region())
    try:
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
        timeout = function.get_function_configuration(FunctionName=request.get("FunctionName", ""))["Timeout"]
    except ClientError:
        return ""
    visibility = int(attributes["VisibilityTimeout"])
    return (
        f"Queue visibility timeout: {visibility} seconds is less than Function timeout: {timeout} seconds" if visibility < timeout else ""
    )
