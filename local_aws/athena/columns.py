"""Which columns of each table a query reads: what a scan of columnar files costs."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.scope import Scope, traverse_scope

Columns = frozenset[str] | None  # lower case; None: all


def by_table(query: exp.Query) -> dict[tuple[str, str], Columns]:
    """Columns by (database, table) as the query writes them, each named once however often the query does.

    A column without a qualifier counts for every table of its SELECT: only the one that has it can read it.
    """
    found: dict[tuple[str, str], Columns] = {}
    try:
        scopes = traverse_scope(query)
    except OptimizeError:  # DuckDB will say what is wrong with it
        return found
    for scope in scopes:
        for alias, source in scope.sources.items():
            if isinstance(source, exp.Table):
                key = (source.db.lower(), source.name.lower())
                found[key] = _union(found.get(key, frozenset()), _of(scope, alias))
    return found


def _of(scope: Scope, alias: str) -> Columns:
    qualified = {star.table.lower() for star in scope.stars if isinstance(star, exp.Column)}
    bare = any(isinstance(selected, exp.Star) for selected in scope.expression.args.get("expressions") or [])
    if bare or alias.lower() in qualified:
        return None
    aliases = _aliases(scope)
    named = {_read(column, alias.lower(), aliases) for column in scope.columns}
    using = {name.name.lower() for join in scope.expression.args.get("joins") or [] for name in join.args.get("using") or []}
    return frozenset(named - {""} | using)


def _aliases(scope: Scope) -> set[str]:
    """Names of the tables that a column here may be qualified with, those of the queries around it too."""
    own = {name.lower() for name in scope.sources}
    return own | _aliases(scope.parent) if scope.parent else own


def _read(column: exp.Column, alias: str, aliases: set[str]) -> str:
    """The column of table `alias` that this reads; empty when it reads another table's."""
    parts = [part.name.lower() for part in column.parts]
    if len(parts) > 2 and parts[0] not in aliases and parts[1] in aliases:
        parts = parts[1:]  # database.table.column
    if len(parts) > 1 and parts[0] in aliases:
        return parts[1] if parts[0] == alias else ""
    return parts[0]  # what follows are fields of a row


def _union(one: Columns, other: Columns) -> Columns:
    return None if one is None or other is None else one | other
