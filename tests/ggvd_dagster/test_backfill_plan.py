"""A plan says what is missing and what it costs, from what earlier runs cost."""

import dagster as dg
import pytest

from ggvd_dagster import backfill_job, backfill_plan, spec
from ggvd_dagster.commands import backfill
from ggvd_dagster.errors import GgvdError

BRONZE, SILVER = "bronze/tmdb_movies", "silver/tmdb_movies"


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def made(instance, table, facts, run=None):
    """Materializations of one run: partition -> metadata."""
    years = dg.StaticPartitionsDefinition(sorted(facts))

    @dg.asset(key=table.split("/"), partitions_def=years, backfill_policy=dg.BackfillPolicy.single_run())
    def asset(context) -> None:
        for key in context.partition_keys:
            context.add_asset_metadata(facts[key], partition_key=key)

    keys = sorted(facts)
    tags = {"dagster/asset_partition_range_start": keys[0], "dagster/asset_partition_range_end": keys[-1]}
    assert dg.materialize([asset], instance=instance, tags=tags).success


def test_missing_partitions_are_those_that_were_never_made(instance):
    made(instance, BRONZE, {"2008": {}, "2009": {}})
    (plan,) = backfill_plan.plan(instance, BRONZE, "2008", "2011")
    assert plan.missing == ("2010", "2011")


def test_without_history_costs_are_unknown(instance):
    for plan in backfill_plan.plan(instance, f"{BRONZE},{SILVER}", "2008", "2009"):
        assert (plan.pages, plan.requests, plan.dpu_hours, plan.learned_from) == (None, None, None, 0)


def test_requests_and_minutes_follow_from_the_average_year_and_the_rate_budget(instance):
    made(instance, BRONZE, {"2008": {"total_results": 10_000}, "2009": {"total_results": 14_000}})
    (plan,) = backfill_plan.plan(instance, BRONZE, "2000", "2009")
    assert plan.pages == 8 * 600
    assert plan.requests == 8 * (600 + 2)  # two windows of at most 500 pages
    assert plan.minutes == pytest.approx(plan.requests / spec.load().sources["tmdb"].requests_per_second / 60, abs=0.01)


def test_dpu_hours_and_dollars_are_a_start_and_a_share_for_each_partition(instance):
    made(instance, SILVER, {"2008": {"dpu_seconds": 140.0}})  # 100 + 40
    made(instance, SILVER, {year: {"dpu_seconds": 220.0} for year in ("2009", "2010", "2011")})  # 100 + 3 x 40
    (plan,) = backfill_plan.plan(instance, SILVER, "2000", "2007")
    assert plan.dpu_hours == pytest.approx((100 + 8 * 40) / 3600, abs=1e-4)
    assert plan.dollars == pytest.approx(plan.dpu_hours * 0.44, abs=1e-4)
    assert plan.learned_from == 2


def test_without_glues_own_number_all_workers_count(instance):
    made(instance, SILVER, {"2008": {"execution_seconds": 90}})
    (plan,) = backfill_plan.plan(instance, SILVER, "2009", "2009")
    assert plan.dpu_hours == pytest.approx(90 * spec.load().glue.workers / 3600, abs=1e-4)


def test_what_is_there_costs_nothing(instance):
    made(instance, SILVER, {"2008": {"dpu_seconds": 100.0}})
    (plan,) = backfill_plan.plan(instance, SILVER, "2008", "2008")
    assert (plan.missing, plan.dollars) == ((), 0.0)


BAD = {
    "unknown table": (("silver/books", "2008", "2009"), "no table 'silver/books' in the spec"),
    "no partitions": (("gold/movies", "2008", "2009"), "gold/movies has no partitions"),
    "unknown partition": ((SILVER, "1802", "2009"), "no partition '1802'; it has 1940 to"),
    "wrong way round": ((SILVER, "2009", "2008"), "--from 2009 is after --to 2008"),
    "empty": ((",", "2008", "2009"), "names no table"),
}


@pytest.mark.parametrize(("arguments", "message"), BAD.values(), ids=BAD.keys())
def test_bad_requests_get_one_line(instance, arguments, message):
    with pytest.raises(GgvdError) as error:
        backfill_plan.plan(instance, *arguments)
    assert message in str(error.value)


def test_the_command_prints_the_plan_and_how_to_run_each_range(instance, capsys):
    made(instance, SILVER, {"2009": {"dpu_seconds": 100.0}})
    backfill.show(backfill_plan.plan(instance, SILVER, "2007", "2010"))
    shown = capsys.readouterr().out
    assert "ggvd materialize silver/tmdb_movies --from 2007 --to 2008" in shown
    assert "ggvd materialize silver/tmdb_movies --partition 2010" in shown


def test_the_job_shows_the_plan_beside_the_table(instance):
    made(instance, SILVER, {"2009": {"dpu_seconds": 100.0}})
    config = {"ops": {"plan": {"config": {"selection": SILVER, "first": "2009", "last": "2011"}}}}
    assert backfill_job.plan_job.execute_in_process(instance=instance, run_config=config).success
    (record,) = instance.fetch_observations(dg.AssetKey(SILVER.split("/")), limit=5).records
    metadata = record.event_log_entry.asset_observation.metadata
    assert metadata["planned_missing"].value == 2
    assert metadata["planned_dpu_hours"].value > 0


def test_a_run_that_the_history_shows_a_part_of_teaches_nothing(instance, monkeypatch):
    for _ in range(3):
        made(instance, SILVER, {year: {"dpu_seconds": 3600.0} for year in ("2009", "2010", "2011", "2012")})
    monkeypatch.setattr(backfill_plan, "LEARN_FROM", 10)  # two runs and a half
    (plan,) = backfill_plan.plan(instance, SILVER, "2000", "2001")
    assert plan.dpu_hours == pytest.approx(0.5)
    assert plan.learned_from == 2


def test_a_run_larger_than_the_history_is_all_there_is_to_learn_from(instance, monkeypatch):
    made(instance, SILVER, {year: {"dpu_seconds": 3600.0} for year in ("2009", "2010", "2011", "2012")})
    monkeypatch.setattr(backfill_plan, "LEARN_FROM", 2)
    (plan,) = backfill_plan.plan(instance, SILVER, "2000", "2001")
    assert plan.learned_from == 1
