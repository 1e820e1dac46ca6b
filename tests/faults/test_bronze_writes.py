"""Rows 5 to 8, 24a, 45: functions that die, and an S3 that refuses, forgets to answer or answers other bytes."""

import json
from collections import Counter
from concurrent.futures import Future

import pytest

from tests.faults import actions
from tests.faults.functions import invoked
from tests.faults.invariant import same_lakehouse
from tests.faults.world import ARCHIVE, TMDB

pytestmark = pytest.mark.faults

TABLES = ["tmdb_movies", "movielens_ratings"]
WRITES = {"plan": "_plan.json", "object": r"\.ndjson\.gz", "manifest": "_manifest.json"}


def queue_of(table):
    return TMDB if table == "tmdb_movies" else ARCHIVE


def puts(world, suffix=".gz"):
    """How often S3 took each object: twice would be an overwrite."""
    return Counter(path for method, path, status in world.proxy.log if method == "PUT" and status == 200 and path.endswith(suffix))


@pytest.mark.parametrize("after", [False, True], ids=["before_the_put", "after_the_put"])
@pytest.mark.parametrize("table", TABLES)
def test_row_05_function_killed_between_objects(world, truth, chance, table, after):
    queue = queue_of(table)
    world.start(table)
    records = world.functions.messages(queue)
    pid, objects = Future(), sum(key.startswith(f"{table}/") and key.endswith(".gz") for key in truth.bronze)
    rule = world.proxy.on(actions.killed(pid, after=after), method="PUT", path=WRITES["object"], skip=chance.randrange(objects))
    code, answer = invoked(queue, records, pid)
    assert (rule.fired, code, answer) == (1, -9, None)
    kept = {key for key in world.bronze() if key.endswith(".gz")}  # each can be read to its end
    assert len(kept) == rule.seen - (not after)
    world.proxy.log.clear()
    world.deliver(queue, records)
    assert len(puts(world)) == objects - len(kept)
    same_lakehouse(world, truth, table)


REFUSED = {
    "slow_down": actions.refused(503, "SlowDown"),
    "internal": actions.refused(500, "InternalError"),
    "reset": actions.reset,
    "upload_broken": actions.upload_broken,
}


@pytest.mark.parametrize(("fault", "write"), [*((fault, "object") for fault in REFUSED), ("slow_down", "plan"), ("reset", "manifest")])
def test_row_06_put_refused_or_broken_twice(world, truth, write, fault):
    rule = world.proxy.on(REFUSED[fault], method="PUT", path=WRITES[write], times=2)
    world.extract("tmdb_movies")
    assert rule.fired == 2
    assert set(puts(world).values()) == {1}
    same_lakehouse(world, truth, "tmdb_movies")


@pytest.mark.parametrize(("table", "write"), [*(("tmdb_movies", write) for write in WRITES), ("movielens_ratings", "object")])
def test_row_07_put_applied_reply_dropped(world, truth, chance, table, write):
    skip = chance.randrange(3) if write == "object" else 0
    rule = world.proxy.on(actions.reply_dropped, method="PUT", path=WRITES[write], skip=skip)
    world.extract(table)
    lost = next(path for method, path, status in world.proxy.log if method == "PUT" and status == 0)
    assert [status for method, path, status in world.proxy.log if method == "PUT" and path == lost] == [0, 412]
    assert rule.fired == 1
    same_lakehouse(world, truth, table)


@pytest.mark.parametrize("write", ["object", "manifest"])
def test_row_08_conditional_request_conflict(world, truth, write):
    rule = world.proxy.on(actions.refused(409, "ConditionalRequestConflict"), method="PUT", path=WRITES[write], times=2)
    world.extract("tmdb_movies")
    assert rule.fired == 2
    same_lakehouse(world, truth, "tmdb_movies")


DAMAGED = {"cut": lambda chance: actions.cut(chance.random()), "flipped": lambda chance: actions.flipped(8, chance)}


@pytest.mark.parametrize("fault", DAMAGED)
def test_row_24a_read_object_has_other_bytes_than_stored(world, truth, chance, fault):
    rule = world.proxy.on(DAMAGED[fault](chance), method="GET", path="_plan.json", skip=chance.randrange(8), times=2)
    world.extract("tmdb_movies")
    assert rule.fired == 2
    same_lakehouse(world, truth, "tmdb_movies")


SKEWED = {
    "clock": actions.refused(403, "RequestTimeTooSkewed", Date="Wed, 25 Nov 2026 09:00:00 GMT"),
    "expired": actions.refused(400, "ExpiredToken"),
}


@pytest.mark.parametrize("fault", SKEWED)
def test_row_45_clock_or_credentials_out_of_time(world, truth, fault):
    world.start("tmdb_movies")
    rule = world.proxy.on(SKEWED[fault], method="PUT", path=WRITES["object"], times=2)
    world.deliver(TMDB, world.functions.messages(TMDB))
    assert rule.fired == 2
    errors = [json.loads(world.functions.raw(key)) for key in world.functions.listing() if "/_errors/" in key]
    assert all(error["retryable"] for error in errors)
    same_lakehouse(world, truth, "tmdb_movies")
