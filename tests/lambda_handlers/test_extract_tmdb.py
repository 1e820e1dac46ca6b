import json
from collections import deque

import pytest

from lambda_handlers import bronze as bronze_module
from lambda_handlers.errors import BadRequest, SourceRejected, SourceUnavailable
from tests.lambda_handlers.conftest import Context
from tests.lambda_handlers.servers import TOKEN, Fault, error, movie

QUEUE, TABLE, DAY = "extract-tmdb", "tmdb_movies", "2026-11-24"
PREFIX = f"tmdb_movies/release_year=2010/snapshot={DAY}/"


def started(functions, tmdb, movies=90, partition="2010"):
    tmdb.movies = [movie(number) for number in range(movies)]
    answer = functions.start(TABLE, [partition], DAY)
    return answer, functions.messages(QUEUE)


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


@pytest.mark.parametrize(
    "faults",
    [
        [error(429, 25, Retry_After="0")],
        [error(429, 25, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT")],
        [error(429, 25)],
        [error(500, 11), error(502, 43), error(503, 46), error(504, 24)],
        [Fault(200, b"<html>busy</html>", {"Content_Type": "text/html"})],
        [Fault(200, b"")],
        [Fault(200, b'{"page":1,"results":[{"id":1}')],
        [Fault(200, b'{"page":1,"total_pages":1,"total_results":0}')],
        [Fault(200, b'{"success":false,"status_code":40,"results":[]}')],
        [Fault(200, b'{"page":9,"results":[],"total_pages":1,"total_results":0}')],
        [Fault(200, b'{"page":1,"resul', declared=5000)],
    ],
    ids=[
        "429-seconds",
        "429-date",
        "429-bare",
        "5xx",
        "html",
        "empty",
        "truncated",
        "no-results",
        "success-false",
        "wrong-page",
        "short-body",
    ],
)
def test_what_may_pass_is_tried_again(tmdb, tmdb_functions, faults):
    _, records = started(tmdb_functions, tmdb)
    tmdb.faults = deque(faults)
    assert tmdb_functions.extract(QUEUE, records) == {"batchItemFailures": []}
    assert tmdb_functions.json(PREFIX + "_manifest.json")["rows"] == 90


@pytest.mark.parametrize(
    "fault",
    [
        Fault(200, b'{"page":1,"results":[' + b" " * 9_000_000 + b'],"total_pages":0,"total_results":0}'),
        Fault(200, b'{"page":1,"results":' + b"[" * 100_000),
        error(503, 9),
    ],
    ids=["over-the-bound", "deep", "offline"],
)
def test_an_outage_writes_nothing_but_its_reason_and_raises(tmdb, tmdb_functions, fault):
    _, records = started(tmdb_functions, tmdb)
    tmdb.faults = deque([fault] * 5)
    with pytest.raises(SourceUnavailable):
        tmdb_functions.extract(QUEUE, records[:1])
    name = "2010-01-01_2010-12-31_p0001-0002"
    assert [key for key in tmdb_functions.listing() if not key.endswith("_plan.json")] == [f"{PREFIX}_errors/{name}.json"]
    reason = tmdb_functions.json(f"{PREFIX}_errors/{name}.json")
    assert reason["class"] == "SourceUnavailable"
    assert "try 5 of 5" in reason["message"]


def test_a_long_retry_after_is_not_slept_through(tmdb, tmdb_functions):
    _, records = started(tmdb_functions, tmdb)
    tmdb.faults = deque([error(429, 25, Retry_After="3600")])
    with pytest.raises(SourceUnavailable) as raised:
        tmdb_functions.extract(QUEUE, records[:1], Context(120))
    assert raised.value.retry_after == 3600
    assert len(tmdb.requests) == 2  # the plan's and the one that was put off


def test_too_little_time_leaves_the_message_for_later(tmdb, tmdb_functions):
    _, records = started(tmdb_functions, tmdb)
    with pytest.raises(SourceUnavailable, match="the message is tried again"):
        tmdb_functions.extract(QUEUE, records[:1], Context(4))
    assert len(tmdb.requests) == 1
    assert not [key for key in tmdb_functions.listing() if key.endswith(".gz")]


@pytest.mark.parametrize(
    ("status", "code"), [(401, 7), (401, 3), (401, 10), (403, 14)], ids=["invalid-key", "denied", "suspended", "authentication-failed"]
)
def test_a_refused_token_is_tried_once_and_named(tmdb, tmdb_functions, caplog, status, code):
    _, records = started(tmdb_functions, tmdb)
    tmdb.faults = deque([error(status, code)])
    failed = tmdb_functions.extract(QUEUE, records[:1])
    assert failed == {"batchItemFailures": [{"itemIdentifier": records[0]["messageId"]}]}
    assert len(tmdb.requests) == 2
    assert f"put a valid one into secret {tmdb_functions.secret_id}" in caplog.text
    tmdb.faults = deque([error(status, code)])
    with pytest.raises(SourceRejected, match=f"secret {tmdb_functions.secret_id}"):
        tmdb_functions.start(TABLE, ["2011"], DAY)
    assert not [key for key in tmdb_functions.listing() if "release_year=2011" in key]


def test_the_token_is_in_no_address_log_or_object(tmdb, tmdb_functions, caplog):
    caplog.set_level("DEBUG")
    _, records = started(tmdb_functions, tmdb)
    tmdb.faults = deque([error(401, 7, f"bad Bearer {TOKEN}")])
    tmdb_functions.extract(QUEUE, records)
    assert len(tmdb.requests) > 3
    assert not [path for path, _ in tmdb.requests if TOKEN in path or "api_key" in path]
    ours = "".join(record.getMessage() for record in caplog.records if record.name.startswith(("lambda_handlers", "urllib3", "requests")))
    assert ours
    assert TOKEN not in ours
    assert not [key for key in tmdb_functions.listing() if TOKEN.encode() in tmdb_functions.raw(key)]


@pytest.mark.parametrize("secret", ["", "two words", "new\nline", None], ids=["empty", "words", "newline", "missing"])
def test_a_secret_that_is_no_token_is_refused_before_any_request(tmdb, tmdb_functions, monkeypatch, secret):
    if secret is None:
        monkeypatch.setenv("TMDB_SECRET_ID", "ggvd/none")
    else:
        tmdb_functions.secrets.put_secret_value(SecretId=tmdb_functions.secret_id, SecretString=secret or " ")
    with pytest.raises(SourceRejected, match="secret ggvd/"):
        tmdb_functions.start(TABLE, ["2010"], DAY)
    assert tmdb.requests == []


def test_a_redirect_is_refused(tmdb, tmdb_functions):
    tmdb.faults = deque([Fault(302, b"", {"Location": "http://127.0.0.1:9/elsewhere"})])
    with pytest.raises(SourceRejected, match="was redirected to"):
        tmdb_functions.start(TABLE, ["2010"], DAY)
    assert len(tmdb.requests) == 1


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
