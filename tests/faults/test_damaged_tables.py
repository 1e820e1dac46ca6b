"""Rows 24a, 25, 29, 31, 33: jobs and damaged bytes, objects too many, old snapshots, broken logs, and files that are vacuumed."""

import threading

import pytest
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from tests.end_to_end.killing import until
from tests.faults import actions
from tests.faults.invariant import same_tables
from tests.faults.world import TMDB, YEARS, storage

pytestmark = pytest.mark.faults

TABLE, GOLD = "silver/tmdb_movies", "gold/genre_popularity"


@pytest.mark.parametrize("times", [1, None], ids=["once", "always"])
@pytest.mark.parametrize("fault", ["cut", "flipped"])
def test_row_24a_bronze_damaged_on_its_way_to_a_job(extracted_tmdb, truth, chance, fault, times):
    world = extracted_tmdb
    action = actions.cut(chance.random()) if fault == "cut" else actions.flipped(8, chance)
    rule = world.proxy.on(action, method="GET", path=r"tmdb_movies/.*\.ndjson\.gz", skip=chance.randrange(8), times=times)
    ended = world.jobs.run(world.names, TABLE, world.proxy.url)
    assert rule.fired
    assert ended.code in (0, 1)
    if ended.code:
        assert ended.error.startswith(f"{TABLE}: ")
    else:
        same_tables(world, truth, TABLE)
    world.make(TABLE, GOLD)
    same_tables(world, truth, TABLE, GOLD)


def test_row_25_object_that_no_manifest_lists(extracted_tmdb, truth):
    world = extracted_tmdb
    keys = [key for key in world.functions.listing() if key.endswith(".ndjson.gz")]
    for key in keys:
        world.functions.s3.put_object(Bucket=world.functions.bucket, Key=key.replace("_p0", "_x0"), Body=world.functions.raw(key))
    world.make(TABLE, GOLD)
    same_tables(world, truth, TABLE, GOLD)


def test_row_29_older_snapshot_completed_later(extracted_tmdb, truth):
    world = extracted_tmdb
    world.make(TABLE)
    world.tmdb.movies = [(day, text.replace('"title": "Movie', '"title": "Old movie')) for day, text in world.tmdb.movies[20:]]
    world.functions.start("tmdb_movies", list(YEARS), "2026-11-20")
    world.deliver(TMDB, world.functions.messages(TMDB))
    assert len([key for key in world.functions.listing() if "2026-11-20/_manifest.json" in key]) == len(YEARS)
    world.make(TABLE, force="true")
    world.make(GOLD)
    same_tables(world, truth, TABLE, GOLD)


LOG = "tmdb_movies/_delta_log/"
DAMAGE = {
    "last_checkpoint_is_no_json": lambda put, delete: put(f"{LOG}_last_checkpoint", b'{"version":'),
    "last_checkpoint_names_no_checkpoint": lambda put, delete: put(f"{LOG}_last_checkpoint", b'{"version":7,"size":9}'),
    "checkpoint_is_gone": lambda put, delete: delete(f"{LOG}{1:020d}.checkpoint.parquet"),
    "stray_file_in_the_table": lambda put, delete: put("tmdb_movies/release_year=2009/part-00000-stray.snappy.parquet", b"no parquet"),
    "stray_file_in_the_log": lambda put, delete: put(f"{LOG}.tmp-{2:020d}.json.1", b"{}"),
}


UNREADABLE = ("last_checkpoint_names_no_checkpoint", "checkpoint_is_gone")


@pytest.mark.parametrize("damage", DAMAGE)
def test_row_31_damaged_log(extracted_tmdb, truth, damage):
    world, bucket = extracted_tmdb, extracted_tmdb.names.bucket("silver")
    world.make(TABLE)
    DeltaTable(world.names.table_uri(TABLE), storage_options=storage(world.direct)).create_checkpoint()
    s3 = world.functions.s3
    DAMAGE[damage](lambda key, body: s3.put_object(Bucket=bucket, Key=key, Body=body), lambda key: s3.delete_object(Bucket=bucket, Key=key))
    for table in (GOLD, TABLE):
        ended = world.jobs.run(world.names, table, world.direct, force="true")
        assert ended.code == 0, ended.error
    if damage in UNREADABLE:  # for delta-rs, which says so and reads nothing; our jobs read the log itself
        with pytest.raises(DeltaError, match="_last_checkpoint"):
            world.rows(TABLE)
        s3.delete_object(Bucket=bucket, Key=f"{LOG}_last_checkpoint")
    same_tables(world, truth, TABLE, GOLD)


def test_row_31_gap_in_the_log(extracted_tmdb, truth):
    """What cannot be known is not guessed: the job ends with a line, and the table is whole when the commit is back."""
    world, key = extracted_tmdb, f"{LOG}{1:020d}.json"
    world.make(TABLE)
    bucket, s3 = world.names.bucket("silver"), world.functions.s3
    commit = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    world.make(TABLE, force="true")
    s3.delete_object(Bucket=bucket, Key=key)
    ended = world.jobs.run(world.names, TABLE, world.direct, force="true")
    assert ended.code == 1
    assert "has no commit 1" in ended.error
    s3.put_object(Bucket=bucket, Key=key, Body=commit)
    world.make(TABLE, GOLD)
    same_tables(world, truth, TABLE, GOLD)


def test_row_33_maintenance_during_a_long_read(extracted_tmdb, truth):
    """A job that reads a version whose files are replaced meanwhile, and vacuumed as ever: they are younger than the retention."""
    world, gate = extracted_tmdb, threading.Event()
    world.make(TABLE)
    rule = world.proxy.on(actions.held(gate), method="GET", path=r"tmdb_movies/release_year.*parquet", times=None)
    reading = world.jobs.start(world.names, GOLD, world.proxy.url)
    until(lambda: rule.fired, "the job reads silver")
    world.make(TABLE, force="true")
    world.make(TABLE, maintain="168")
    assert world.report(TABLE)["status"] == "maintained"
    gate.set()
    ended = world.jobs.wait(reading)
    assert ended.code == 0, ended.error
    same_tables(world, truth, TABLE, GOLD)
