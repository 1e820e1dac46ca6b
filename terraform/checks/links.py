"""Does everything that is referred to exist: variables, locals, resources and their attributes, modules with their inputs and outputs?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from terraform.checks.configuration import Block, references
from terraform.checks.provider_schema import UnknownTypeError, lookup

_NAME = r"[A-Za-z_][\w-]*"
_VARIABLE = re.compile(rf"(?<![\w.])var\.({_NAME})")
_LOCAL = re.compile(rf"(?<![\w.])local\.({_NAME})")
_MODULE = re.compile(rf"(?<![\w.])module\.({_NAME})((?:\[[^\]]*\])?)(?:\.({_NAME}))?")
_OBJECT = re.compile(rf"(?<![\w.])(data\.)?(aws_\w+)\.({_NAME})((?:\[[^\]]*\])?)(?:\.({_NAME}))?")
_MODULE_META = frozenset({"source", "version", "count", "for_each", "depends_on", "providers"})

Modules = dict[Path, list[Block]]


def problems(modules: Modules) -> Iterator[str]:
    """One line for each reference without a target, input missing or unknown, variable without use, type or description."""
    for folder, blocks in modules.items():
        yield from _names(blocks)
        yield from _objects(blocks)
        yield from _calls(folder, blocks, modules)
        yield from _descriptions(blocks)


def _labels(blocks: list[Block], kind: str) -> set[str]:
    return {block.labels[0] for block in blocks if block.kind == kind}


def _locals(blocks: list[Block]) -> set[str]:
    return {name for block in blocks if block.kind == "locals" for name in block.body}


def _names(blocks: list[Block]) -> Iterator[str]:
    variables, names = _labels(blocks, "variable"), _locals(blocks)
    used: set[str] = set()
    for block in blocks:
        mentioned = {groups[0] for groups in references(block.body, _VARIABLE)}
        used |= mentioned if block.kind != "variable" else set()
        yield from (f"{block.address}: no variable {name}" for name in sorted(mentioned - variables))
        yield from (f"{block.address}: no local {name}" for name in sorted({g[0] for g in references(block.body, _LOCAL)} - names))
    yield from (f"{block.address}: declared, never used" for block in blocks if block.kind == "variable" and block.labels[0] not in used)


def _objects(blocks: list[Block]) -> Iterator[str]:
    declared = {(block.kind, *block.labels): block for block in blocks if block.kind in ("resource", "data")}
    for block in blocks:
        for data, resource_type, name, _, attribute in set(references(block.body, _OBJECT)):
            kind = "data" if data else "resource"
            if (kind, resource_type, name) not in declared:
                yield f"{block.address}: no {kind} {resource_type}.{name}"
            elif attribute:
                yield from _attribute(block, kind, resource_type, attribute)


def _attribute(block: Block, kind: str, resource_type: str, attribute: str) -> Iterator[str]:
    try:
        readable = lookup(kind, resource_type).attributes
    except UnknownTypeError:
        return  # told by the check of arguments
    if attribute not in readable:
        yield f"{block.address}: {resource_type} has no attribute {attribute}"


def _calls(folder: Path, blocks: list[Block], modules: Modules) -> Iterator[str]:
    calls = {block.labels[0]: block for block in blocks if block.kind == "module"}
    targets = {name: (folder / _text(block.body["source"])).resolve() for name, block in calls.items()}
    by_path = {path.resolve(): content for path, content in modules.items()}
    for name, block in calls.items():
        if targets[name] not in by_path:
            yield f"{block.address}: no module in {_text(block.body['source'])}"
            continue
        yield from _inputs(block, by_path[targets[name]])
    for block in blocks:
        for name, _, output in set(references(block.body, _MODULE)):
            if name not in calls:
                yield f"{block.address}: no module {name}"
            elif output and output not in _labels(by_path.get(targets[name], []), "output"):
                yield f"{block.address}: module {name} has no output {output}"


def _inputs(call: Block, target: list[Block]) -> Iterator[str]:
    variables = {block.labels[0]: block for block in target if block.kind == "variable"}
    passed = set(call.body) - _MODULE_META
    yield from (f"{call.address}: the module has no variable {name}" for name in sorted(passed - set(variables)))
    required = {name for name, block in variables.items() if "default" not in block.body}
    yield from (f"{call.address}: variable {name} is required" for name in sorted(required - passed))


def _descriptions(blocks: list[Block]) -> Iterator[str]:
    wanted = {"variable": ("type", "description"), "output": ("description",)}
    for block in blocks:
        yield from (f"{block.address}: no {name}" for name in wanted.get(block.kind, ()) if name not in block.body)


def _text(value: Any) -> str:
    return str(value).strip('"')
