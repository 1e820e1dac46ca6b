import json
from collections import deque

import pytest

from lambda_handlers import bronze as bronze_module
from lambda_handlers.errors import BadRequest, SourceRejected
from tests.lambda_handlers.conftest import Context
from tests.lambda_handlers.servers import Fault, movie
from tests.lambda_handlers.tmdb_starts import DAY, PREFIX, QUEUE, TABLE, started


def test_pages_become_objects_and_a_manifest(tmdb, tmdb_functions):
    answer, records = started(tmdb_functions, tmdb)
    assert answer == {
        "table": TABLE,
        "snapshots": [{"partition": "2010", "snapshot": DAY, "prefix": PREFIX, "intervals": 3, "state": "enqueued", "total_results": 90}],
    }
    assert tmdb_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    names = [key.removeprefix(PREFIX) for key in tmdb_functions.listing()]
    spans = ("p0001-0002", "p0003-0004", "p0005-0005")
    assert names == [*(f"2010-01-01_2010-12-31_{span}.ndjson.gz" for span in spans), "_manifest.json", "_plan.json"]
    manifest = tmdb_functions.json(PREFIX + "_manifest.json")
    assert (manifest["rows"], manifest["total_results"], manifest["stable"]) == (90, 90, True)
    assert [entry["rows"] for entry in manifest["objects"]] == [40, 40, 10]
    assert all(len(tmdb_functions.raw(entry["key"])) == entry["bytes"] for entry in manifest["objects"])
    rows = [json.loads(line) for line in tmdb_functions.lines(PREFIX)]
    assert sorted(row["id"] for row in rows) == list(range(90))
    planned_at = tmdb_functions.json(PREFIX + "_plan.json")["planned_at"]
    assert list(rows[0].items())[:6] == [
        ("_source", "tmdb"),
        ("_snapshot", DAY),
        ("_object", names[0]),
        ("_page", 1),
        ("_extracted_at", planned_at),
        ("_partition", "2010"),
    ]


@pytest.mark.parametrize("times", [2, 5])
def test_a_message_that_comes_again_changes_nothing_and_asks_nothing(tmdb, tmdb_functions, times):
    _, records = started(tmdb_functions, tmdb)
    tmdb_functions.extract(QUEUE, records)
    before = {key: tmdb_functions.raw(key) for key in tmdb_functions.listing()}
    asked = len(tmdb.requests)
    tmdb.movies.append(movie(1000))
    for _ in range(times):
        assert tmdb_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert {key: tmdb_functions.raw(key) for key in tmdb_functions.listing()} == before
    assert len(tmdb.requests) == asked


def test_starting_again_enqueues_only_what_is_missing(tmdb, tmdb_functions):
    _, records = started(tmdb_functions, tmdb)
    tmdb_functions.extract(QUEUE, records[:2])
    assert PREFIX + "_manifest.json" not in tmdb_functions.listing()
    again, missing = started(tmdb_functions, tmdb, movies=500)  # the plan in force stays
    assert again["snapshots"][0]["intervals"] == 3
    assert [r["body"] for r in missing] == [records[2]["body"]]
    tmdb_functions.extract(QUEUE, missing)
    asked = len(tmdb.requests)
    assert tmdb_functions.start(TABLE, ["2010"], DAY)["snapshots"][0]["state"] == "complete"
    assert len(tmdb.requests) == asked
    assert tmdb_functions.messages(QUEUE) == []


def test_starting_again_repairs_a_crash_before_the_manifest(tmdb, tmdb_functions):
    _, records = started(tmdb_functions, tmdb)
    tmdb_functions.extract(QUEUE, records)
    tmdb_functions.s3.delete_object(Bucket=tmdb_functions.bucket, Key=PREFIX + "_manifest.json")
    assert tmdb_functions.start(TABLE, ["2010"], DAY)["snapshots"][0]["state"] == "complete"
    assert tmdb_functions.json(PREFIX + "_manifest.json")["rows"] == 90


def test_a_year_without_movies_is_complete_at_once(tmdb, tmdb_functions):
    answer, records = started(tmdb_functions, tmdb, movies=0)
    assert records == []
    assert answer["snapshots"][0] | {"prefix": ""} == {
        "partition": "2010",
        "snapshot": DAY,
        "prefix": "",
        "intervals": 0,
        "state": "complete",
        "total_results": 0,
    }
    assert tmdb_functions.json(PREFIX + "_manifest.json")["objects"] == []


def test_a_year_of_more_than_500_pages_is_cut_and_read_whole(tmdb, tmdb_functions):
    days = [f"2010-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 29)]
    tmdb.movies = [movie(number, days[number % len(days)]) for number in range(10_400)]
    answer = tmdb_functions.start(TABLE, ["2010"], DAY)["snapshots"][0]
    assert answer["total_results"] == 10_400
    assert len(tmdb.requests) == 3
    windows = {tuple(interval["message"]["window"]) for interval in tmdb_functions.json(PREFIX + "_plan.json")["intervals"]}
    assert windows == {("2010-01-01", "2010-07-02"), ("2010-07-03", "2010-12-31")}


def test_a_day_that_cannot_be_read_whole_fails_and_plans_nothing(tmdb, tmdb_functions):
    tmdb.movies = [movie(number, "2010-02-28") for number in range(10_001)]
    with pytest.raises(SourceRejected, match=r"^SourceRejected: 2010-02-28 alone has 10001 results"):
        tmdb_functions.start(TABLE, ["2010"], DAY)
    assert tmdb_functions.listing() == []


ODD = [
    '{"id": 99999999999999999999, "title": "big id"}',
    '{"id": 1, "id": 2, "title": "twice"}',
    '{"id": 3, "popularity": 1.10, "vote_average": 1e400}',
    '{"id": 4, "title": "\\ud800 lone, \\u0000 nul"}',
    '{"id": 5, "title": "éà 映画 🎬 \u202eRTL"}',
    '{"id": 6, "popularity": NaN}',
    "{}",
    '"no record"',
    '{"id":"7","release_date":"0000-00-00"}',
]


def test_records_keep_their_own_characters(tmdb, tmdb_functions):
    tmdb.movies = [("2010-01-01", text) for text in ODD]
    tmdb_functions.start(TABLE, ["2010"], DAY)
    tmdb_functions.extract(QUEUE, tmdb_functions.messages(QUEUE))
    kept = []
    for line in tmdb_functions.lines(PREFIX):
        _, lineage, own = line.partition('"_partition":"2010"')
        kept.append("{" + own.removeprefix(",") if lineage else line)
    assert sorted(kept) == sorted(ODD)


POISON = {
    "no-json": "<xml/>",
    "no-object": "[1]",
    "no-table": "{}",
    "unknown-table": '{"table":"secrets","source":"tmdb"}',
    "other-queue": '{"table":"imdb_reviews","source":"tag_genome"}',
    "pages-backwards": {"pages": [3, 1]},
    "page-501": {"pages": [1, 501]},
    "pages-text": {"pages": ["1", "2"]},
    "no-window": {"window": None},
    "window-backwards": {"window": ["2010-12-31", "2010-01-01"]},
    "path-in-snapshot": {"snapshot": "../../x"},
    "path-in-partition": {"partition": "../x"},
    "not-planned": {"pages": [7, 9]},
    "ten-megabytes": "x" * 10_000_000,
}


@pytest.mark.parametrize("change", POISON.values(), ids=POISON.keys())
def test_a_message_that_is_not_ours_fails_alone_without_a_request(tmdb, tmdb_functions, change):
    _, records = started(tmdb_functions, tmdb)
    body = change if isinstance(change, str) else {**json.loads(records[0]["body"]), **change}
    asked = len(tmdb.requests)
    poison = tmdb_functions.record(QUEUE, body, "poison")
    assert tmdb_functions.extract(QUEUE, [poison]) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert len(tmdb.requests) == asked
    assert tmdb_functions.extract(QUEUE, [records[0], poison, *records[1:]]) == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
    assert tmdb_functions.json(PREFIX + "_manifest.json")["rows"] == 90


@pytest.mark.parametrize("event", [{}, None, [], {"Records": []}, {"Records": [{"body": "{}"}]}], ids=str)
def test_an_event_that_is_no_batch_is_refused(tmdb_functions, event):
    from lambda_handlers import extract_tmdb

    with pytest.raises(BadRequest, match=r"^BadRequest: "):
        extract_tmdb.lambda_handler(event, Context())


def test_a_count_that_settles_is_read_again_and_stable(tmdb, tmdb_functions):
    _, records = started(tmdb_functions, tmdb)
    tmdb.faults = deque([Fault(200, b'{"page":1,"results":[{"id":1}],"total_pages":5,"total_results":91}')])
    tmdb_functions.extract(QUEUE, records)
    manifest = tmdb_functions.json(PREFIX + "_manifest.json")
    assert (manifest["rows"], manifest["stable"]) == (90, True)


def test_a_count_that_keeps_changing_is_kept_and_marked(tmdb, tmdb_functions):
    _, records = started(tmdb_functions, tmdb)
    tmdb.before_answer = lambda state: state.movies.append(movie(1000 + len(state.movies), "2010-12-31"))
    tmdb_functions.extract(QUEUE, records)
    manifest = tmdb_functions.json(PREFIX + "_manifest.json")
    assert (manifest["total_results"], manifest["stable"]) == (90, False)


def test_a_count_other_than_the_plans_is_marked(tmdb, tmdb_functions):
    _, records = started(tmdb_functions, tmdb)
    tmdb.movies.append(movie(1000))
    tmdb_functions.extract(QUEUE, records)
    assert tmdb_functions.json(PREFIX + "_manifest.json")["stable"] is False


def test_a_put_that_s3_did_though_its_answer_was_lost_is_success(tmdb, tmdb_functions):
    bronze = bronze_module.Bronze(tmdb_functions.bucket)
    assert bronze.put_if_absent("a/b", b"first") is True
    assert bronze.put_if_absent("a/b", b"second") is False
    assert tmdb_functions.raw("a/b") == b"first"
