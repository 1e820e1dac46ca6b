"""What the event log tells of runs over many partitions, good and bad, on the real local AWS."""

import json
import shlex

import pytest

from ggvd_dagster import cli
from tests.end_to_end import bronze_objects
from tests.end_to_end.conftest import failure, key

SILVER = "silver/tmdb_movies"


def told(platform, result, asset):
    """Metadata of each materialization of an asset in a run, by partition, as the event log has them."""
    logged = [entry.dagster_event for entry in platform.instance.all_logs(result.run_id) if entry.dagster_event]
    events = [e.event_specific_data.materialization for e in logged if e.is_step_materialization and e.asset_key == key(asset)]
    assert len({event.partition for event in events}) == len(events)
    return {event.partition: {name: entry.value for name, entry in event.metadata.items()} for event in events}


@pytest.fixture(scope="module")
def gap(platform):
    """Silver of 1960 to 1964 in one run, where bronze has neither 1961 nor 1963."""
    for year in ("1960", "1962", "1964"):
        assert platform.materialize("bronze/tmdb_movies", years=[year]).success
    return platform.materialize(SILVER, years=["1960", "1961", "1962", "1963", "1964"])


def test_each_partition_of_one_run_has_its_own_numbers(platform):
    years = ["1965", "1966", "1967"]
    result = platform.materialize("bronze/tmdb_movies", SILVER, years=years)
    assert result.success, failure(result)
    bronze, silver = told(platform, result, "bronze/tmdb_movies"), told(platform, result, SILVER)
    assert sorted(bronze) == sorted(silver) == years
    report = json.loads(platform.bucket("assets").Object(platform.names.report_key(SILVER)).get()["Body"].read())
    for year in years:
        partition = report["partitions"][year]
        assert silver[year]["dagster/partition_row_count"] == partition["rows_written"]
        assert silver[year]["delta_version"] == partition["delta_version"]
        assert silver[year]["quarantined"] == sum(partition["quarantined"].values())
        assert silver[year]["rows_read"] == partition["rows_read"] == bronze[year]["dagster/partition_row_count"]
    assert len({silver[year]["dagster/partition_row_count"] for year in years}) > 1


def test_good_partitions_are_materialized_and_only_the_failed_stay_missing(platform, gap):
    assert not gap.success
    assert set(told(platform, gap, SILVER)) == {"1960", "1962", "1964"}
    missing = {"1960", "1961", "1962", "1963", "1964"} - platform.instance.get_materialized_partitions(key(SILVER))
    assert missing == {"1961", "1963"}


def test_the_error_prints_what_resumes_just_the_failed(gap):
    command = f"ggvd materialize {SILVER} --partition"
    assert failure(gap).endswith(f"Resume with: {command} 1961 && {command} 1963")
    assert "1961: no complete bronze snapshot" in failure(gap)


def test_the_printed_commands_do_just_that(platform, gap, capsys):
    first, second = (shlex.split(command)[1:] for command in failure(gap).split("Resume with: ")[1].split(" && "))
    assert platform.materialize("bronze/tmdb_movies", years=["1961"]).success
    cli.main(first)
    assert "1961" in capsys.readouterr().out
    missing = {"1961", "1963"} - platform.instance.get_materialized_partitions(key(SILVER))
    assert missing == {"1963"}
    with pytest.raises(SystemExit) as end:
        cli.main(second)
    assert end.value.code == 2
    assert f"{SILVER} 1963 failed: " in capsys.readouterr().err


def test_the_log_of_a_failed_job_is_in_the_event_log(platform, gap):
    messages = [entry.user_message for entry in platform.instance.all_logs(gap.run_id)]
    assert any(message.startswith(f"{SILVER}: reading ") for message in messages)
    step = next(event for event in gap.all_events if event.is_step_failure)
    assert f"{SILVER}: reading " in step.step_failure_data.user_failure_data.metadata["log_tail"].value


def test_a_failed_blocking_check_keeps_downstream_from_running(platform):
    config = {"snapshot": "2026-01-01"}
    assert platform.materialize("bronze/tmdb_movies", years=["1968"], config=config).success
    item = platform.bucket("bronze").Object(bronze_objects.prefix("1968", "2026-01-01") + "_manifest.json")
    manifest = json.loads(item.get()["Body"].read())
    item.put(Body=json.dumps(manifest | {"total_results": manifest["rows"] + 1}).encode())
    result = platform.materialize("bronze/tmdb_movies", SILVER, years=["1968"], config=config)
    assert not result.success
    checks = {check.check_name: check.passed for check in result.get_asset_check_evaluations()}
    assert checks == {"complete": False}
    assert {event.step_key for event in result.all_events if event.is_step_start} == {"bronze__tmdb_movies"}
    assert "1968" not in platform.instance.get_materialized_partitions(key(SILVER))
