"""`ggvd maintain`: runs the maintenance of some tables, or all, and says what became of their files."""

from __future__ import annotations

from collections.abc import Sequence

from ggvd_dagster import maintenance, names
from ggvd_dagster.commands import run_here
from ggvd_dagster.commands.terminal import print_rows
from ggvd_dagster.errors import GgvdError
from ggvd_dagster.resources.glue import read_report
from ggvd_dagster.resources.lake import Lake

SHORTEST_RETENTION = 168  # hours


def run(tables: Sequence[str], retention_hours: int | None) -> None:
    """Maintain tables, all that were made when none is named. Raises GgvdError for what cannot be maintained, before anything runs."""
    if retention_hours is not None and retention_hours < SHORTEST_RETENTION:
        raise GgvdError(f"a retention of {retention_hours} hours is refused: readers and undos need at least {SHORTEST_RETENTION}")
    for name in tables:
        if name not in maintenance.OPS:
            raise GgvdError(f"no table {name!r} to maintain; there are: {', '.join(maintenance.OPS)}")
    there = [name for name in tables or maintenance.OPS if read_report(Lake(), names.from_environment(), name)]
    if missing := [name for name in tables if name not in there]:
        raise GgvdError(f"{', '.join(missing)}: never made, so there is nothing to maintain")
    if not there:
        raise GgvdError("no table was made yet: run `ggvd demo` first")
    _execute(there, retention_hours)
    _show(there)


def _execute(tables: Sequence[str], retention_hours: int | None) -> None:
    from ggvd_dagster.definitions import defs

    ops = [maintenance.op_name(name) for name in tables]
    config = {op: {"config": {"retention_hours": retention_hours}} for op in ops}
    doing = f"Glue maintains {', '.join(tables) if len(tables) < 4 else f'{len(tables)} tables'}"
    with run_here.instance("to run the maintenance in") as instance:
        result = run_here.execute(instance, defs.resolve_job_def(maintenance.JOB), doing, config=config, op_selection=ops)
    if not result.success:
        failed = [event.step_key for event in result.all_events if event.is_step_failure]
        raise GgvdError(f"{', '.join(map(str, failed))} failed, see Dagster run {result.run_id}; run the same command again")


def _show(tables: Sequence[str]) -> None:
    rows = []
    for name in tables:
        report = read_report(Lake(), names.from_environment(), name)
        if report and report.maintained:
            done = report.maintained
            rows.append([name, done.before.files, done.after.files, done.rewritten, done.vacuumed, done.after.bytes / 1e6])
    print_rows("Maintenance", ("table", "files before", "files after", "rewritten", "deleted", "MB"), rows)
