"""`ggvd`: the command line. Arguments only; what a command does is in commands/. Heavy imports wait until a command runs."""

from __future__ import annotations

import errno
import io
import sys

import click

from ggvd_dagster import cli_answers, cli_tables
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
    """Run the whole lakehouse, then ask it four questions.

    It runs on the local AWS, which is started first.
    """
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
    """Open Dagit and its daemon over the local AWS."""
    from ggvd_dagster.commands import dev, local

    dev.check_port(dagit_port)
    local.up(port, sources_port)
    dev.run(dagit_port)


for command in (*cli_answers.COMMANDS, *cli_tables.COMMANDS):
    app.add_command(command)


@app.group()
def spec() -> None:
    """Check the platform's spec."""


@spec.command("check")
def check_spec() -> None:
    """Say whether platform.yaml is one that the platform can honour."""
    from ggvd_dagster import packaging, spec

    try:
        platform = spec.load()
    except spec.SpecError as error:
        raise GgvdError(f"platform.yaml: {error}") from error
    scripts = {table.name: f"glue_scripts/{table.name}.py" for table in platform.tables.values() if table.layer != "bronze"}
    if missing := [f"{table} has no script {script}" for table, script in scripts.items() if not (packaging.ROOT / script).is_file()]:
        raise GgvdError(f"platform.yaml: {'; '.join(missing)}")
    click.echo(f"platform.yaml is valid: {len(platform.tables)} tables, {len(platform.functions)} functions, {len(platform.queues)} queues")


def main(arguments: list[str] | None = None) -> None:
    """Entry point. What a person did wrong is one line on standard error and exit code 2."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # letters that the terminal's encoding lacks
    try:
        app(arguments, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
    except click.ClickException as error:
        _fail(f"{' '.join(error.format_message().split())} See: ggvd --help")
    except GgvdError as error:
        _fail(str(error))
    except OSError as error:  # a folder that is none, or that may not be written to
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            _fail(f"{error.strerror}: make room, then run the command again")
        if error.filename is None:
            raise
        _fail(f"{error.filename}: {error.strerror}")
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted; run the same command again to go on", code=130)


def _fail(message: str, code: int = 2) -> None:
    click.echo(f"ggvd: {message}", err=True)
    sys.exit(code)
