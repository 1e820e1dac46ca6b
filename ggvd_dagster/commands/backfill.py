"""`ggvd plan-backfill`: what is missing and what making it costs, before anything runs."""

from __future__ import annotations

from collections.abc import Iterable

from ggvd_dagster import backfill_plan
from ggvd_dagster.alerts.card import rerun_command
from ggvd_dagster.commands import run_here
from ggvd_dagster.commands.terminal import console, print_rows

COLUMNS = ("table", "missing", "pages", "requests", "minutes", "dpu_hours", "dollars", "learned_from")


def run(selection: str, first: str, last: str) -> None:
    """Print the plan. Raises GgvdError for a selection or partitions that the spec does not have, or without a Dagster instance."""
    with run_here.instance("that knows which partitions are there") as instance:
        plans = backfill_plan.plan(instance, selection, first, last)
        backfill_plan.record(instance, plans)
    show(plans)


def show(plans: Iterable[backfill_plan.TablePlan]) -> None:
    plans = list(plans)
    rows = [[len(p.missing) if name == "missing" else getattr(p, name) for name in COLUMNS] for p in plans]
    print_rows("Backfill plan", COLUMNS, rows)
    for table in plans:
        for keys in ranges(table):
            console.print(rerun_command([table.table], partition_range=(keys[0], keys[-1])), soft_wrap=True)
    if any(table.missing and table.learned_from == 0 for table in plans):
        console.print("A dash is unknown: nothing of that table was made before.")


def ranges(table: backfill_plan.TablePlan) -> list[list[str]]:
    """The missing partitions as unbroken ranges, each one run."""
    from ggvd_dagster import partitions, spec
    from ggvd_dagster.sensors.silver_runs import unbroken

    order = partitions.definition(str(spec.load().table(table.table).partitions)).get_partition_keys()
    return list(unbroken(order, set(table.missing)))
