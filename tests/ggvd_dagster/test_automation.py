"""Gold follows silver, also where only an old partition changed, and never over a failed check."""

from datetime import UTC, datetime

import dagster as dg
import pytest

from ggvd_dagster import automation, partitions, schedules

YEARS = partitions.definition("release_year")
MOVIES, GOLD, CATALOG = dg.AssetKey(["silver", "tmdb_movies"]), dg.AssetKey(["gold", "movies"]), dg.AssetKey(["catalog", "gold"])


@dg.asset(key=MOVIES, group_name="silver", partitions_def=YEARS, check_specs=[dg.AssetCheckSpec("unique_key", asset=MOVIES, blocking=True)])
def movies(): ...


@dg.asset(key=["silver", "links"], group_name="silver")
def links() -> None: ...


@dg.asset(key=GOLD, group_name="gold", deps=[dg.AssetDep(MOVIES, partition_mapping=dg.AllPartitionMapping()), ["silver", "links"]])
def gold() -> None: ...


@dg.asset(key=CATALOG, group_name="catalog", deps=[GOLD])
def catalog() -> None: ...


DEFS = dg.Definitions(assets=automation.automated([movies, links, gold, catalog]))


class World:
    def __init__(self, instance):
        self.instance, self.cursor = instance, None

    def tick(self):
        result = dg.evaluate_automation_conditions(DEFS, self.instance, cursor=self.cursor)
        self.cursor = result.cursor
        return {key for key in (GOLD, CATALOG) if result.get_num_requested(key)}

    def made(self, key, partition=None):
        self.instance.report_runless_asset_event(dg.AssetMaterialization(key, partition=partition))

    def checked(self, passed):
        self.instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(asset_key=MOVIES, check_name="unique_key", passed=passed, metadata={}, blocking=True)
        )


@pytest.fixture
def world():
    with dg.DagsterInstance.ephemeral() as instance:
        world = World(instance)
        world.tick()
        world.made(dg.AssetKey(["silver", "links"]))
        world.made(MOVIES, "2010")
        world.checked(passed=True)
        yield world


def test_gold_and_its_catalog_follow_together(world):
    assert world.tick() == {GOLD, CATALOG}


def test_nothing_follows_twice(world):
    world.tick()
    assert world.tick() == set()


def test_an_old_year_is_followed_too(world):
    world.tick()
    world.made(GOLD)
    world.made(CATALOG)
    world.tick()
    world.made(MOVIES, "1940")
    assert GOLD in world.tick()


def test_a_failed_check_holds_gold_back_until_it_passes(world):
    world.checked(passed=False)
    assert world.tick() == set()
    world.checked(passed=True)
    assert GOLD in world.tick()


def test_gold_waits_for_an_input_that_was_never_made():
    with dg.DagsterInstance.ephemeral() as instance:
        world = World(instance)
        world.tick()
        world.made(MOVIES, "2010")
        world.checked(passed=True)
        assert world.tick() == set()
        world.made(dg.AssetKey(["silver", "links"]))
        assert GOLD in world.tick()


def test_gold_tables_have_freshness_policies_and_silver_has_none():
    policies = {spec.key: spec.freshness_policy for spec in DEFS.resolve_all_asset_specs()}
    assert policies[GOLD] == automation.gold_freshness()
    assert policies[MOVIES] is None


def test_recent_and_older_years_are_all_years():
    recent, older = schedules.recent_and_older()
    assert [*older, *recent] == YEARS.get_partition_keys()
    assert len(recent) == schedules.RECENT_YEARS


@pytest.mark.parametrize(("schedule", "part"), [(schedules.weekly_refresh, 0), (schedules.monthly_sweep, 1)], ids=["weekly", "monthly"])
def test_schedule_asks_for_its_years_in_one_run_of_that_day(schedule, part):
    years = schedules.recent_and_older()[part]
    context = dg.build_schedule_context(scheduled_execution_time=datetime(2026, 11, 23, 3, tzinfo=UTC))
    asked = schedule(context)
    assert (asked.tags[schedules.RANGE_START], asked.tags[schedules.RANGE_END]) == (years[0], years[-1])
    assert asked.run_config["ops"]["bronze__tmdb_movies"]["config"] == {"snapshot": "2026-11-23"}
    assert asked.run_key.endswith("@2026-11-23")
