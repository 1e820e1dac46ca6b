"""Trino's aggregates for DuckDB, which averages decimals as doubles, counts no rows as NULL and passes over NULL results of max_by."""

from __future__ import annotations

from sqlglot import exp

from local_aws.athena.errors import refused
from local_aws.athena.nodes import Rule, call


def _average(node: exp.Avg) -> None:
    """A decimal's average is a decimal of its scale. A median has just the types that Trino's avg has; it is not computed here."""
    whole: exp.Expression = node
    while isinstance(whole.parent, (exp.Filter, exp.Window)) and whole.arg_key == "this":
        whole = whole.parent
    example = exp.Paren(this=whole.copy())
    average = next(example.find_all(exp.Avg))
    average.replace(exp.Median(this=average.this.copy()))
    whole.replace(call("cast_to_type", whole.copy(), example.this))


def _count_if(node: exp.CountIf) -> exp.Expression:
    return exp.Count(this=exp.Case(ifs=[exp.If(this=node.this, true=exp.Literal.number(1))]))


def _by(node: exp.ArgMax | exp.ArgMin) -> exp.Expression:
    name = "max_by" if isinstance(node, exp.ArgMax) else "min_by"
    if node.args.get("count"):
        raise refused(f"{name} of several rows is not supported")
    return call({"max_by": "arg_max_null", "min_by": "arg_min_null"}[name], node.this, node.expression)


RULES: tuple[Rule, ...] = (
    (exp.Avg, _average),
    (exp.CountIf, _count_if),
    ((exp.ArgMax, exp.ArgMin), _by),
)
