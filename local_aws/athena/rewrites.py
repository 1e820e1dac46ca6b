"""What sqlglot leaves as it is between Trino and DuckDB: functions of Trino that DuckDB lacks, and date patterns of Joda-Time."""

from __future__ import annotations

import re

from sqlglot import exp

from local_aws.athena.errors import QueryFailedError

# aggregates and functions that have an exact equal in DuckDB
MACROS = (
    "CREATE MACRO map_agg(k, v) AS map(list(k), list(v))",
    "CREATE MACRO is_nan(x) AS isnan(x)",
    "CREATE MACRO is_finite(x) AS isfinite(x)",
    "CREATE MACRO codepoint(x) AS unicode(x)",
    # DuckDB makes a timestamp of a date here, Trino leaves it a date
    "CREATE MACRO trino_trunc(unit, x DATE) AS CAST(date_trunc(unit, x) AS DATE), (unit, x) AS date_trunc(unit, x)",
    "CREATE MACRO trino_plus(x DATE, i INTERVAL) AS CAST(x + i AS DATE), (x, i) AS x + i",
    "CREATE MACRO trino_minus(x DATE, i INTERVAL) AS CAST(x - i AS DATE), (x, i) AS x - i",
)
# https://www.joda.org/joda-time/apidocs/org/joda/time/format/DateTimeFormat.html to strftime
JODA = {
    "yyyy": "%Y", "yy": "%y", "y": "%Y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m",
    "dd": "%d", "d": "%-d", "EEEE": "%A", "EEE": "%a",
    "E": "%a",
    "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S", "SSS": "%g", "a": "%p", "D": "%-j",
}  # fmt: skip


def rewrite(query: exp.Query) -> exp.Query:
    """The query with Trino's remaining functions replaced. Raises QueryFailedError for a date pattern that cannot be translated."""
    _name_columns(query)
    rewritten: exp.Query = query.transform(_rewritten)  # type: ignore[assignment]
    return rewritten


def _name_columns(query: exp.Query) -> None:
    """Give results without a name the names that Athena gives them: _col0, _col1, by their place."""
    for place, column in enumerate(query.selects):
        if not isinstance(column, (exp.Alias, exp.Column, exp.Star)) and column.parent is not None:
            column.replace(exp.alias_(column.copy(), f"_col{place}", quoted=True))


def _rewritten(node: exp.Expression) -> exp.Expression:
    if isinstance(node, exp.Anonymous) and node.name.lower() in ("format_datetime", "parse_datetime"):
        moment, pattern = node.expressions
        if not (isinstance(pattern, exp.Literal) and pattern.is_string):
            raise QueryFailedError(f"NOT_SUPPORTED: line 1:1: {node.name.lower()} needs a constant pattern in the local Athena")
        name = "strftime" if node.name.lower() == "format_datetime" else "strptime"
        return exp.Anonymous(this=name, expressions=[moment, exp.Literal.string(joda_to_strftime(pattern.name))])
    if isinstance(node, (exp.TimestampTrunc, exp.DateTrunc)) and node.unit:
        return exp.Anonymous(this="trino_trunc", expressions=[exp.Literal.string(node.unit.name), node.this])
    if isinstance(node, exp.DateAdd):
        amount = exp.Mul(this=exp.Paren(this=node.expression), expression=exp.Interval(this=exp.Literal.string("1"), unit=node.unit))
        return exp.Anonymous(this="trino_plus", expressions=[node.this, amount])
    if isinstance(node, (exp.Add, exp.Sub)) and isinstance(node.expression, exp.Interval):
        name = "trino_plus" if isinstance(node, exp.Add) else "trino_minus"
        return exp.Anonymous(this=name, expressions=[node.this, node.expression])
    return node


def joda_to_strftime(pattern: str) -> str:
    """A Joda-Time pattern as strftime's. Raises QueryFailedError for letters that have no equal."""
    found = [match.group(0) for match in re.finditer(r"'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z']+", pattern)]
    return "".join(map(_part, found))


def _part(part: str) -> str:
    if part.startswith("'"):
        return part[1:-1].replace("''", "'").replace("%", "%%") or "'"
    if not part[0].isalpha():
        return part.replace("%", "%%")
    if part not in JODA:
        raise QueryFailedError(f"NOT_SUPPORTED: line 1:1: date pattern {part!r} is not supported by the local Athena")
    return JODA[part]
