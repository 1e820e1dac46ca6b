"""A Terraform module as data: its blocks, and every reference that they make."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TERRAFORM = ROOT / "terraform"
ENVIRONMENT = ROOT / ".venv-terraform" / "schema"
_MARKS = ("__is_block__", "__comments__", "__inline_comments__")


class NotTerraformError(ValueError):
    """A .tf file does not parse; the message names each such file and what the parser said."""


@dataclass(frozen=True)
class Block:
    """One block: `kind` is resource, data, module, variable, output ..., `labels` what follows it in quotes."""

    file: str
    kind: str
    labels: tuple[str, ...]
    body: dict[str, Any] = field(hash=False)

    @property
    def address(self) -> str:
        return f"{self.file}: {'.'.join((self.kind, *self.labels))}"


def parse(files: list[Path]) -> dict[str, Any]:
    """Trees of .tf files by path. Raises NotTerraformError when one does not parse."""
    script = Path(__file__).with_name("parse.py")
    command = [str(ENVIRONMENT / "bin" / "python"), "-I", str(script), *map(str, files)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode:
        raise NotTerraformError(process.stderr.strip())
    trees: dict[str, Any] = json.loads(process.stdout)
    return trees


def modules(root: Path) -> dict[Path, list[Block]]:
    """The blocks of every folder under `root` that has .tf files."""
    files = sorted(path for path in root.rglob("*.tf") if ".terraform" not in path.parts)
    found: dict[Path, list[Block]] = {}
    for name, tree in parse(files).items():
        found.setdefault(Path(name).parent, []).extend(_blocks(str(Path(name).relative_to(root)), tree))
    return found


def _blocks(file: str, tree: dict[str, Any]) -> Iterator[Block]:
    depth = {"resource": 2, "data": 2, "variable": 1, "output": 1, "module": 1, "provider": 1, "check": 1}
    for kind, entries in tree.items():
        if kind not in _MARKS:
            for entry in entries:
                yield from _labelled(file, kind, (), entry, depth.get(kind, 0))


def _labelled(file: str, kind: str, labels: tuple[str, ...], entry: dict[str, Any], depth: int) -> Iterator[Block]:
    if depth == 0:
        yield Block(file, kind, labels, without_marks(entry))
        return
    for label, inner in entry.items():
        if label not in _MARKS:
            yield from _labelled(file, kind, (*labels, label.strip('"')), inner, depth - 1)


def without_marks(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in _MARKS}


def is_block(value: Any) -> bool:
    """Whether an entry of a body was written as a nested block, not as an argument."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) and _deep_mark(item) for item in value)


def _deep_mark(item: dict[str, Any]) -> bool:
    return "__is_block__" in item or any(isinstance(inner, dict) and "__is_block__" in inner for inner in item.values())


def references(value: Any, pattern: re.Pattern[str]) -> Iterator[tuple[str, ...]]:
    """Groups of every match of `pattern` in the expressions of a body, literal text outside ${} left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("__comments__", "__inline_comments__"):
                yield from references(name, pattern)
                yield from references(inner, pattern)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner, pattern)
    elif isinstance(value, str):
        yield from (match.groups() for match in pattern.finditer(expressions(value)))


def expressions(text: str) -> str:
    """The parts of a string that Terraform evaluates: what lies in ${...}, without the literal text of strings in it."""
    parts, depth, literal, start = [], 0, [True], 0
    position = 0
    while position < len(text):
        if text.startswith("${", position) and not text.startswith("$${", max(position - 1, 0)):
            if not literal[-1]:
                parts.append(text[start:position])
            literal.append(False)
            depth, position, start = depth + 1, position + 2, position + 2
            continue
        character = text[position]
        if depth and not literal[-1]:
            if character == '"':
                parts.append(text[start:position])
                literal.append(True)
            elif character == "{":
                literal.append(False)
            elif character == "}":
                parts.append(text[start:position])
                literal.pop()
                start = position + 1
        elif depth and literal[-1] and character == '"':
            literal.pop()
            start = position + 1
        position += 1 + (character == "\\")
    return " ".join(parts)
