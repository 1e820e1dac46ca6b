import gzip
import tracemalloc
from collections import deque

import pytest

from lambda_handlers import tmdb as tmdb_client
from lambda_handlers.errors import SourceRejected, SourceUnavailable
from tests.lambda_handlers.conftest import Context
from tests.lambda_handlers.servers import TOKEN, Fault, error
from tests.lambda_handlers.tmdb_starts import DAY, PREFIX, QUEUE, TABLE, started


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


def test_a_bomb_is_given_up_before_it_takes_memory(tmdb, tmdb_functions):
    """100 KB that unpack to 100 MB: a page is given up at 8 MB, and nothing is held beyond that."""
    _, records = started(tmdb_functions, tmdb)
    tmdb.faults = deque([Fault(200, gzip.compress(bytes(100_000_000)), {"Content_Encoding": "gzip"})] * 5)
    tracemalloc.start()
    try:
        with pytest.raises(SourceUnavailable, match="over 8388608 bytes"):
            tmdb_functions.extract(QUEUE, records[:1])
        assert tracemalloc.get_traced_memory()[1] < 25_000_000
    finally:
        tracemalloc.stop()


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


def test_a_refused_token_is_not_sent_again_for_a_while(tmdb, tmdb_functions, monkeypatch):
    _, records = started(tmdb_functions, tmdb)
    tmdb.faults = deque([error(401, 7)])
    assert len(tmdb_functions.extract(QUEUE, records)["batchItemFailures"]) == len(records) > 1
    assert len(tmdb.requests) == 2  # the plan's and the one that was refused
    monkeypatch.setattr(tmdb_client, "REFUSAL_SECONDS", 0.0)
    assert tmdb_functions.extract(QUEUE, records) == {"batchItemFailures": []}


def test_another_token_is_sent_at_once(tmdb, tmdb_functions):
    _, records = started(tmdb_functions, tmdb)
    tmdb_functions.secrets.put_secret_value(SecretId=tmdb_functions.secret_id, SecretString="revoked")
    assert tmdb_functions.extract(QUEUE, records)["batchItemFailures"]
    tmdb_functions.secrets.put_secret_value(SecretId=tmdb_functions.secret_id, SecretString=TOKEN)
    assert tmdb_functions.extract(QUEUE, records) == {"batchItemFailures": []}


def test_the_token_is_in_no_address_log_or_object(tmdb, tmdb_functions, caplog, monkeypatch):
    monkeypatch.setattr(tmdb_client, "REFUSAL_SECONDS", 0.0)
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
