"""Event source mappings where the emulator is more lenient than AWS: queues that it takes, and answers of functions that it believes."""

from __future__ import annotations

import asyncio
import json
import time
from contextvars import ContextVar
from types import ModuleType
from typing import Any

from local_aws import clients
from local_aws.overlay import Json, Response

HELD = "held_by_a_function"  # marks a message in the state while an invocation works on it
PATH = "/2015-03-31/event-source-mappings"
# Ids of the messages of the batch that is being handled, when its mapping asks for ReportBatchItemFailures.
_batch: ContextVar[set[str] | None] = ContextVar("batch", default=None)


def install(service: ModuleType) -> None:
    """Check what the emulator's Lambda (`service` is its module) does not: requests for a mapping, and answers to batches."""
    _check_answers(service)
    emulated = service.handle_request

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        if method == "POST" and path.rstrip("/") == PATH and (problem := await asyncio.to_thread(_problem, json.loads(body or b"{}"))):
            code = "InvalidParameterValueException"
            answer = json.dumps({"Type": "User", "Message": problem, "message": problem}).encode()
            return 400, {"Content-Type": "application/json", "x-amzn-errortype": code}, answer
        response: Response = await emulated(method, path, headers, body, query)
        return response

    service.handle_request = handle_request  # type: ignore[attr-defined]


def release(sqs: ModuleType) -> None:
    """Messages that functions held when the server died come again: once, after the state was restored. Nobody works on them any more."""
    for queue in sqs._queues.all_values():
        for message in queue["messages"]:
            if message.pop(HELD, None):
                message["visible_at"] = time.time()


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


def _check_answers(service: ModuleType) -> None:
    """A malformed list of failures fails its whole batch. The emulator would take it for success and delete every message."""
    run_batch, execute = service._run_sqs_batch, service._execute_function

    def run_sqs_batch(mapping: Json, function: Json, event: Json, batch: list[Json], *place: str) -> None:
        reports = "ReportBatchItemFailures" in mapping.get("FunctionResponseTypes", [])
        for message in batch:
            message[HELD] = True
        token = _batch.set({message["id"] for message in batch} if reports else None)
        try:
            run_batch(mapping, function, event, batch, *place)
        finally:
            _batch.reset(token)
            for message in batch:
                message.pop(HELD, None)

    def execute_function(function: Json, event: Json) -> Json:
        result: Json = execute(function, event)
        known = _batch.get()
        if known is None or result.get("error"):
            return result
        body = result.get("body")
        if not (problem := malformed(body, known)):
            # a null list is none to AWS, and an error to the emulator
            return {**result, "body": {}} if isinstance(body, dict) and body.get("batchItemFailures") is None else result
        return {**result, "error": True, "body": {"errorType": "InvalidBatchItemFailures", "errorMessage": problem}}

    service._run_sqs_batch = run_sqs_batch  # type: ignore[attr-defined]
    service._execute_function = execute_function  # type: ignore[attr-defined]


def malformed(answer: object, known: set[str]) -> str:
    """Why AWS takes a function's answer for the failure of its whole batch; empty when it does not.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
    """
    if isinstance(answer, str):
        try:
            answer = json.loads(answer) if answer else None
        except ValueError:
            return "the answer is no JSON"
    if answer is None:
        return ""
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else [answer]
    if failures is None:
        return ""
    if not isinstance(failures, list):
        return "batchItemFailures is no list"
    wrong = [failure for failure in failures if not isinstance(failure, dict) or failure.get("itemIdentifier") not in known]
    return f"{wrong[0]!r} names no message of the batch" if wrong else ""
