"""DescribeAlarms of the query protocol with every field of an alarm: the emulator's XML leaves out most, its JSON has them all."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from types import ModuleType
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4
from xml.sax.saxutils import escape

from local_aws.overlay import Json, Response

NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/"
ACTION = "DescribeAlarms"


def install(service: ModuleType) -> None:
    """Have the emulator's CloudWatch (`service` is its module) answer the question in JSON, and write that as XML."""
    emulated = service.handle_request

    async def handle_request(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        fields = parse_qs(body.decode(errors="replace")) if "urlencoded" in headers.get("content-type", "") else {}
        if fields.get("Action") != [ACTION]:
            unchanged: Response = await emulated(method, path, headers, body, query)
            return unchanged
        target = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"GraniteServiceVersion20100801.{ACTION}"}
        status, answered, text = await emulated(method, path, headers | target, json.dumps(_question(fields)).encode(), {})
        if status != 200:
            refused: Response = await emulated(method, path, headers, body, query)  # in the protocol of the one who asks
            return refused
        return 200, answered | {"Content-Type": "text/xml"}, _xml(json.loads(text)).encode()

    service.handle_request = handle_request  # type: ignore[attr-defined]


def _question(fields: dict[str, list[str]]) -> Json:
    """`AlarmNames.member.2=x` as a list, `MaxRecords=100` as a number, the rest as text."""
    question: Json = {}
    for name, (value, *_) in sorted(fields.items()):
        if listed := re.fullmatch(r"(\w+)\.member\.\d+", name):
            question.setdefault(listed[1], []).append(value)
        elif name not in ("Action", "Version"):
            question[name] = int(value) if name == "MaxRecords" else value
    return question


def _xml(answer: Json) -> str:
    inner = "".join(_element(name, value) for name, value in answer.items())
    metadata = f"<ResponseMetadata><RequestId>{uuid4()}</RequestId></ResponseMetadata>"
    return f'<{ACTION}Response xmlns="{NAMESPACE}"><{ACTION}Result>{inner}</{ACTION}Result>{metadata}</{ACTION}Response>'


def _element(name: str, value: Any) -> str:
    if value is None:
        return ""
    return f"<{name}>{_content(name, value)}</{name}>"


def _content(name: str, value: Any) -> str:
    if isinstance(value, dict):
        return "".join(_element(*field) for field in value.items())
    if isinstance(value, list):
        return "".join(_element("member", item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if name.endswith("Timestamp") and isinstance(value, (int, float)):
        return datetime.fromtimestamp(value, UTC).isoformat()
    return escape(str(value))
