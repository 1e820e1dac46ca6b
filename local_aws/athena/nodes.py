"""Small things that the rules of rewriting share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import refused

# kinds of node, and what makes another node of one; None: it stays, changed in place or not
Rule = tuple[Any, Callable[[Any], exp.Expression | None]]


def call(name: str, *arguments: exp.Expression) -> exp.Expression:
    return exp.Anonymous(this=name, expressions=list(arguments))


def has_query(node: exp.Expression) -> bool:
    return node.find(exp.Query) is not None


def constant(node: exp.Expression | None, name: str) -> str:
    """The text of a literal that function `name` needs. Raises QueryFailedError for anything else."""
    if not (isinstance(node, exp.Literal) and node.is_string):
        raise refused(f"{name} needs a constant pattern")
    return str(node.name)
