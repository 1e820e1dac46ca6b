"""Lambda functions from their zip, the layer that brings requests, and the mappings that feed functions from queues."""

from __future__ import annotations

import base64
import hashlib
from functools import partial

from ggvd_dagster import function_environment, packaging
from ggvd_dagster.spec import Function
from local_aws.deploy.context import Deployment, Json, covers, found
from local_aws.deploy.queues import arn, urls

RUNTIME = "python3.11"
MISSING = "ResourceNotFoundException"


def functions(to: Deployment) -> None:
    layer = _layer(to)
    content = packaging.build_functions_zip()
    queue_urls = urls(to)
    for name, entry in to.names.platform.functions.items():
        _function(to, name, _configuration(to, name, entry, layer, queue_urls), content)
        if entry.queue:
            _mapping(to, name, entry)
    _remove_former(to)


def _layer(to: Deployment) -> str:
    """The ARN of the layer's newest version, which is published anew only when its bytes changed."""
    client, name = to.client("lambda"), to.names.layer()
    content = packaging.build_requests_layer()
    digest = hashlib.sha256(content).hexdigest()
    versions = client.list_layer_versions(LayerName=name).get("LayerVersions", [])
    if versions and versions[0].get("Description") == digest:
        return str(versions[0]["LayerVersionArn"])
    to.changed(f"layer {name}")
    answer = client.publish_layer_version(LayerName=name, Description=digest, Content={"ZipFile": content}, CompatibleRuntimes=[RUNTIME])
    return str(answer["LayerVersionArn"])


def _configuration(to: Deployment, name: str, entry: Function, layer: str, queue_urls: dict[str, str]) -> Json:
    return {
        "Runtime": RUNTIME,
        "Role": to.role_arn(name),
        "Handler": entry.handler,
        "Timeout": entry.timeout_seconds,
        "MemorySize": entry.memory_mb,
        "Layers": [layer],
        "Environment": {"Variables": function_environment.variables(to.names, name, queue_urls, to.source_urls)},
    }


def _function(to: Deployment, name: str, configuration: Json, content: bytes) -> None:
    client, full = to.client("lambda"), to.names.function(name)
    actual = found(partial(client.get_function_configuration, FunctionName=full), MISSING)
    if actual is None:
        client.create_function(FunctionName=full, Code={"ZipFile": content}, **configuration)
        to.changed(f"function {full}")
        return
    if actual["CodeSha256"] != base64.b64encode(hashlib.sha256(content).digest()).decode():
        client.update_function_code(FunctionName=full, ZipFile=content)
        to.changed(f"code of function {full}")
    actual["Layers"] = [layer["Arn"] for layer in actual.get("Layers", [])]
    if not covers(actual, configuration):
        client.update_function_configuration(FunctionName=full, **configuration)
        to.changed(f"configuration of function {full}")


def _mapping(to: Deployment, name: str, entry: Function) -> None:
    client, full = to.client("lambda"), to.names.function(name)
    source = arn(to, to.names.queue(str(entry.queue)))
    settings: Json = {
        "BatchSize": entry.batch_size,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": entry.maximum_concurrency},
    }
    actual = client.list_event_source_mappings(FunctionName=full, EventSourceArn=source)["EventSourceMappings"]
    if not actual:
        client.create_event_source_mapping(FunctionName=full, EventSourceArn=source, **settings)
        to.changed(f"event source mapping of {full}")
    elif not covers(actual[0], settings):
        client.update_event_source_mapping(UUID=actual[0]["UUID"], **settings)
        to.changed(f"settings of the event source mapping of {full}")


def _remove_former(to: Deployment) -> None:
    """Functions and mappings of an earlier spec go, as Terraform does it: they would take messages. What others made stays."""
    client, wanted = to.client("lambda"), {to.names.function(name): entry for name, entry in to.names.platform.functions.items()}
    first, last = to.names.function("*").split("*")
    for page in client.get_paginator("list_event_source_mappings").paginate():
        for mapping in page["EventSourceMappings"]:
            function, queue = (mapping[key].rpartition(":")[2] for key in ("FunctionArn", "EventSourceArn"))
            entry = wanted.get(function)
            if (
                function.startswith(first)
                and function.endswith(last)
                and not (entry and entry.queue and queue == to.names.queue(entry.queue))
            ):
                client.delete_event_source_mapping(UUID=mapping["UUID"])
                to.changed(f"removed event source mapping of {function} from {queue}")
    for page in client.get_paginator("list_functions").paginate():
        for function in (entry["FunctionName"] for entry in page["Functions"]):
            if function.startswith(first) and function.endswith(last) and function not in wanted:
                client.delete_function(FunctionName=function)
                to.changed(f"removed function {function}")
