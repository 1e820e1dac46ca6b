"""Column lineage from Spark's analyzed plan: of each column of a DataFrame, the input columns that its value is made of.

A plan is a tree of operators; each gives its columns an id (`exprId`) that those above refer to. So lineage is found from the leaves up:
an operator's new column is made of what the columns that its expression names are made of, all others pass. Inputs are told by their
alias: Spark renumbers the columns of a table that a query reads twice, and keeps the alias over both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from py4j.java_gateway import JavaObject

INPUT = "input:"
Columns = frozenset[str]  # <layer>/<table>.<column>
# what these say of columns that they do not make decides which rows there are; elsewhere it decides order or frames
CHOOSING = ("Filter", "Join", "Generate", "Deduplicate")
COMPARING = ("Distinct", "Intersect", "Except")  # by all columns


@dataclass(frozen=True)
class Lineage:
    """`columns`: of each output column, the input columns of its value. `rows`: those that decide which rows there are."""

    columns: dict[str, Columns]
    rows: Columns


@dataclass(frozen=True)
class _Found:
    """Lineage of one operator's output by exprId, and of the rows so far."""

    of: dict[int, Columns]
    rows: Columns


def input_table(frame: Any, name: str) -> Any:
    """`frame` marked as the input table `<layer>/<table>`."""
    return frame.alias(f"{INPUT}{name}")


def lineage(frame: Any) -> Lineage:
    """Lineage of a classic Spark DataFrame over frames that `input_table` marked. Raises ValueError for an operator unknown here."""
    plan = frame._jdf.queryExecution().analyzed()
    found = _walk(plan)
    return Lineage({attribute.name(): found.of[_id(attribute)] for attribute in _each(plan.output())}, found.rows)


def _walk(plan: JavaObject) -> _Found:
    kind = plan.nodeName()
    if kind == "SubqueryAlias" and (name := plan.alias()).startswith(INPUT):
        table = name.removeprefix(INPUT)
        return _Found({_id(column): frozenset({f"{table}.{column.name()}"}) for column in _each(plan.output())}, frozenset())
    children = list(_each(plan.children()))
    below = [_walk(child) for child in children]
    rows = frozenset[str]().union(*(found.rows for found in below))
    if kind == "Union":
        outputs = [[found.of[_id(column)] for column in _each(child.output())] for child, found in zip(children, below, strict=True)]
        of = {_id(column): frozenset[str]().union(*parts) for column, *parts in zip(_each(plan.output()), *outputs, strict=True)}
        return _Found(of, rows)
    of = {number: columns for found in below for number, columns in found.of.items()}
    rows |= _choosing(plan, kind, of)
    return _Found(of | _made(plan, kind, of), rows)


def _made(plan: JavaObject, kind: str, of: dict[int, Columns]) -> dict[int, Columns]:
    """The columns that an operator makes itself."""
    made = {}
    if kind == "Generate":
        made = {_id(column): _named(plan.generator(), of) for column in _each(plan.generatorOutput())}
    for expression in _each(plan.expressions()):
        if expression.nodeName() == "Alias":
            made[_id(expression)] = _named(expression.child(), of) or _counted(plan, kind, expression, of)
    strangers = [column.toString() for column in _each(plan.output()) if _id(column) not in of | made]
    if strangers:
        raise ValueError(f"lineage cannot follow {kind}, which makes {', '.join(strangers)}: teach docs/generate/spark_plan.py")
    return made


def _counted(plan: JavaObject, kind: str, expression: JavaObject, of: dict[int, Columns]) -> Columns:
    """An aggregate that names no column, such as count(1), counts the rows of its group: it is made of what tells the groups apart."""
    counts = kind == "Aggregate" and "count(" in expression.child().toString()
    return _named_by(plan.groupingExpressions(), of) if counts else frozenset()


def _choosing(plan: JavaObject, kind: str, of: dict[int, Columns]) -> Columns:
    if kind in CHOOSING:
        return _named_by(plan.expressions(), of)
    if kind == "Aggregate":
        return _named_by(plan.groupingExpressions(), of)
    if kind.split()[0].removesuffix("All") in COMPARING:
        return frozenset[str]().union(*(of[_id(column)] for child in _each(plan.children()) for column in _each(child.output())))
    return frozenset()


def _named_by(expressions: JavaObject, of: dict[int, Columns]) -> Columns:
    return frozenset[str]().union(*(_named(expression, of) for expression in _each(expressions)))


def _named(expression: JavaObject, of: dict[int, Columns]) -> Columns:
    return frozenset[str]().union(*(of.get(_id(column), frozenset()) for column in _each(expression.references().toSeq())))


def _id(attribute: JavaObject) -> int:
    return int(attribute.exprId().id())


def _each(sequence: JavaObject) -> Iterator[JavaObject]:
    return (sequence.apply(place) for place in range(sequence.size()))
