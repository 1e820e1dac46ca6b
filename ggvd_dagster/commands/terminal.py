"""How the commands write: one console, and tables of rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from rich.console import Console
from rich.markup import escape
from rich.table import Table

console = Console(highlight=False)


def print_rows(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]], to: Console = console) -> None:
    """Print rows under their columns; numbers stand to the right."""
    table = Table(title=escape(title), title_justify="left", title_style="bold", header_style="bold")
    numeric = [all(isinstance(row[i], int | float) or row[i] is None for row in rows) for i in range(len(columns))]
    for column, right in zip(columns, numeric, strict=True):
        # a narrow terminal breaks a name over lines; an ellipsis would hide which table it is
        table.add_column(escape(column.replace("_", " ")), justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(escape(cell(value)) for value in row))  # a title such as [rec] is no style
    to.print(table)


def cell(value: object) -> str:
    """One value as a person reads it: `-` for nothing, thousands apart, two decimals."""
    match value:
        case None:
            return "-"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:,.2f}"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
