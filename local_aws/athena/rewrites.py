"""What sqlglot leaves as it is, or gets wrong, between Trino and DuckDB."""

from __future__ import annotations

from sqlglot import exp

from local_aws.athena import aggregates, aliases, casts, moments, texts
from local_aws.athena.errors import refused
from local_aws.athena.nodes import Rule, call, has_query

COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Nullif)
MIXED = (exp.Case, exp.Coalesce, exp.If, exp.Array, exp.ArrayContains, exp.Greatest, exp.Least, exp.Add, exp.Sub, exp.Mul, exp.Mod)
NAMES = (exp.CurrentUser, exp.CurrentCatalog, exp.CurrentSchema)
RENAMED = {"every": "bool_and", "millisecond": "trino_millisecond"}
# functions whose macro takes the same arguments in the order of their names here
MACROS: dict[type[exp.Expression], tuple[str, ...]] = {
    exp.Substring: ("trino_substr", "this", "start", "length"),
    exp.SplitPart: ("trino_split_part", "this", "delimiter", "part_index"),
    exp.ArrayContains: ("trino_contains", "this", "expression"),
    exp.ArrayPosition: ("trino_position", "this", "expression"),
    exp.ArrayRemove: ("trino_remove", "this", "expression"),
    exp.ArrayMax: ("trino_array_max", "this"),
    exp.ArrayMin: ("trino_array_min", "this"),
    exp.ArrayDistinct: ("trino_distinct", "this"),
    exp.ArraySlice: ("trino_slice", "this", "start", "end"),
    exp.Repeat: ("trino_repeat", "this", "times"),
    exp.GenerateSeries: ("trino_sequence", "start", "end", "step"),
    exp.Div: ("trino_divide", "this", "expression"),
    exp.Round: ("trino_round", "this", "decimals"),
    exp.Trunc: ("trino_truncate", "this", "decimals"),
    exp.Sign: ("trino_sign", "this"),
    exp.Split: ("trino_split", "this", "expression"),
}


def rewrite(query: exp.Query) -> exp.Query:
    """The query with Trino's remaining functions replaced, the inner ones first. Raises QueryFailedError for what has no equal."""
    aliases.hide(query)
    _name_columns(query)
    for node in reversed(list(query.dfs())):
        for kind, rule in RULES:
            if isinstance(node, kind) and (other := rule(node)) is not None:
                node.replace(other)
                break
    return query


def _name_columns(query: exp.Query) -> None:
    """Give results without a name the names that Athena gives them: _col0, _col1, by their place."""
    for place, column in enumerate(query.selects):
        if not isinstance(column, (exp.Alias, exp.Column, exp.Star)) and column.parent is not None:
            column.replace(exp.alias_(column.copy(), f"_col{place}", quoted=True))


def _macro(node: exp.Expression) -> exp.Expression:
    name, *arguments = MACROS[type(node)]
    if node.args.get("limit"):
        raise refused(f"{node.key} with a limit is not supported")
    return call(name, *(node.args[argument] for argument in arguments if node.args.get(argument) is not None))


def _renamed(node: exp.Anonymous) -> exp.Expression | None:
    name = RENAMED.get(node.name.lower())
    return call(name, *node.expressions) if name else None


def _literal(node: exp.Literal) -> exp.Expression | None:
    """A text among other values is a text; DuckDB would make of it what the others are."""
    return exp.cast(node.copy(), "VARCHAR") if node.is_string and isinstance(node.parent, MIXED) else None


def _compare(node: exp.Expression) -> None:
    """A text is compared with texts only; DuckDB would make of it what the other side is."""
    one, other = node.this, node.expression
    _check_literal(one, other)
    _check_literal(other, one)


def _among(node: exp.In) -> None:
    if node.expressions:
        _check_literal(node.expressions[0], node.this)


def _between(node: exp.Between) -> None:
    for end in (node.args["low"], node.args["high"]):
        _check_literal(end, node.this)


def _check_literal(literal: exp.Expression, other: exp.Expression) -> None:
    if isinstance(literal, exp.Literal) and literal.is_string and not isinstance(other, exp.Literal) and not has_query(other):
        literal.replace(call("trino_literal", literal.copy(), other.copy()))


def _element(node: exp.Bracket) -> exp.Expression | None:
    if node.args.get("safe") or len(node.expressions) != 1 or isinstance(node.expressions[0], exp.Slice):
        return None
    place = node.expressions[0]
    if isinstance(place, exp.Literal) and place.is_string:
        return call("trino_value", node.this, place)
    if isinstance(place, (exp.Literal, exp.Neg)):  # sqlglot counts constants from 0
        place = exp.Literal.number(int(place.name) + 1 if isinstance(place, exp.Literal) else 0)
    return call("trino_at", node.this, place)


def _unnest(node: exp.Unnest) -> None:
    alias = node.args.get("alias")
    if len(node.expressions) > 1 or (alias and len(alias.columns) > 1 + bool(node.args.get("offset"))):
        raise refused("UNNEST of anything but one array is not supported")


def _refuse(node: exp.Expression) -> None:
    """Raise QueryFailedError for what DuckDB would answer otherwise, or pass over."""
    options = node.args.get("limit_options")
    if isinstance(node, exp.Log) and not node.args.get("expression"):
        raise refused("log without a base is not supported")
    if isinstance(node, exp.Fetch) and options and options.args.get("with_ties"):
        raise refused("FETCH FIRST WITH TIES is not supported")
    if isinstance(node, NAMES):
        raise refused(f"{node.sql('trino').lower()} is not supported")


RULES: tuple[Rule, ...] = (
    *aggregates.RULES,
    *casts.RULES,
    *moments.RULES,
    *texts.RULES,
    (tuple(MACROS), _macro),
    (exp.Anonymous, _renamed),
    (exp.Literal, _literal),
    (COMPARISONS, _compare),
    (exp.In, _among),
    (exp.Between, _between),
    (exp.Bracket, _element),
    (exp.Unnest, _unnest),
    ((exp.Log, exp.Fetch, *NAMES), _refuse),
)
