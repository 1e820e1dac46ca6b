"""Row 44: functions and jobs without disk or memory, from the start or in the middle of their work."""

import resource
from concurrent.futures import Future

import pytest

from tests.faults import actions
from tests.faults.functions import invoked
from tests.faults.invariant import same_lakehouse, same_tables
from tests.faults.jobs import pid_of
from tests.faults.world import ARCHIVE

pytestmark = pytest.mark.faults

TABLE, GOLD = "silver/tmdb_movies", "gold/genre_popularity"


def test_row_44_the_disk_of_a_function_is_full(world, truth):
    """It writes to no disk: not one byte may be added to any file."""
    world.start("movielens_ratings")
    records = world.functions.messages(ARCHIVE)
    code, answer = invoked(ARCHIVE, records, prepare=lambda pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0)))
    assert (code, answer) == (0, {"batchItemFailures": []})
    same_lakehouse(world, truth, "movielens_ratings")


def test_row_44_a_function_has_no_memory_to_begin_with(world, truth):
    """It dies without an answer, and so the message comes again."""
    world.start("movielens_ratings")
    records = world.functions.messages(ARCHIVE)
    code, answer = invoked(ARCHIVE, records, prepare=lambda pid: resource.prlimit(pid, resource.RLIMIT_AS, (1 << 20, 1 << 20)))
    assert code != 0
    assert answer is None
    world.deliver(ARCHIVE, records)
    same_lakehouse(world, truth, "movielens_ratings")


def starved(world, fault, engine="sail"):
    """A job that meets the fault when it reads its first object."""
    holder = Future()
    rule = world.proxy.on(fault(holder), method="GET", path=r"tmdb_movies/.*\.ndjson\.gz")
    ended = world.jobs.wait(pid_of(holder, world.jobs.start(world.names, TABLE, world.proxy.url, engine=engine)))
    assert rule.fired == 1
    return ended


@pytest.mark.parametrize("engine", ["sail", "spark"])
def test_row_44_the_disk_of_a_job_is_full(extracted_tmdb, truth, engine):
    """Not one byte more in any file: shuffles, blocks to upload, and the job's own log."""
    assert starved(extracted_tmdb, actions.without_disk, engine).code > 0
    extracted_tmdb.make(TABLE, GOLD)
    same_tables(extracted_tmdb, truth, TABLE, GOLD)


def test_row_44_a_job_takes_more_memory_than_there_is(world, truth):
    """Fields that silver leaves out are read all the same: 50 MB of them, where 20 are left."""
    filler = f', "filler": "{"x" * 300_000}"}}'
    world.tmdb.movies = [(day, text[:-1] + filler if text.startswith('{"id": ') else text) for day, text in world.tmdb.movies]
    world.extract("tmdb_movies")
    assert starved(world, lambda pid: actions.out_of_memory(pid, 20 << 20)).code == -9
    world.make(TABLE, GOLD)
    same_tables(world, truth, TABLE, GOLD)


def test_row_44_a_job_has_no_memory_to_begin_with(extracted_tmdb, truth):
    world = extracted_tmdb
    started = world.jobs.start(world.names, TABLE, world.direct)
    resource.prlimit(started[0].pid.result(timeout=30), resource.RLIMIT_AS, (1 << 20, 1 << 20))
    assert world.jobs.wait(started).code != 0
    world.make(TABLE, GOLD)
    same_tables(world, truth, TABLE, GOLD)
