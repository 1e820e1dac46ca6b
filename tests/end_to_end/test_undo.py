"""Undo as an operator does it: `ggvd undo`, the job `restore_table`, and what Dagster and Athena know afterwards."""

import click.testing
import dagster as dg
import pytest

from ggvd_dagster import cli, restore_point
from ggvd_dagster.errors import GgvdError
from tests.end_to_end import bronze_objects
from tests.end_to_end.conftest import failure, key

TABLE, YEARS = "silver/tmdb_movies", ("1980", "1981")
SNAPSHOTS = ("2026-02-01", "2026-02-02")


@pytest.fixture(scope="module")
def twice(platform):
    """1980 and 1981 made twice: the second snapshot of both has other titles. Gives the platform and the versions of both."""
    assert platform.materialize("bronze/tmdb_movies", TABLE, years=YEARS, config={"snapshot": SNAPSHOTS[0]}).success
    for year in YEARS:
        source, target = (bronze_objects.prefix(year, snapshot) for snapshot in SNAPSHOTS)
        bronze_objects.rewrite(platform.bucket("bronze"), source, target, shouted)
    second = platform.materialize(TABLE, years=YEARS)
    assert second.success, failure(second)
    return platform


def shouted(content):
    import gzip

    return gzip.compress(gzip.decompress(content).replace(b'"title":"', b'"title":"OH '), mtime=0)


def titles(platform, year):
    from deltalake import DeltaTable

    table = DeltaTable(platform.names.table_uri(TABLE)).to_pyarrow_table(filters=[("release_year", "=", int(year))])
    return sorted(table["title"].to_pylist())


def ggvd(*arguments):
    """What the command prints, and the error that ended it."""
    result = click.testing.CliRunner().invoke(cli.app, [str(part) for part in arguments])
    assert result.exception is None or isinstance(result.exception, GgvdError), result.output
    return result.output, str(result.exception or "")


def latest(platform, year=None):
    event = platform.instance.get_latest_materialization_event(key(TABLE)) if year is None else None
    if year is not None:
        wanted = dg.AssetRecordsFilter(asset_key=key(TABLE), asset_partitions=[year])
        event = platform.instance.fetch_materializations(wanted, limit=1).records[0]
    return {name: entry.value for name, entry in event.asset_materialization.metadata.items()}


def test_a_partition_is_undone_by_one_command(twice):
    shouting, quiet = titles(twice, "1981"), [title.removeprefix("OH ") for title in titles(twice, "1980")]
    assert all(title.startswith("OH ") for title in shouting)
    assert titles(twice, "1980") != quiet
    now, earlier, *_ = restore_point.made(twice.instance, TABLE, "1980")
    output, error = ggvd("undo", TABLE, "--partition", "1980", "--yes")
    assert not error, output
    assert f"ggvd diff {TABLE} --from-version {earlier.version} --to-version {now.version}" in output
    assert (titles(twice, "1980"), titles(twice, "1981")) == (sorted(quiet), shouting)
    found = latest(twice, "1980")
    assert (found["restored_from_version"], found["restored_to_version"]) == (now.version, earlier.version)
    assert found["restored_rows"] == found["dagster/partition_row_count"] == len(quiet) == earlier.rows
    assert (found["status"], found["snapshot"]) == ("restored", SNAPSHOTS[0])
    assert "restored_from_version" not in latest(twice, "1981")
    checks = twice.instance.event_log_storage.get_latest_asset_check_execution_by_key([dg.AssetCheckKey(key(TABLE), "unique_key")])
    (check,) = checks.values()
    assert check.event.dagster_event.event_specific_data.passed
    loader = twice.instance.event_log_storage
    assert loader.get_latest_asset_check_execution_by_key([dg.AssetCheckKey(key(TABLE), "nothing_lost")])


def test_the_table_is_undone_by_the_job(twice):
    """To what the run of the fixture made, by Dagit's way: the job and its configuration."""
    from ggvd_dagster.definitions import defs

    made = restore_point.made(twice.instance, TABLE, None)
    first = min(m.version for m in restore_point.made(twice.instance, TABLE, "1981"))
    wanted = next(m for m in made if m.version == first)
    config = {"table": TABLE, "to_run": wanted.run_id}
    job = defs.resolve_job_def("restore_table")
    result = job.execute_in_process(instance=twice.instance, run_config={"ops": {"restore": {"config": config}}}, raise_on_error=False)
    assert result.success, failure(result)
    for year in YEARS:
        assert not any(title.startswith("OH ") for title in titles(twice, year))
        assert latest(twice, year)["restored_to_version"] == first
    assert latest(twice)["dagster/row_count"] == wanted.rows


def test_what_cannot_be_undone_is_one_line(twice):
    for arguments, words in (
        (("gold/nothing",), "gold/nothing"),
        (("bronze/tmdb_movies",), "bronze objects never change"),
        ((TABLE, "--partition", "1800"), "has no partition '1800'; it has 1940 to"),
        ((TABLE, "--partition", "1999"), "was never materialized"),
        ((TABLE, "--to-version", 4000), f"{TABLE} has no version 4000 in its log"),
        ((TABLE, "--to-time", "yesterday"), "'yesterday' is no time"),
        ((TABLE, "--to-time", "2020-01-01"), "has no materialization until 2020-01-01"),
        ((TABLE, "--to-version", 1, "--to-run", "x"), "give one of"),
        (("gold/movies", "--partition", "1980"), "has no partitions"),
    ):
        _, error = ggvd("undo", *arguments, "--yes")
        assert words in error, arguments
    known = restore_point.made(twice.instance, TABLE, "1980")
    _, error = ggvd("undo", TABLE, "--partition", "1980")
    assert "give --yes" in error
    assert restore_point.made(twice.instance, TABLE, "1980") == known


def test_a_refusal_of_the_glue_job_is_told(twice):
    now = restore_point.made(twice.instance, TABLE, "1980")[0]
    _, error = ggvd("undo", TABLE, "--partition", "1980", "--to-version", now.version, "--yes")
    assert f"1980: nothing changed since version {now.version}" in error
