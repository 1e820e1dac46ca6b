"""Does every resource and data source say only what the provider understands, and all that it requires?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from terraform.checks.configuration import Block, is_block, without_marks
from terraform.checks.provider_schema import Body, UnknownTypeError, lookup

# what Terraform itself adds to every block of these kinds
META = frozenset({"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"})
BUILT_IN = frozenset({"terraform_data"})
# arguments of provider 6 that 5.55 does not know; the code is written for both
TOO_NEW = {
    "*": {"region"},
    "aws_glue_job": {"job_run_queuing_enabled", "job_mode", "source_control_details"},
    "aws_s3_bucket_lifecycle_configuration": {"transition_default_minimum_object_size"},
    "aws_ecs_service": {"availability_zone_rebalancing", "vpc_lattice_configurations", "deployment_configuration", "sigint_rollback"},
    "aws_ecs_task_definition": {"enable_fault_injection"},
    "aws_secretsmanager_secret_version": {"secret_string_wo", "secret_string_wo_version"},
    "aws_db_instance": {"password_wo", "password_wo_version", "database_insights_mode", "upgrade_storage_config"},
    "aws_lambda_event_source_mapping": {"metrics_config", "provisioned_poller_config", "tags"},
    "aws_athena_workgroup": {"identity_center_configuration", "managed_query_results_configuration"},
}


def problems(blocks: list[Block]) -> Iterator[str]:
    """One line for each type, argument or nested block that the provider does not know, and for each that it misses."""
    for block in blocks:
        if block.kind in ("resource", "data") and block.labels[0] not in BUILT_IN:
            resource_type = block.labels[0]
            try:
                schema = lookup(block.kind, resource_type)
            except UnknownTypeError:
                yield f"{block.address}: the provider has no {block.kind} {resource_type}"
                continue
            too_new = TOO_NEW["*"] | TOO_NEW.get(resource_type, set())
            yield from _body(block.address, block.body, schema, META, too_new)


def _body(where: str, body: dict[str, Any], schema: Body, meta: frozenset[str], too_new: set[str]) -> Iterator[str]:
    given: set[str] = set()
    for name, value in body.items():
        if name in meta:
            continue
        if name == "dynamic":
            for label, inner in _dynamic(value):
                given.add(label)
                yield from _nested(f"{where}.{label}", label, inner, schema, too_new)
        else:
            given.add(name)
            yield from _entry(where, name, value, schema, too_new)
    yield from (f"{where}: {name} is required" for name in schema.required if name not in given)


def _entry(where: str, name: str, value: Any, schema: Body, too_new: set[str]) -> Iterator[str]:
    if name in too_new:
        yield f"{where}: {name} is not in provider 5.55"
    elif is_block(value):
        for item in value:
            yield from _nested(f"{where}.{name}", name, item, schema, too_new)
    elif name in schema.blocks:
        yield f"{where}: {name} is a block, not an argument; write it without ="
    elif name not in schema.arguments:
        yield f"{where}: no argument {name}{_like(name, list(schema.arguments))}"


def _nested(where: str, name: str, item: dict[str, Any], schema: Body, too_new: set[str]) -> Iterator[str]:
    if name in schema.blocks:
        yield from _body(where, without_marks(item), schema.blocks[name], frozenset(), too_new)
    elif name in schema.arguments:
        yield f"{where}: {name} is an argument, not a block; write it with ="
    else:
        yield f"{where}: no block {name}{_like(name, list(schema.blocks))}"


def _dynamic(value: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for entry in value:
        for label, inner in without_marks(entry).items():
            yield re.sub('"', "", label), inner["content"][0]


def _like(name: str, known: list[str]) -> str:
    import difflib

    close = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
