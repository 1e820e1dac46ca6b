"""The job that plans a backfill from Dagit. Dagster reads the annotations of an op, so they are not postponed here."""

import dagster as dg

from ggvd_dagster.backfill_plan import observation, plan


class PlanConfig(dg.Config):
    """What to plan: `selection` of tables, comma separated, from partition `first` to `last`."""

    selection: str = "bronze/tmdb_movies,silver/tmdb_movies"
    first: str
    last: str


@dg.op(name="plan")
def plan_op(context: dg.OpExecutionContext, config: PlanConfig) -> None:
    """Log the plan and show it beside the tables, as an observation of each."""
    for table in plan(context.instance, config.selection, config.first, config.last):
        context.log.info(f"{table.table}: {table.to_metadata()}")
        context.log_event(observation(table))


@dg.job(name="plan_backfill", description="Say what a backfill would ask of the sources and cost, before it runs.")
def plan_job() -> None:
    plan_op()
