"""Trino's functions of texts for DuckDB, where they differ in patterns, in what is no match, and in what may be concatenated."""

from __future__ import annotations

from itertools import zip_longest

from sqlglot import exp

from local_aws.athena.nodes import Rule, call, constant
from local_aws.athena.patterns import decimals, java_to_fmt, java_to_re2


def _format(node: exp.Format) -> exp.Expression:
    """Java rounds halves of the shown number up; a decimal is of the number's text."""
    pattern = constant(node.this, "format")
    arguments = [
        argument if digits is None else exp.cast(exp.cast(argument, "VARCHAR"), f"DECIMAL(38, {digits})")
        for argument, digits in zip_longest(node.expressions, decimals(pattern)[: len(node.expressions)])
    ]
    return call("format", exp.Literal.string(java_to_fmt(pattern)), *arguments)


def _regexp_replace(node: exp.RegexpReplace) -> None:
    if replacement := node.args.get("replacement"):
        node.set("replacement", exp.Literal.string(java_to_re2(constant(replacement, "regexp_replace"))))


def _regexp_extract(node: exp.RegexpExtract) -> exp.Expression:
    return call("trino_extract", node.this, node.expression, node.args.get("group") or exp.Literal.number(0))


def _json_scalar(node: exp.JSONExtractScalar) -> exp.Expression:
    return call("trino_json_scalar", node.this, exp.Literal.string(node.expression.sql().strip("'")))


def _concat(node: exp.DPipe | exp.Concat) -> None:
    for part in [node.this, node.expression] if isinstance(node, exp.DPipe) else node.expressions:
        if not (isinstance(part, (exp.DPipe, exp.Concat)) or (isinstance(part, exp.Literal) and part.is_string)):
            part.replace(call("trino_part", part.copy()))


RULES: tuple[Rule, ...] = (
    (exp.Format, _format),
    (exp.RegexpReplace, _regexp_replace),
    (exp.RegexpExtract, _regexp_extract),
    (exp.JSONExtractScalar, _json_scalar),
    ((exp.DPipe, exp.Concat), _concat),
)
