"""`ggvd lineage`: what a column is made of up to the sources, or what is made of it."""

from __future__ import annotations

import json

from rich.markup import escape
from rich.tree import Tree

from ggvd_dagster.commands.terminal import console
from ggvd_dagster.lineage import contract, graph

COLOURS = {"bronze": "dark_orange3", "silver": "bright_white", "gold": "yellow", "queries": "cyan"}


def run(name: str, *, downstream: bool, form: str) -> None:
    """Print the lineage of a column, or of each column of a table. Raises NoSuchColumn."""
    trees = [graph.downstream(column) if downstream else graph.upstream(column) for column in graph.find(name)]
    if form == "json":
        console.print_json(json.dumps([tree.as_json() for tree in trees]))
        return
    for tree in trees:
        console.print(_drawn(tree))
        if downstream:
            console.print(_summary(tree))


def _drawn(node: graph.Node, under: Tree | None = None) -> Tree:
    layer = node.name.split("/")[0]
    label = f"[{COLOURS[layer]}]{escape(node.name)}[/]" + (f"  [dim]{escape(node.note)}[/]" if node.note else "")
    tree = under.add(label) if under else Tree(label)
    for below in node.leads_to:
        _drawn(below, tree)
    return tree


def _summary(tree: graph.Node) -> str:
    found = graph.reached(tree)
    columns, rows, asked = found["column"], found["rows"], found["question"]
    if not columns | rows | asked:
        return f"Nothing is made of {tree.name}."
    tables = {contract.split(column)[0] for column in columns}
    said = [f"{_counted(columns, 'column')} of {_counted(tables, 'table')} are made of it" if columns else "No column is made of it"]
    if rows:
        said.append(f"It decides which rows these have: {', '.join(sorted(rows))}")
    if asked:
        said.append(f"Questions read it: {', '.join(sorted(name.removeprefix('queries/') for name in asked))}")
    return "".join(f"{sentence}. " for sentence in said).rstrip()


def _counted(names: set[str], what: str) -> str:
    return f"{len(names)} {what}{'' if len(names) == 1 else 's'}"
