"""The commands of `ggvd` that make, compare and repair tables. Arguments only, as in cli.py, which adds them to the group."""

from __future__ import annotations

import click


@click.command()
@click.argument("selection")
@click.option("--partition", help="This partition, such as 2010.")
@click.option("--from", "first", help="First partition of several, such as 1990.")
@click.option("--to", "last", help="Last partition, included.")
def materialize(selection: str, partition: str | None, first: str | None, last: str | None) -> None:
    """Make the tables of SELECTION in one Dagster run.

    SELECTION is tables, comma separated. What is there already, of the same inputs, is not written again.
    """
    from ggvd_dagster.commands import local, materialize

    local.use()
    materialize.run(selection, partition, first, last)


@click.command("plan-backfill")
@click.argument("selection")
@click.option("--from", "first", required=True, help="First partition, such as 1990.")
@click.option("--to", "last", required=True, help="Last partition, included.")
def plan_backfill(selection: str, first: str, last: str) -> None:
    """Say what is missing of tables, and what making it costs.

    SELECTION is tables, comma separated. What is asked of the sources is said too. Nothing is made.
    """
    from ggvd_dagster.commands import backfill, local

    local.use()
    backfill.run(selection, first, last)


@click.command("diff")
@click.argument("table")
@click.option("--from-version", "first", required=True, type=click.IntRange(0), help="Delta version before.")
@click.option("--to-version", "last", required=True, type=click.IntRange(0), help="Delta version after.")
def diff_table(table: str, first: int, last: int) -> None:
    """Show what changed between two versions of TABLE.

    Its rows and columns, between two of its Delta versions.
    """
    from ggvd_dagster.commands import diff, local

    local.use()
    diff.run(table, first, last)


@click.command()
@click.argument("column")
@click.option("--downstream", is_flag=True, help="What is made of COLUMN, instead of what it is made of.")
@click.option("--format", "form", type=click.Choice(["tree", "json"]), default="tree", show_default=True, help="How to print it.")
def lineage(column: str, downstream: bool, form: str) -> None:
    """Show what COLUMN is made of, up to the sources' fields.

    COLUMN is such as gold.movies.title, or gold.movies for all columns of the table.
    """
    from ggvd_dagster.commands import lineage

    lineage.run(column, downstream=downstream, form=form)


@click.command()
@click.argument("table")
@click.option("--partition", help="Undo this partition only, such as 2010.")
@click.option("--to-version", "version", type=click.IntRange(0), help="Delta version to go back to.")
@click.option("--to-time", "time", metavar="TIME", help="Go back to the newest materialization until TIME, such as 2026-11-24T21:30:00Z.")
@click.option("--to-run", "run", metavar="RUN", help="Go back to what the Dagster run RUN made.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo(table: str, partition: str | None, version: int | None, time: str | None, run: str | None, yes: bool) -> None:
    """Bring TABLE back to an earlier version.

    Without an option, to the one before its last materialization.
    """
    from ggvd_dagster.commands import local, undo

    local.use()
    undo.run(table, partition, version=version, time=time, run=run, yes=yes)


@click.command()
@click.argument("tables", nargs=-1)
@click.option("--retention-hours", type=int, help="Hours of history to keep, at least 168; default: the spec's.")
def maintain(tables: tuple[str, ...], retention_hours: int | None) -> None:
    """Compact and sort the files of TABLES, and delete old ones.

    Of all tables, when none is named. A checkpoint is written. Rows stay the same.
    """
    from ggvd_dagster.commands import local, maintain

    local.use()
    maintain.run(tables, retention_hours)


@click.command()
@click.argument("queue")
def redrive(queue: str) -> None:
    """Move the dead letters of QUEUE back to it.

    QUEUE is one of the spec, such as extract-tmdb.
    """
    from ggvd_dagster.commands import local, redrive

    local.use()
    redrive.run(queue)


COMMANDS = (materialize, plan_backfill, diff_table, lineage, undo, maintain, redrive)
