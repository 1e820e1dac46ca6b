"""`ggvd undo`: shows what it would bring back, asks, and runs the job `restore_table`."""

from __future__ import annotations

import sys

import click
import dagster as dg

from ggvd_dagster import names, restore_point
from ggvd_dagster.commands import run_here
from ggvd_dagster.commands.terminal import console, print_rows
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.resources.lake import Lake


def run(table: str, partition: str | None, *, version: int | None, time: str | None, run: str | None, yes: bool) -> None:
    """Undo. Raises GgvdError for what cannot be undone, with the reason, before anything runs where it is known by then."""
    if sum(choice is not None for choice in (version, time, run)) > 1:
        raise GgvdError("give one of --to-version, --to-time and --to-run")
    with run_here.instance("that knows what was materialized") as instance:
        undo = restore_point.choose(instance, table, partition, version=version, time=time, run=run)
        _there(instance, undo)
        show(undo)
        if not yes:
            _ask()
        made = execute(instance, undo)
    console.print(f"{_what(undo)} is as at version {undo.to_version} again, by version {made.version}, with {made.rows} rows.")
    console.print("Its next run makes it anew from its inputs. The undo itself is undone with:")
    console.print(f"ggvd undo {_arguments(undo)} --to-version {undo.now.version}", soft_wrap=True)


def _there(instance: dg.DagsterInstance, undo: restore_point.Undo) -> None:
    if not Lake().has_commit(names.from_environment().table_uri(undo.table), undo.to_version):
        versions = ", ".join(str(m.version) for m in restore_point.made(instance, undo.table, undo.partition)[:10])
        raise GgvdError(f"{undo.table} has no version {undo.to_version} in its log; {_what(undo)} was materialized at version {versions}")


def show(undo: restore_point.Undo) -> None:
    rows = []
    for what, version, made in (("now", undo.now.version, undo.now), ("back to", undo.to_version, undo.was)):
        rows.append([what, version, made and made.at.replace(tzinfo=None), made and made.rows, made and made.run_id[:8]])
    print_rows(f"Undo of {_what(undo)}", ("", "version", "materialized (UTC)", "rows", "run"), rows)
    diff = f"ggvd diff {undo.table} --from-version {undo.to_version} --to-version {undo.now.version}"
    console.print(f"What changed since: {diff}", soft_wrap=True)


def _ask() -> None:
    if not sys.stdin.isatty():
        raise GgvdError("nobody is there to be asked: give --yes to undo this")
    if not click.confirm("Undo?"):
        raise GgvdError("nothing was undone")


def execute(instance: dg.DagsterInstance, undo: restore_point.Undo) -> restore_point.Made:
    """Run `restore_table` in this process. Returns what it made; raises GgvdError with the run's own words."""
    from ggvd_dagster.definitions import defs

    config = {"restore": {"config": {"table": undo.table, "partition": undo.partition, "to_version": undo.to_version}}}
    doing = f"The table's Glue job brings version {undo.to_version} back"
    result = run_here.execute(instance, defs.resolve_job_def("restore_table"), doing, config=config)
    if not result.success:
        raise GgvdError(f"nothing was undone: {run_here.failure(result)} (Dagster run {result.run_id})")
    return restore_point.made(instance, undo.table, undo.partition)[0]


def _what(undo: restore_point.Undo) -> str:
    return f"{undo.table} {undo.partition}" if undo.partition else undo.table


def _arguments(undo: restore_point.Undo) -> str:
    return f"{undo.table} --partition {undo.partition}" if undo.partition else undo.table
