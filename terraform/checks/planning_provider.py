"""A provider that calls nothing: the AWS provider's schema, "known after apply" for what AWS would answer, and values for it at an apply.

Runs in .venv-terraform/schema, started by plan.py. Usage: planning_provider.py SCHEMA.json SOCKET, where SCHEMA.json maps resource types
to bodies. While the file SOCKET.most holds a number, every apply after so many is refused, as when credentials run out.
"""

from __future__ import annotations

import json
import sys
import threading
from concurrent import futures
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped,import-not-found,unused-ignore]
import msgpack  # type: ignore[import-untyped,import-not-found,unused-ignore]
from tf.gen import grpc_controller_pb2_grpc as controller  # type: ignore[import-untyped,import-not-found,unused-ignore]
from tf.gen import tfplugin_pb2 as messages
from tf.gen import tfplugin_pb2_grpc as protocol

UNKNOWN = msgpack.ExtType(0, b"\x00")
PROVIDER: dict[str, Any] = {
    "arguments": {"region": "string", "allowed_account_ids": ["list", "string"]},
    "blocks": {"default_tags": {"arguments": {"tags": ["map", "string"]}, "blocks": {}, "required": []}},
    "required": [],
}


def block(body: dict[str, Any]) -> Any:
    """The protocol's form of a body. What is no argument is computed; an argument may be (the bindings do not tell)."""
    computed = {
        name: kind for name, kind in body.get("attributes", {}).items() if name not in body["arguments"] and name not in body["blocks"]
    }
    attributes = [
        messages.Schema.Attribute(
            name=name,
            type=json.dumps(kind).encode(),
            required=name in body["required"],
            optional=name not in body["required"],
            computed=name not in body["required"],
        )
        for name, kind in body["arguments"].items()
    ] + [messages.Schema.Attribute(name=name, type=json.dumps(kind).encode(), computed=True) for name, kind in computed.items()]
    nested = [
        messages.Schema.NestedBlock(
            type_name=name, block=block(inner), nesting=messages.Schema.NestedBlock.LIST, min_items=int(name in body["required"])
        )
        for name, inner in body["blocks"].items()
    ]
    return messages.Schema.Block(attributes=attributes, block_types=nested)


def unpacked(value: Any) -> Any:
    return msgpack.unpackb(value.msgpack, ext_hook=msgpack.ExtType, strict_map_key=False)


def packed(value: Any) -> Any:
    return messages.DynamicValue(msgpack=msgpack.packb(value))


def answered(kind: Any, name: str) -> Any:
    """What AWS might have answered for a computed value of a type."""
    if isinstance(kind, list):
        return {} if kind[0] in ("map", "object") else []
    return {"string": f"arn:aws:made:us-east-1:111122223333:{name}", "number": 1, "bool": False}[kind]


class PlanningProvider(protocol.ProviderServicer):  # type: ignore[misc]
    """The part of Terraform's plugin protocol that validate, plan and apply use. Terraform's state is all that it knows."""

    def __init__(self, schemas: dict[str, dict[str, Any]], limit: Path) -> None:
        self.schemas, self.limit, self.applied, self.lock = schemas, limit, 0, threading.Lock()

    def GetProviderSchema(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        resources = {name: messages.Schema(version=0, block=block(body)) for name, body in self.schemas.items()}
        return messages.GetProviderSchema.Response(
            provider=messages.Schema(version=0, block=block(PROVIDER)), resource_schemas=resources, data_source_schemas={}
        )

    def ValidateProviderConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        return messages.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        return messages.ValidateResourceConfig.Response()

    def ConfigureProvider(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        return messages.ConfigureProvider.Response()

    def PlanResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        proposed = unpacked(request.proposed_new_state)
        if proposed is not None:
            body = self.schemas[request.type_name]
            for name, value in proposed.items():
                if value is None and (name == "id" or name not in body["arguments"]):
                    proposed[name] = UNKNOWN
        return messages.PlanResourceChange.Response(planned_state=packed(proposed))

    def ApplyResourceChange(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        if self._refused():
            refusal = messages.Diagnostic(severity=messages.Diagnostic.ERROR, summary="ExpiredToken: the security token is expired")
            return messages.ApplyResourceChange.Response(new_state=request.prior_state, diagnostics=[refusal])
        made = unpacked(request.planned_state)
        for name, kind in self.schemas[request.type_name]["attributes"].items():
            if made is not None and made.get(name) == UNKNOWN:
                made[name] = answered(kind, name)
        return messages.ApplyResourceChange.Response(new_state=packed(made))

    def _refused(self) -> bool:
        with self.lock:
            self.applied += 1
            return self.limit.exists() and self.applied > int(self.limit.read_text(encoding="utf-8"))

    def ReadResource(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        return messages.ReadResource.Response(new_state=request.current_state)

    def UpgradeResourceState(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        return messages.UpgradeResourceState.Response(upgraded_state=messages.DynamicValue(json=request.raw_state.json))

    def StopProvider(self, request: Any, context: Any) -> Any:  # noqa: N802 (the protocol's name)
        return messages.StopProvider.Response()


def main(schema_file: str, socket: str) -> None:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    schemas = json.loads(Path(schema_file).read_text(encoding="utf-8"))
    protocol.add_ProviderServicer_to_server(PlanningProvider(schemas, Path(f"{socket}.most")), server)
    controller.add_GRPCControllerServicer_to_server(controller.GRPCControllerServicer(), server)
    server.add_insecure_port(f"unix://{socket}")
    server.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()  # until plan.py goes away
    server.stop(grace=None)


if __name__ == "__main__":
    main(*sys.argv[1:3])
