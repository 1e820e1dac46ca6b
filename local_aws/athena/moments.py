"""Trino's dates and times for DuckDB: a date stays a date, differences count whole units, zones other than UTC are refused."""

from __future__ import annotations

import re

from sqlglot import exp

from local_aws.athena.errors import refused
from local_aws.athena.nodes import Rule, call, constant, has_query
from local_aws.athena.patterns import joda_to_strftime

UTC = re.compile(r"(?:utc|gmt|z|etc/utc|[+-]00:?00)", re.IGNORECASE)
ZONE = re.compile(r"\d\s*([A-Za-z]\w*(?:/\w+)*|[+-]\d\d:?\d\d)\s*$")
OPERANDS = (exp.Column, exp.CurrentDate, exp.Date, exp.Cast, exp.Literal)
WEEKDAYS = ("DOW", "DAY_OF_WEEK", "DAYOFWEEK")


def is_utc(zone: str) -> bool:
    return bool(UTC.fullmatch(zone))


def check_zone(moment: str) -> None:
    """Raise QueryFailedError for the text of a moment in another zone than UTC: Athena keeps the zone, DuckDB does not."""
    if (found := ZONE.search(moment.partition(" ")[2])) and not is_utc(found[1]):
        raise refused(f"moments in zones other than UTC ({found[1]}) are not supported")


def _at_time_zone(node: exp.AtTimeZone) -> exp.Expression:
    if not is_utc(node.args["zone"].name):
        raise refused("AT TIME ZONE knows no zone but UTC")
    return exp.cast(node.this, "TIMESTAMPTZ")


def _trunc(node: exp.Expression) -> exp.Expression | None:
    unit = node.args.get("unit")
    return call("trino_trunc", exp.Literal.string(unit.name), node.this) if unit else None


def _date_add(node: exp.DateAdd) -> exp.Expression:
    amount = exp.Mul(this=exp.Paren(this=node.expression), expression=exp.Interval(this=exp.Literal.string("1"), unit=node.args["unit"]))
    return call("trino_shift", node.this, amount)


def _date_diff(node: exp.DateDiff) -> exp.Expression:
    """Units that have passed whole; DuckDB's own date_diff counts how often a new one began."""
    return call("date_sub", exp.Literal.string(node.args["unit"].name), node.expression, node.this)


def _arithmetic(node: exp.Add | exp.Sub) -> exp.Expression | None:
    left, right = node.this, node.expression
    if _is_interval(right) and not _is_interval(left):
        return call("trino_shift", left, right if isinstance(node, exp.Add) else exp.Neg(this=exp.Paren(this=right)))
    if _is_interval(left) and isinstance(node, exp.Add) and not _is_interval(right):
        return call("trino_shift", right, left)
    # of plain operands only: a macro repeats its arguments, and sums are nested
    if isinstance(left, OPERANDS) and isinstance(right, OPERANDS) and not has_query(node):
        sign = " + " if isinstance(node, exp.Add) else " - "
        return call("trino_arithmetic", exp.Literal.string(sign), left.copy(), right.copy(), exp.Paren(this=node.copy()))
    return None


def _is_interval(node: exp.Expr) -> bool:
    """Whether this is an interval, or a multiple of one."""
    if isinstance(node, (exp.Paren, exp.Neg, exp.Mul)):
        return any(_is_interval(part) for part in node.iter_expressions())
    return isinstance(node, exp.Interval)


def _extract(node: exp.Extract) -> exp.Expression | None:
    return call("isodow", node.expression) if node.this.name.upper() in WEEKDAYS else None


def _from_unixtime(node: exp.UnixToTime) -> exp.Expression | None:
    if zone := node.args.get("zone"):
        if not is_utc(zone.name):
            raise refused("from_unixtime knows no zone but UTC")
        node.set("zone", None)
    return None


def _parse_datetime(node: exp.ParseDatetime) -> exp.Expression:
    pattern = joda_to_strftime(constant(node.args.get("format"), "parse_datetime"))
    return exp.cast(call("strptime", node.this, exp.Literal.string(pattern)), "TIMESTAMPTZ")


def _format_datetime(node: exp.Anonymous) -> exp.Expression | None:
    if node.name.lower() != "format_datetime":
        return None
    moment, pattern = node.expressions
    return call("strftime", moment, exp.Literal.string(joda_to_strftime(constant(pattern, "format_datetime"))))


RULES: tuple[Rule, ...] = (
    (exp.AtTimeZone, _at_time_zone),
    ((exp.TimestampTrunc, exp.DateTrunc), _trunc),
    (exp.DateAdd, _date_add),
    (exp.DateDiff, _date_diff),
    ((exp.Add, exp.Sub), _arithmetic),
    (exp.Extract, _extract),
    (exp.UnixToTime, _from_unixtime),
    (exp.ParseDatetime, _parse_datetime),
    (exp.Anonymous, _format_datetime),
)
