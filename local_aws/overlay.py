"""How a service of the emulator gets operations that really do their work: a handler by operation name, the rest stays the emulator's."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from local_aws.credentials import caller_key
from local_aws.errors import AwsError

Json = dict[str, Any]
Response = tuple[int, dict[str, str], bytes]
Operation = Callable[[Json], Json]
Amendment = Callable[[Json, Json], None]
log = logging.getLogger(__name__)


def install(service: ModuleType, operations: Mapping[str, Operation], amendments: Mapping[str, Amendment] | None = None) -> None:
    """Answer `operations` ourselves and let `amendments` complete what the emulator did (request, its answer).

    The seam is the emulator's own contract between its router and a service (`handle_request`), so that credentials, account,
    region, decoding and authorization stay as they are. Operations run in a worker thread and may block.
    """
    emulated = service.handle_request

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        from ministack.core.router import extract_access_key_id

        action = headers.get("x-amz-target", "").rpartition(".")[2]
        caller_key.set(extract_access_key_id(headers, query) or "")
        if operation := operations.get(action):
            return await asyncio.to_thread(_answer, operation, body)
        response: Response = await emulated(method, path, headers, body, query)
        if response[0] == 200 and (amendment := (amendments or {}).get(action)):
            return await asyncio.to_thread(_amended, amendment, body, response)
        return response

    service.handle_request = handle_request  # type: ignore[attr-defined]


def _answer(operation: Operation, body: bytes) -> Response:
    try:
        return _json(200, operation(json.loads(body or b"{}")))
    except AwsError as error:
        fields = {"__type": error.code, "message": error.message, "Message": error.message, **error.fields}
        return _json(error.status, fields)
    except Exception as error:
        log.exception("operation failed")
        return _json(500, {"__type": "InternalServerException", "message": f"{type(error).__name__}: {error}"})


def _amended(amendment: Amendment, body: bytes, response: Response) -> Response:
    answer = json.loads(response[2] or b"{}")
    amendment(json.loads(body or b"{}"), answer)
    return response[0], response[1], json.dumps(answer).encode()


def _json(status: int, fields: Json) -> Response:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    if status != 200:
        headers["x-amzn-errortype"] = str(fields["__type"])
    return status, headers, json.dumps(fields).encode()
