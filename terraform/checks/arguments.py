"""Does every resource and data source say only what the provider understands, and all that it requires?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from terraform.checks.configuration import Block, is_block, without_marks
from terraform.checks.provider_bindings import Body
from terraform.checks.provider_schema import NEWEST, OLDEST, Bindings, UnknownTypeError, lookup

# what Terraform itself adds to every block of these kinds
META = frozenset({"count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"})
BUILT_IN = frozenset({"terraform_data"})


def problems(blocks: list[Block]) -> Iterator[str]:
    """One line for each type, argument or block that a release does not know, and for each that it misses.

    The newest release speaks first; of the oldest only what the newest did not say.
    """
    told: set[str] = set()
    for bindings in (NEWEST, OLDEST):
        for line in _for(bindings, blocks):
            if line not in told:
                told.add(line)
                yield line if bindings is NEWEST else f"{line} (in provider {bindings.release})"


def _for(bindings: Bindings, blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        if block.kind in ("resource", "data") and block.labels[0] not in BUILT_IN:
            try:
                schema = lookup(block.kind, block.labels[0], bindings)
            except UnknownTypeError:
                yield f"{block.address}: the provider has no {block.kind} {block.labels[0]}"
                continue
            yield from _body(block.address, block.body, schema, META)


def _body(where: str, body: dict[str, Any], schema: Body, meta: frozenset[str]) -> Iterator[str]:
    given: set[str] = set()
    for name, value in body.items():
        if name in meta:
            continue
        if name == "dynamic":
            for label, inner in _dynamic(value):
                given.add(label)
                yield from _nested(f"{where}.{label}", label, inner, schema)
        else:
            given.add(name)
            yield from _entry(where, name, value, schema)
    yield from (f"{where}: {name} is required" for name in schema.required if name not in given)


def _entry(where: str, name: str, value: Any, schema: Body) -> Iterator[str]:
    if is_block(value):
        for item in value:
            yield from _nested(f"{where}.{name}", name, item, schema)
    elif name in schema.blocks:
        yield f"{where}: {name} is a block, not an argument; write it without ="
    elif name not in schema.arguments:
        yield f"{where}: no argument {name}{_like(name, list(schema.arguments))}"


def _nested(where: str, name: str, item: dict[str, Any], schema: Body) -> Iterator[str]:
    if name in schema.blocks:
        yield from _body(where, without_marks(item), schema.blocks[name], frozenset())
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
