"""What a backfill cost stands beside what it was planned to cost."""

import dagster as dg

from ggvd_dagster import backfill_plan
from ggvd_dagster.sensors import planned

TABLE = "silver/tmdb_movies"
KEY = dg.AssetKey(TABLE.split("/"))


@dg.asset(key=KEY, partitions_def=dg.StaticPartitionsDefinition(["2008", "2009", "2010"]), backfill_policy=dg.BackfillPolicy.single_run())
def movies() -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"dpu_seconds": 180.0, "seconds": 90.0})


JOB = dg.Definitions([movies], jobs=[dg.define_asset_job("refresh", [movies])]).resolve_job_def("refresh")


def make(instance, first, last):
    """A run of a whole job, which names no assets."""
    tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
    run = instance.get_run_by_id(JOB.execute_in_process(instance=instance, tags=tags).run_id)
    assert not run.asset_selection
    return run


def tell(instance, run):
    return list(planned.comparisons(instance, run))


def test_half_a_plan_is_compared_with_half_its_cost():
    with dg.DagsterInstance.ephemeral() as instance:
        make(instance, "2008", "2008")
        backfill_plan.record(instance, backfill_plan.plan(instance, TABLE, "2009", "2012"))
        run = make(instance, "2009", "2010")
        (observation,) = tell(instance, run)
    facts = {name: value.value for name, value in observation.metadata.items()}
    assert facts["made_of_planned"] == "2 of 4"
    assert facts["share_of_planned_dpu_hours"] == 0.1  # 180 s a partition, of which two
    assert facts["actual_dpu_hours"] == 0.05
    assert facts["actual_minutes"] == 1.5
    assert (facts["share_of_planned_dollars"], facts["actual_dollars"]) == (0.044, 0.022)


def test_without_a_plan_there_is_nothing_to_compare():
    with dg.DagsterInstance.ephemeral() as instance:
        run = make(instance, "2009", "2010")
        assert tell(instance, run) == []


def test_pages_of_an_extraction_are_compared():
    @dg.asset(key=["bronze", "tmdb_movies"], partitions_def=dg.StaticPartitionsDefinition(["2008", "2009"]))
    def bronze(context) -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata={"total_results": {"2008": 400, "2009": 590}[context.partition_key], "seconds": 3.0})

    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([bronze], instance=instance, partition_key="2008")
        backfill_plan.record(instance, backfill_plan.plan(instance, "bronze/tmdb_movies", "2009", "2009"))
        run = instance.get_run_by_id(dg.materialize([bronze], instance=instance, partition_key="2009").run_id)
        (observation,) = tell(instance, run)
    facts = {name: value.value for name, value in observation.metadata.items()}
    assert (facts["share_of_planned_pages"], facts["actual_pages"]) == (20, 30)
