"""Rows 26 and 30: jobs that die at each of their writes, before and after it is done, and are run again."""

from concurrent.futures import Future

import pytest
from deltalake import DeltaTable

from tests.faults import actions
from tests.faults.invariant import same_tables
from tests.faults.jobs import pid_of
from tests.faults.world import storage

pytestmark = pytest.mark.faults

# Each write of a silver job's first run on tables of two partitions with quarantine, by its place in the order, and of a gold job's.
WRITES = {
    "silver/tmdb_movies": [
        r"tmdb_movies/_delta_log/0{20}\.json",
        r"tmdb_movies/release_year.*parquet",
        r"tmdb_movies/_delta_log/0{19}1\.json",
        r"_quarantine/tmdb_movies/_delta_log/0{20}\.json",
        r"_quarantine/tmdb_movies/[^_]*parquet",
        r"_quarantine/tmdb_movies/_delta_log/0{19}1\.json",
        r"reports/silver/tmdb_movies\.json",
    ],
    "gold/genre_popularity": [
        r"genre_popularity/_delta_log/0{20}\.json",
        r"genre_popularity/[^_]*parquet",
        r"genre_popularity/_delta_log/0{19}1\.json",
        r"reports/gold/genre_popularity\.json",
    ],
}
# Before each write, and after the table's commit: after any other is as before the next.
POINTS = [(table, place, False) for table, paths in WRITES.items() for place in range(len(paths))]
POINTS += [("silver/tmdb_movies", 2, True), ("gold/genre_popularity", 2, True)]
NAMES = [f"{table.split('/')[0]}_{'after' if after else 'before'}_write_{place}" for table, place, after in POINTS]
# What pyarrow writes becomes an object when its parts are put together: a POST with the upload's id alone.
WHOLE = r"(\?uploadId=[^&]*)?$"


def killed_at(world, table, path, after):
    """Run the job until it is killed at a write; True when it came so far."""
    holder = Future()
    rule = world.proxy.on(actions.killed(holder, after=after), method="P(U|OS)T", path=path + WHOLE)
    ended = world.jobs.wait(pid_of(holder, world.jobs.start(world.names, table, world.proxy.url)))
    world.proxy.rules.remove(rule)
    return rule.fired == 1 and ended.code == -9


@pytest.mark.parametrize(("table", "place", "after"), POINTS, ids=NAMES)
def test_row_26_job_killed_at_a_write(extracted_tmdb, truth, table, place, after):
    world, path = extracted_tmdb, WRITES[table][place]
    if table.startswith("gold"):
        world.make("silver/tmdb_movies")
    assert killed_at(world, table, path, after), f"{table} never wrote {path}"
    world.make("silver/tmdb_movies", "gold/genre_popularity")
    same_tables(world, truth, "silver/tmdb_movies", "gold/genre_popularity")


def test_row_26_a_commit_that_was_reported_is_not_made_again(extracted_tmdb, truth):
    """Killed after its last write: running again finds the work done."""
    world, table = extracted_tmdb, "silver/tmdb_movies"
    assert killed_at(world, table, WRITES[table][-1], after=True)
    before = DeltaTable(world.names.table_uri(table), storage_options=storage(world.direct)).version()
    world.make(table)
    assert DeltaTable(world.names.table_uri(table), storage_options=storage(world.direct)).version() == before
    assert world.report(table)["status"] == "unchanged"
