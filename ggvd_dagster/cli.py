"""`ggvd`: the command line. Arguments only; what a command does is in commands/. Heavy imports wait until a command runs."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ggvd_dagster.errors import GgvdError

PORT = click.IntRange(1, 65535)
port = click.option(
    "--port", type=PORT, default=4566, envvar="GGVD_PORT", show_default=True, show_envvar=True, help="Port of the local AWS."
)
sources_port = click.option(
    "--sources-port",
    type=PORT,
    default=4577,
    envvar="GGVD_SOURCES_PORT",
    show_default=True,
    show_envvar=True,
    help="Port of the sample sources.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def app() -> None:
    """The GGV movie lakehouse: run it, ask it, repair it."""


@app.command()
@click.option("--years", default="1940-2014", show_default=True, help="Release years to extract, as FIRST-LAST.")
@port
@sources_port
def demo(years: str, port: int, sources_port: int) -> None:
    """Run the whole lakehouse on the local AWS, then ask it four questions."""
    from ggvd_dagster.commands import demo, local

    wanted = demo.parse_years(years)
    local.up(port, sources_port)
    demo.run(wanted)


@app.command()
@port
@sources_port
def up(port: int, sources_port: int) -> None:
    """Start the local AWS and deploy the platform to it."""
    from ggvd_dagster.commands import local

    local.up(port, sources_port)
    local.say_where()


@app.command()
def down() -> None:
    """Stop the local AWS. Its state stays."""
    from ggvd_dagster.commands import local

    local.down()


@app.command()
@click.option("--dagit-port", type=PORT, default=3000, envvar="GGVD_DAGIT_PORT", show_default=True, show_envvar=True, help="Port of Dagit.")
@port
@sources_port
def dev(dagit_port: int, port: int, sources_port: int) -> None:
    """Open the control room: Dagit and its daemon over the local AWS."""
    from ggvd_dagster.commands import dev, local

    dev.check_port(dagit_port)
    local.up(port, sources_port)
    dev.run(dagit_port)


@app.command()
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
    """Ask Athena: a SELECT or the name of a question in queries/. Without one, a prompt opens, or standard input is read.

    PARAMETERS are bound to the statement's ? as data: numbers as numbers, all else as text; "'1984'" is text too.
    """
    from ggvd_dagster.commands import local, query

    local.use()
    query.run(statement, parameters, form=form, output=output, layer=layer)


@app.command()
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Where to write the page.")
@click.option("--open/--no-open", "show", default=True, show_default=True, help="Open the page in the browser.")
def report(output: Path | None, show: bool) -> None:
    """Show the report that the asset gold/report stored."""
    from ggvd_dagster.commands import local, report

    local.use()
    report.run(output, show=show)


@app.command()
def shell() -> None:
    """Open a PySpark prompt with every table as a view."""
    from ggvd_dagster.commands import local, shell

    local.use()
    shell.run()


@app.command()
@click.argument("queue")
def redrive(queue: str) -> None:
    """Move the dead letters of QUEUE (of the spec, such as extract-tmdb) back to it."""
    from ggvd_dagster.commands import local, redrive

    local.use()
    redrive.run(queue)


@app.command()
@click.argument("selection")
@click.option("--partition", help="This partition, such as 2010.")
@click.option("--from", "first", help="First partition of several, such as 1990.")
@click.option("--to", "last", help="Last partition, included.")
def materialize(selection: str, partition: str | None, first: str | None, last: str | None) -> None:
    """Make SELECTION (tables, comma separated) in one Dagster run. What is there already, of the same inputs, is not written again."""
    from ggvd_dagster.commands import local, materialize

    local.use()
    materialize.run(selection, partition, first, last)


@app.command("plan-backfill")
@click.argument("selection")
@click.option("--from", "first", required=True, help="First partition, such as 1990.")
@click.option("--to", "last", required=True, help="Last partition, included.")
def plan_backfill(selection: str, first: str, last: str) -> None:
    """Say what is missing of SELECTION (tables, comma separated), and what making it asks of the sources and costs."""
    from ggvd_dagster.commands import backfill, local

    local.use()
    backfill.run(selection, first, last)


@app.command("diff")
@click.argument("table")
@click.option("--from-version", "first", required=True, type=click.IntRange(0), help="Delta version before.")
@click.option("--to-version", "last", required=True, type=click.IntRange(0), help="Delta version after.")
def diff_table(table: str, first: int, last: int) -> None:
    """Show the rows and columns of TABLE that changed between two of its Delta versions."""
    from ggvd_dagster.commands import diff, local

    local.use()
    diff.run(table, first, last)


@app.command()
@click.argument("column")
@click.option("--downstream", is_flag=True, help="What is made of COLUMN, instead of what it is made of.")
@click.option("--format", "form", type=click.Choice(["tree", "json"]), default="tree", show_default=True)
def lineage(column: str, downstream: bool, form: str) -> None:
    """Show what COLUMN (such as gold.movies.title; gold.movies for all) is made of, up to the sources' fields."""
    from ggvd_dagster.commands import lineage

    lineage.run(column, downstream=downstream, form=form)


@app.command()
@click.argument("table")
@click.option("--partition", help="Undo this partition only, such as 2010.")
@click.option("--to-version", "version", type=click.IntRange(0), help="Delta version to go back to.")
@click.option("--to-time", "time", metavar="TIME", help="Go back to the newest materialization until TIME, such as 2026-11-24T21:30:00Z.")
@click.option("--to-run", "run", metavar="RUN", help="Go back to what the Dagster run RUN made.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def undo(table: str, partition: str | None, version: int | None, time: str | None, run: str | None, yes: bool) -> None:
    """Bring TABLE back to an earlier version; without an option, to the one before its last materialization."""
    from ggvd_dagster.commands import local, undo

    local.use()
    undo.run(table, partition, version=version, time=time, run=run, yes=yes)


@app.command()
@click.argument("tables", nargs=-1)
@click.option("--retention-hours", type=int, help="Hours of history to keep, at least 168; default: the spec's.")
def maintain(tables: tuple[str, ...], retention_hours: int | None) -> None:
    """Compact and sort the files of TABLES (all, when none is named), delete old ones, and write a checkpoint. Rows stay the same."""
    from ggvd_dagster.commands import local, maintain

    local.use()
    maintain.run(tables, retention_hours)


@app.group()
def spec() -> None:
    """The platform's spec."""


@spec.command("check")
def check_spec() -> None:
    """Say whether platform.yaml is one that the platform can honour."""
    from ggvd_dagster import spec

    try:
        platform = spec.load()
    except spec.SpecError as error:
        raise GgvdError(f"platform.yaml: {error}") from error
    click.echo(f"platform.yaml is valid: {len(platform.tables)} tables, {len(platform.functions)} functions, {len(platform.queues)} queues")


def main(arguments: list[str] | None = None) -> None:
    """Entry point. What a person did wrong is one line on standard error and exit code 2."""
    try:
        app(arguments, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        _fail(f"{' '.join(error.format_message().split())} See: ggvd --help")
    except GgvdError as error:
        _fail(str(error))
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted; run the same command again to go on", code=130)


def _fail(message: str, code: int = 2) -> None:
    click.echo(f"ggvd: {message}", err=True)
    sys.exit(code)
