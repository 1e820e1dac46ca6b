"""Writes template.yaml (AWS SAM) from the spec, for `sam local invoke` and `sam validate`: `python -m terraform.sam_template`.

The account's own functions are Terraform's; a test keeps the file in step with the spec.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from ggvd_dagster import function_environment
from ggvd_dagster.names import Names

PATH = Path(__file__).parents[1] / "template.yaml"
HEADER = "# Written by `python -m terraform.sam_template` from ggvd_dagster/platform.yaml. Change the spec, then run it again.\n"
RUNTIME = "python3.12"
# CloudFormation fills these in, so that the names are those of every environment and account
NAMES = Names(env="${Env}", account="${AWS::AccountId}")


def template() -> dict[str, Any]:
    """The template as data."""
    platform = NAMES.platform
    layer = {
        "Type": "AWS::Serverless::LayerVersion",
        "Properties": {
            "LayerName": _sub(NAMES.layer()),
            "ContentUri": "build/packages/requests_layer.zip",
            "CompatibleRuntimes": [RUNTIME],
        },
    }
    resources: dict[str, Any] = {"RequestsLayer": layer}
    for name in platform.queues:
        resources |= _queues(name)
    for name in platform.functions:
        resources[_id(name, "Function")] = _function(name)
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": "The functions and queues of the movie lakehouse, to invoke them locally; Terraform deploys them.",
        "Parameters": {"Env": {"Type": "String", "Default": "dev", "Description": "Name of the deployment, part of every name."}},
        "Resources": resources,
    }


def text() -> str:
    return HEADER + yaml.safe_dump(template(), sort_keys=False, width=140)


def _queues(name: str) -> dict[str, Any]:
    queue = NAMES.platform.queues[name]
    dead_letters = _id(name, "DeadLetters")
    return {
        dead_letters: _queue(QueueName=_sub(NAMES.dead_letter_queue(name)), MessageRetentionPeriod=queue.dead_letter_days * 86400),
        _id(name, "Queue"): _queue(
            QueueName=_sub(NAMES.queue(name)),
            VisibilityTimeout=queue.visibility_seconds,
            MessageRetentionPeriod=queue.retention_days * 86400,
            RedrivePolicy={"deadLetterTargetArn": {"Fn::GetAtt": [dead_letters, "Arn"]}, "maxReceiveCount": queue.max_receives},
        ),
    }


def _queue(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {**properties, "SqsManagedSseEnabled": True}}


def _function(name: str) -> dict[str, Any]:
    function = NAMES.platform.functions[name]
    urls = {queue: f"${{{_id(queue, 'Queue')}}}" for queue in NAMES.platform.queues}
    properties: dict[str, Any] = {
        "FunctionName": _sub(NAMES.function(name)),
        "Runtime": RUNTIME,
        "Handler": function.handler,
        "CodeUri": "build/packages/lambda_handlers.zip",
        "Layers": [{"Ref": "RequestsLayer"}],
        "Timeout": function.timeout_seconds,
        "MemorySize": function.memory_mb,
        "Environment": {"Variables": {key: _sub(value) for key, value in function_environment.variables(NAMES, name, urls).items()}},
    }
    if function.queue:
        source = {
            "Queue": {"Fn::GetAtt": [_id(function.queue, "Queue"), "Arn"]},
            "BatchSize": function.batch_size,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": function.maximum_concurrency},
        }
        properties["Events"] = {"Messages": {"Type": "SQS", "Properties": source}}
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def _id(name: str, kind: str) -> str:
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-")) + kind


def _sub(value: str) -> Any:
    return {"Fn::Sub": value} if "${" in value else value


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
    sys.stdout.write(f"{PATH.name} is written.\n")
