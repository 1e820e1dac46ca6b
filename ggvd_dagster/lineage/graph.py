"""Column lineage as a graph that can be walked both ways: what a column is made of, and what is made of it."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from ggvd_dagster import spec
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.lineage import contract

Kind = Literal["column", "rows", "question"]
NEAR = 3  # names that an error suggests


class NoSuchColumn(GgvdError):  # noqa: N818
    """No table or column has this name; the message has those that are near to it."""


@dataclass(frozen=True)
class Node:
    """A column (or the rows of a table, or a named question) and what it leads to; `note` says what a name alone does not."""

    name: str
    note: str = ""
    kind: Kind = "column"
    leads_to: list[Node] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        shown = {"name": self.name, "kind": self.kind, "note": self.note}
        return {key: value for key, value in shown.items() if value} | {"leads_to": [node.as_json() for node in self.leads_to]}


def find(name: str) -> list[str]:
    """Columns that `layer.table.column` names, or all of `layer.table`; a slash may stand after the layer. Raises NoSuchColumn."""
    contracts = contract.load()
    layer, _, rest = name.strip().replace("/", ".").partition(".")
    table, _, column = rest.partition(".")
    entry = contract.of(f"{layer}/{table}") if f"{layer}/{table}" in spec.load().tables else None
    if entry is None:
        asked = f"{layer}/{table}" if table else layer
        raise NoSuchColumn(f"there is no table {asked}{_near(asked, contracts)}")
    if column and column not in entry.columns:
        raise NoSuchColumn(f"{layer}/{table} has no column {column}{_near(column, entry.columns)}")
    return [f"{layer}/{table}.{found}" for found in ([column] if column else entry.columns)]


def _near(name: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(name, known, n=NEAR, cutoff=0.4)
    return f"; did you mean {', '.join(found)}?" if found else f"; there are {', '.join(known)}"


def upstream(column: str) -> Node:
    """What a column is made of, up to the fields of the sources."""
    table, name = contract.split(column)
    if table.startswith("bronze/"):
        return Node(column, _source(table, name))
    sources = contract.of(table).columns[name].sources
    return Node(column, "" if sources else "a constant", leads_to=[upstream(source) for source in sources])


def _source(table: str, field_name: str) -> str:
    if field_name.startswith("_"):
        return "written by extraction"
    entry = spec.load().table(table)
    return f"{field_name} of {entry.source}" + (f", {entry.member}" if entry.member else "")


def downstream(column: str) -> Node:
    """What is made of a column, of which tables it decides the rows, and which questions read it.

    Rows are not followed: all of a table depends on them.
    """
    values, rows = _readers()
    chosen = [Node(table, "which rows it has", kind="rows") for table in rows.get(column, ())]
    asked = [Node(f"queries/{name}", "reads it", kind="question") for name, read in contract.questions().items() if column in read]
    return Node(column, leads_to=[*(downstream(reader) for reader in values.get(column, ())), *chosen, *asked])


@cache
def _readers() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Columns by the column that they are made of, and tables by the column that decides their rows."""
    values: dict[str, list[str]] = {}
    rows: dict[str, list[str]] = {}
    for table, entry in contract.load().items():
        for name, column in entry.columns.items():
            for source in column.sources:
                values.setdefault(source, []).append(f"{table}.{name}")
        for source in entry.rows:
            rows.setdefault(source, []).append(table)
    return values, rows


def reached(node: Node) -> dict[Kind, set[str]]:
    """Every column below a node, every table whose rows depend on one of them, every question that reads one."""
    found: dict[Kind, set[str]] = {"column": set(), "rows": set(), "question": set()}
    for below in node.leads_to:
        found[below.kind].add(below.name)
        for kind, names in reached(below).items():
            found[kind] |= names
    return found
