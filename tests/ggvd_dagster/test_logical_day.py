"""A run that goes on after midnight, or is tried again a day later, asks for the snapshot that it began."""

from datetime import UTC, datetime

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.test_utils import create_run_for_test, freeze_time

from ggvd_dagster import spec
from ggvd_dagster.assets import bronze

LATE, AFTER = datetime(2028, 2, 28, 23, 59, 58, tzinfo=UTC), datetime(2028, 2, 29, 0, 0, 3, tzinfo=UTC)
FAILED, SUCCEEDED = dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.SUCCESS


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def asked(instance, at, status, parent=None):
    with freeze_time(at):
        ids = {"parent_run_id": parent.run_id, "root_run_id": parent.root_run_id or parent.run_id} if parent else {}
        return create_run_for_test(instance, status=status, **ids)


def test_the_day_is_that_of_the_first_attempt(instance):
    first = asked(instance, LATE, FAILED)
    second = asked(instance, AFTER, FAILED, first)
    third = asked(instance, AFTER, dg.DagsterRunStatus.STARTED, second)
    assert [bronze.logical_day(instance, run) for run in (first, second, third)] == ["2028-02-28"] * 3


def test_what_succeeded_is_asked_for_anew(instance):
    done = asked(instance, LATE, SUCCEEDED)
    assert bronze.logical_day(instance, asked(instance, AFTER, dg.DagsterRunStatus.STARTED, done)) == "2028-02-29"


@pytest.mark.parametrize(("table", "snapshot"), [("tmdb_movies", "2028-02-28"), ("movielens_tags", None)])
def test_the_asset_asks_for_it_whatever_the_clock_says_meanwhile(instance, table, snapshot):
    """Midnight passes between the run's creation and its step. An archive's snapshot is named by what is served, never by a day."""
    asset, extraction = bronze.build(spec.load().table(f"bronze/{table}")), Remembering()
    definitions = dg.Definitions(
        [asset], executor=dg.in_process_executor, resources={"extraction": extraction, "lake": dg.ResourceDefinition.none_resource()}
    )
    job = definitions.resolve_implicit_global_asset_job_def()
    with freeze_time(LATE):
        run = instance.create_run_for_job(job, tags={"dagster/partition": "2010"} if table == "tmdb_movies" else {})
    with freeze_time(AFTER):
        execute_run(InMemoryJob(job), run, instance)
    assert extraction.asked == [snapshot]


class Remembering:
    def __init__(self):
        self.asked = []

    def run(self, log, lake, table, partitions, snapshot):
        self.asked.append(snapshot)
        raise dg.Failure("that is all it does", allow_retries=False)
