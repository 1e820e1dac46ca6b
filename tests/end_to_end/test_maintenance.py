"""Maintenance as an operator does it: `ggvd maintain`, its Dagster job, and what the table and its followers are afterwards."""

import click.testing
import dagster as dg
import pytest

from ggvd_dagster import cli, maintenance
from ggvd_dagster import names as naming
from ggvd_dagster.errors import GgvdError
from tests.end_to_end.conftest import failure, key

TABLE, YEARS = "silver/tmdb_movies", ("1990", "1991")


@pytest.fixture(scope="module")
def made(platform):
    done = platform.materialize("bronze/tmdb_movies", TABLE, years=YEARS, config={"snapshot": "2026-03-01"})
    assert done.success, failure(done)
    return platform


def ggvd(*arguments):
    result = click.testing.CliRunner().invoke(cli.app, list(arguments))
    assert result.exception is None or isinstance(result.exception, GgvdError), result.output
    return result.output, str(result.exception or "")


def test_a_table_is_maintained_by_its_own_job_and_a_later_run_writes_nothing(made):
    printed, error = ggvd("maintain", TABLE)
    assert not error
    assert TABLE in printed
    (runs,) = made.client("glue").get_paginator("get_job_runs").paginate(JobName=made.names.job(TABLE))
    arguments = runs["JobRuns"][0]["Arguments"]
    assert arguments["--maintain"] == "720"
    assert arguments["--additional-python-modules"].startswith("deltalake==")
    (record,) = made.instance.fetch_observations(key(TABLE), limit=1).records
    assert record.asset_observation.metadata["checkpoint"].value is True
    again = made.materialize(TABLE, years=YEARS)
    assert again.success, failure(again)
    assert made.instance.get_latest_materialization_event(key(TABLE)).asset_materialization.metadata["status"].value == "unchanged"


def test_what_cannot_be_maintained_is_refused_before_anything_runs(made, monkeypatch):
    assert "at least 168" in ggvd("maintain", TABLE, "--retention-hours", "24")[1]
    assert "no table 'silver/nothing'" in ggvd("maintain", "silver/nothing")[1]
    monkeypatch.setattr(naming.Names, "report_key", lambda _, table: f"reports/never/{table}")  # whatever tests before this one made
    assert "never made" in ggvd("maintain", "gold/ratings_over_time")[1]


def test_each_step_holds_the_pool_of_its_table():
    from ggvd_dagster.definitions import defs

    pools = {op.name: op.pool for op in maintenance.OPS.values()}
    for name, op in maintenance.OPS.items():
        assert pools[op.name] == defs.resolve_assets_def(key(name)).op.pool
    request = maintenance.weekly_maintenance(dg.build_schedule_context(scheduled_execution_time=_sunday()))
    assert request.run_key == "maintenance@2026-11-29"


def _sunday():
    from datetime import UTC, datetime

    return datetime(2026, 11, 29, 6, tzinfo=UTC)
