"""The commands of `ggvd` that answer questions. Arguments only, as in cli.py, which adds them to the group."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("statement", required=False)
@click.argument("parameters", nargs=-1)
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json", "parquet"]), help="Default: what FILE ends with, else a table."
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the rows to FILE.")
@click.option(
    "--layer", type=click.Choice(["silver", "gold"]), default="gold", show_default=True, help="Whose tables need no database name."
)
def query(statement: str | None, parameters: tuple[str, ...], form: str | None, output: Path | None, layer: str) -> None:
    """Ask Athena: a SELECT, or a named question of queries/.

    Without one, a prompt opens, or standard input is read.

    PARAMETERS are bound to the statement's ? as data: numbers as numbers, all else as text; "'1984'" is text too.
    """
    from ggvd_dagster.commands import local, query

    local.use()
    query.run(statement, parameters, form=form, output=output, layer=layer)


@click.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to write the page.")
@click.option("--open/--no-open", "show", default=True, show_default=True, help="Open the page in the browser.")
def report(output: Path | None, show: bool) -> None:
    """Show the report that the asset gold/report stored."""
    from ggvd_dagster.commands import local, report

    local.use()
    report.run(output, show=show)


@click.command()
def shell() -> None:
    """Open a PySpark prompt with every table as a view."""
    from ggvd_dagster.commands import local, shell

    local.use()
    shell.run()


COMMANDS = (query, report, shell)
