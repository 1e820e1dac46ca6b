"""The columns that each named question reads, found by sqlglot in its SQL: `ggvd_dagster/lineage/questions.json`.

It is kept as a file, because sqlglot is no part of a deployment.
"""

from __future__ import annotations

import json

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from ggvd_dagster import questions
from ggvd_dagster.lineage.contract import Contract

PATH = "ggvd_dagster/lineage/questions.json"


def render(contracts: dict[str, Contract]) -> str:
    """The file's text. Raises sqlglot's error for a column that no table has."""
    lines = [f" {json.dumps(name)}: {json.dumps(read(questions.load(name), contracts))}" for name in questions.all_names()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def read(question: questions.Question, contracts: dict[str, Contract]) -> list[str]:
    """Columns that a question reads, `<layer>/<table>.<column>`."""
    layer = f"{question.layer}/"
    schema: dict[str, object] = {
        table.removeprefix(layer): {name: column.type for name, column in contract.columns.items()}
        for table, contract in contracts.items()
        if table.startswith(layer)
    }
    query = qualify(sqlglot.parse_one(question.sql, read="athena"), schema=schema, dialect="athena")
    found = set()
    for scope in traverse_scope(query):
        for column in scope.columns:
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table):
                found.add(f"{layer}{source.name}.{column.name}")
    return sorted(found)
