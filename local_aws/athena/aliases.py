"""Where a query may use the names that it gives to results: in Trino only in ORDER BY; DuckDB takes them everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from local_aws.athena.errors import QueryFailedError

SEEING = ("order", "with_", "from_", "joins", "laterals")  # parts of a query that see its names, or are queries of their own


def hide(query: exp.Query) -> None:
    """Point names at the table of their query, so that a result's name is not found. Raises QueryFailedError for an ORDER BY of DISTINCT.

    A query of several tables is left alone: which one has the column is not known here.
    """
    for select in query.find_all(exp.Select):
        _check_order(select)
        table = select.args["from_"].this.alias_or_name if select.args.get("from_") else ""
        if not table or select.args.get("joins") or select.args.get("laterals"):
            continue
        names = {result.alias.lower() for result in select.selects if isinstance(result, exp.Alias)}
        for column in _columns(select):
            if not column.table and column.name.lower() in names:
                column.set("table", exp.to_identifier(table, quoted=True))


def _columns(select: exp.Select) -> Iterator[exp.Column]:
    for column in select.find_all(exp.Column):
        if column.find_ancestor(exp.Select) is select and _part(column, select) not in SEEING:
            yield column


def _part(node: exp.Expr, select: exp.Select) -> str:
    """The part of `select` that the node is in."""
    while node.parent is not None and node.parent is not select:
        node = node.parent
    return str(node.arg_key)


def _check_order(select: exp.Select) -> None:
    if not (select.args.get("distinct") and select.args.get("order")) or select.is_star:
        return
    names = {result.alias_or_name.lower() for result in select.selects}
    results = {result.unalias().sql() for result in select.selects}
    for ordered in select.args["order"].expressions:
        key = ordered.this
        known = key.name.lower() in names if isinstance(key, exp.Column) else key.is_int or key.sql() in results
        if not known:
            words = "For SELECT DISTINCT, ORDER BY expressions must appear in select list"
            raise QueryFailedError(f"EXPRESSION_NOT_IN_DISTINCT: line 1:1: {words}")
