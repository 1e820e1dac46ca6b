"""Rows 1 to 4: messages that come twice, get lost on their way, or are asked for twice."""

import copy
import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from lambda_handlers.errors import SourceUnavailable
from tests.faults import actions
from tests.faults.invariant import same_lakehouse
from tests.faults.world import ARCHIVE, MEMBERS, TMDB, YEARS

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("copies", [2, 10])
@pytest.mark.parametrize("table", ["tmdb_movies", "movielens_ratings"])
def test_row_01_one_message_delivered_several_times_at_once(world, truth, chance, copies, table):
    queue = TMDB if table == "tmdb_movies" else ARCHIVE
    world.start(table)
    records = world.functions.messages(queue)
    batches = [chance.sample(copy.deepcopy(records), len(records)) for _ in range(copies)]
    world.proxy.on(lambda exchange: actions.delayed(chance.random() / 20)(exchange), method="PUT", times=None)
    with ThreadPoolExecutor(copies) as pool:
        answers = list(pool.map(lambda batch: world.functions.extract(queue, batch), batches))
    assert answers == [{"batchItemFailures": []}] * copies
    written = Counter(path for method, path, status in world.proxy.log if method == "PUT" and status == 200)
    assert set(written.values()) == {1}
    assert any(status == 412 for _, _, status in world.proxy.log)
    same_lakehouse(world, truth, table)


def test_row_02_reply_of_the_send_lost(world, truth):
    rule = world.proxy.on(actions.reply_dropped, target="SendMessageBatch")
    world.start("tmdb_movies")
    records = world.functions.messages(TMDB)
    assert rule.fired == 1
    bodies = Counter(record["body"] for record in records)
    assert len(records) > len(bodies) == 6  # the SDK sent a batch again that was there already
    world.deliver(TMDB, records)
    same_lakehouse(world, truth, "tmdb_movies")


def unsent(count, calls):
    """SQS takes all but `count` entries of a batch and says so."""

    def act(exchange):
        sent = json.loads(exchange.request.body)
        calls.append(len(sent["Entries"]))
        refused, sent["Entries"] = sent["Entries"][:count], sent["Entries"][count:]
        exchange.request = exchange.request.with_body(json.dumps(sent).encode())
        told = json.loads(exchange.forward().body) if sent["Entries"] else {"Successful": []}
        told["Failed"] = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in refused]
        if exchange.answer is None:
            return actions.json_answer(told)
        return exchange.answer.with_body(json.dumps(told).encode())

    return act


def test_row_03_part_of_a_batch_not_sent(world, truth):
    calls = []
    world.proxy.on(unsent(3, calls), target="SendMessageBatch")
    world.start("tmdb_movies")
    records = world.functions.messages(TMDB)
    assert calls == [3]  # one release year is one batch
    assert len({record["body"] for record in records}) == len(records) == 6
    world.deliver(TMDB, records)
    same_lakehouse(world, truth, "tmdb_movies")


def test_row_03_part_of_a_batch_never_sent(world, truth):
    world.proxy.on(unsent(2, []), target="SendMessageBatch", times=None)
    with pytest.raises(SourceUnavailable, match="start the extraction again"):
        world.start("tmdb_movies")
    world.deliver(TMDB, world.functions.messages(TMDB))
    assert not [key for key in world.functions.listing() if key.endswith("_manifest.json")]
    world.proxy.clear()
    world.extract("tmdb_movies")
    same_lakehouse(world, truth, "tmdb_movies")


def test_row_04_started_twice_at_once(world, truth):
    world.proxy.on(actions.delayed(0.2), method="PUT", path="_plan.json", times=None)
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: world.start("tmdb_movies"), range(2))
    assert first == second
    plans = Counter(path for method, path, status in world.proxy.log if method == "PUT" and "_plan" in path and status == 200)
    assert list(plans.values()) == [1] * len(YEARS)
    world.deliver(TMDB, world.functions.messages(TMDB))
    same_lakehouse(world, truth, "tmdb_movies")


def test_row_04_another_snapshot_is_another_run(world):
    world.extract("tmdb_movies")
    before = world.bronze()
    world.functions.start("tmdb_movies", list(YEARS), "2026-11-25")
    world.deliver(TMDB, world.functions.messages(TMDB))
    after = world.bronze()
    assert {key: after[key] for key in before} == before
    assert len(after) == 2 * len(before)


def test_the_archives_alone_make_what_they_make(world, truth):
    world.extract(*MEMBERS)
    same_lakehouse(world, truth, *MEMBERS)
