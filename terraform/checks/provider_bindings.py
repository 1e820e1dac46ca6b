"""What a resource may hold, read out of the source text of the provider's Python bindings.

The bindings are generated from the provider's own schema: a class a resource, whose __init__ lists every argument, without a default where
it is required, and whose nested blocks are classes too. The text is parsed, never imported: that would start Node.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import Any

# every resource has these
META = frozenset({"connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners"})


@dataclass
class Body:
    """What a resource or a nested block may hold: arguments, and attributes that can be read of it, with types in Terraform's JSON."""

    arguments: dict[str, Any] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    blocks: dict[str, Body] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)


def read(text: str, name: str, owner: str) -> Body:
    """The body that class `name` of a binding's text describes; `owner` is what the names of its blocks begin with."""
    classes = _classes(text, owner)
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
