"""The whole lake on the real local AWS: from the sources to SQL, and a second time without a change."""

import hashlib
import json
from pathlib import Path

import pytest

from benchmarks.suite import overhead
from ggvd_dagster import pipeline, spec
from ggvd_dagster.resources.athena import Athena
from ggvd_dagster.resources.glue import read_report
from ggvd_dagster.resources.lake import Lake
from tests.end_to_end.conftest import YEARS

pytestmark = pytest.mark.timeout(600)  # the first test waits for the whole pipeline, twice
DELTA = [table.name for table in spec.load().tables.values() if table.layer != "bronze"]
GOLD = list(spec.load().layer("gold"))


def rows_of(platform, table):
    """Every row as delta-rs reads it, in an order of its own."""
    from deltalake import DeltaTable

    rows = DeltaTable(platform.names.table_uri(table)).to_pyarrow_table().to_pylist()
    return sorted(json.dumps(row, sort_keys=True, default=str) for row in rows)


def state(platform):
    """Version and digest of the rows of each table, and every bronze object with its ETag and time."""
    from deltalake import DeltaTable

    tables = {}
    for name in DELTA:
        digest = hashlib.sha256("\n".join(rows_of(platform, name)).encode()).hexdigest()
        tables[name] = (DeltaTable(platform.names.table_uri(name)).version(), digest)
    return tables, {item.key: (item.e_tag, item.last_modified) for item in platform.bucket("bronze").objects.all()}


def test_a_second_run_changes_nothing(lake):
    pipeline.run_all(lake.instance, YEARS)  # whatever tests before this one wrote
    tables, objects = state(lake)
    pipeline.run_all(lake.instance, YEARS)
    again = state(lake)
    assert again[0] == tables
    assert again[1] == objects
    statuses = {name: read_report(Lake(), lake.names, name).status for name in DELTA}
    assert statuses == dict.fromkeys(DELTA, "unchanged")


def test_what_each_job_costs_beside_its_work_can_be_told(lake):
    _, steps = overhead.events(Path(lake.environment["DAGSTER_HOME"]))
    jobs = overhead._jobs(Path(lake.environment["GGVD_HOME"]), steps)
    assert set(DELTA) <= set(jobs)
    assert all(seconds >= 0 for parts in jobs.values() for seconds in parts.values())


@pytest.mark.parametrize("table", GOLD, ids=lambda table: table.name)
def test_sql_sees_what_delta_rs_sees(lake, table):
    """All rows are counted, the keys of the first thousand compared: more would test only how fast pages of results come."""
    from deltalake import DeltaTable

    columns = ", ".join(table.key)
    answer = Athena().query(f"SELECT {columns}, count(*) OVER () AS rows FROM {table.table} ORDER BY {columns} LIMIT 1000")
    read = DeltaTable(lake.names.table_uri(table.name)).to_pyarrow_table(columns=list(table.key)).to_pylist()
    expected = sorted((tuple(row[column] for column in table.key) for row in read), key=nulls_last)[:1000]
    assert [tuple(map(str, row[:-1])) for row in answer.rows] == [tuple(map(str, row)) for row in expected]
    assert answer.rows[0][-1] == len(read) > 0


def nulls_last(row):
    return [(value is None, value) for value in row]


def test_numbers_agree_too(lake):
    from deltalake import DeltaTable

    columns = ["rank", "ratings", "weighted_rating"]
    answer = Athena().query(f"SELECT {', '.join(columns)} FROM best_rated_movies ORDER BY movie_key")
    expected = DeltaTable(lake.names.table_uri("gold/best_rated_movies")).to_pyarrow_table().sort_by("movie_key").to_pylist()
    assert answer.rows == [pytest.approx(tuple(row[column] for column in columns)) for row in expected]


@pytest.mark.parametrize("year", YEARS)
def test_every_movie_of_the_source_is_in_silver_or_quarantine(lake, year):
    objects = lake.bucket("bronze").objects.filter(Prefix=f"tmdb_movies/release_year={year}/")
    manifests = [item for item in objects if item.key.endswith("_manifest.json")]
    manifest = json.loads(manifests[-1].get()["Body"].read())
    report = read_report(Lake(), lake.names, "silver/tmdb_movies").partitions[year]
    assert manifest["rows"] == manifest["total_results"] == report.rows_read > 0
    assert report.rows_read == report.rows_written + report.duplicates + sum(report.quarantined.values())
