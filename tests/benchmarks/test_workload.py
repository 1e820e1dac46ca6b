"""What is measured are tables of the spec; one that the spec has newly waits until it was measured."""

from benchmarks import compare, sizing_work, workload
from ggvd_dagster import spec

NEW = {"silver": "silver/movielens_tags", "gold": "gold/genre_popularity"}


def test_every_table_that_is_measured_is_in_the_spec():
    """A name that the spec no longer has would leave the benchmarks in silence."""
    assert sorted(workload.tables()) == sorted(workload.NAMES)


def test_a_new_table_is_no_failure_of_the_benchmarks_and_the_sizing(monkeypatch):
    platform = spec.load()
    new = {f"{layer}/new": platform.tables[name].model_copy(update={"name": f"{layer}/new"}) for layer, name in NEW.items()}
    monkeypatch.setattr(spec, "load", lambda: platform.model_copy(update={"tables": platform.tables | new}))
    measured = set(workload.tables())
    assert measured & set(new) == set()
    assert {*compare.silver(), *compare.gold(), "silver/quarantine"} == measured
    assert set(sizing_work.core_seconds(1)) == set(sizing_work.maintenance_seconds(1)) == measured
