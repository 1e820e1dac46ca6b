"""`ggvd diff`: rows and columns that changed between two versions of a table."""

from __future__ import annotations

from ggvd_dagster import names, spec, table_diff
from ggvd_dagster.commands.terminal import console, print_rows
from ggvd_dagster.errors import GgvdError


def run(table: str, first: int, last: int) -> None:
    """Print the difference. Raises GgvdError for a table that the spec does not have, or a version that cannot be read."""
    try:
        entry = spec.load().table(table)
    except spec.SpecError as error:
        raise GgvdError(str(error)) from error
    if not entry.key:
        raise GgvdError(f"{table} is no Delta table: bronze objects never change")
    show(table, table_diff.compare(names.from_environment().table_uri(table), entry.key, first, last), first, last)


def show(table: str, found: table_diff.TableDiff, first: int, last: int) -> None:
    console.print(f"{table}, version {first} to {last}: {found.added} rows added, {found.removed} removed, {found.changed} changed.")
    for label, columns in (("New", found.new_columns), ("Lost", found.lost_columns), ("Retyped", found.retyped_columns)):
        if columns:
            console.print(f"{label} columns: {', '.join(f'{name} ({kind})' for name, kind in columns.items())}", markup=False)
    if found.columns:
        counted = sorted(found.columns.items(), key=lambda item: item[1], reverse=True)
        print_rows("Changed columns", ("column", "rows"), counted)
        print_rows("Some of the changes", ("key", "column", "before", "after"), found.sample)
