import socket
import threading
from collections import deque
from datetime import UTC, datetime

import pytest

from lambda_handlers import rate, tmdb, web
from lambda_handlers.deadline import Deadline
from lambda_handlers.errors import SourceUnavailable
from lambda_handlers.windows import year
from tests.lambda_handlers.servers import Fault, Tmdb, serving

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Tue, 24 Nov 2026 12:01:00 GMT", 60.0),
        ("Tue, 24 Nov 2026 11:00:00 GMT", 0.0),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("Tue, 24 Nov 2026 12:01:00", 60.0),
        ("Tue, 24 Nov 2026 12:01:00 +9999999999999999", None),
    ],
    ids=["seconds", "zero", "date", "past-date", "absent", "empty", "word", "negative", "fraction", "no-zone", "zone-of-years"],
)
def test_retry_after(value, seconds):
    assert web.retry_after(value, NOW) == seconds


def test_backoff_is_jittered_bounded_and_never_shorter_than_asked():
    assert all(0 <= web.backoff(attempt) <= web.LONGEST_BACKOFF_SECONDS for attempt in range(1, 12))
    assert len({web.backoff(3) for _ in range(20)}) > 1
    assert all(60 <= web.backoff(1, 60.0) <= 60 + web.BACKOFF_SECONDS for _ in range(20))


class Clock:
    def __init__(self):
        self.moment = 0.0

    def now(self):
        return self.moment

    def sleep(self, seconds):
        self.moment += seconds


@pytest.mark.parametrize("pause", [0.0, 0.01, 0.05, 0.3], ids=["none", "short", "page", "slow"])
def test_the_bucket_keeps_the_rate_whatever_the_requests_take(pause):
    clock = Clock()
    bucket = rate.TokenBucket(9.0, now=clock.now, sleep=clock.sleep)
    times = []
    for number in range(200):
        bucket.take()
        times.append(clock.now())
        clock.moment += pause if number % 7 else 1.0
    busiest = max(sum(start <= moment < start + 1 for moment in times) for start in times)
    assert busiest <= 10
    assert times[-1] >= 199 / 9


def test_a_burst_makes_up_for_a_pause_and_no_more():
    clock = Clock()
    bucket = rate.TokenBucket(8.0, burst=3.0, now=clock.now, sleep=clock.sleep)
    for pause in (0.25, 0.25, 9.0, 0.0):
        clock.moment += pause
        began = clock.now()
        for _ in range(50):
            bucket.take()
        assert clock.now() - began >= 47 / 8
    assert clock.now() <= 200 / 8 + 9.0


def test_a_burst_is_not_faster_than_the_source_allows():
    clock = Clock()
    bucket = rate.TokenBucket(1.0, 60.0, 30.0, now=clock.now, sleep=clock.sleep)
    for _ in range(60):
        bucket.take()
    assert clock.now() == pytest.approx(59 / 30)
    bucket.take()
    assert clock.now() == pytest.approx(60 / 30, abs=1.0)


@pytest.mark.parametrize("functions", [5, 8])
def test_functions_that_catch_up_together_stay_within_the_limit(functions):
    clock = Clock()
    pace = rate.Pace(38.4 / functions, now=clock.now, sleep=clock.sleep)
    pace.take()
    clock.moment += 1.0
    times = []
    for _ in range(200):
        pace.take()
        times.append(clock.now())
    assert max(sum(start <= moment < start + 1 for moment in times) for start in times) * functions <= 40


def test_a_pace_makes_up_for_pauses_without_a_flood():
    clock = Clock()
    pace = rate.Pace(6.0, now=clock.now, sleep=clock.sleep)
    times = []
    for number in range(600):
        pace.take()
        times.append(clock.now())
        clock.moment += 0.08 if (number + 1) % 50 else 0.4  # a message's end
    busiest = max(sum(start <= moment < start + 1 for moment in times) for start in times)
    assert busiest <= 7
    assert times[-1] == pytest.approx(600 / 6, rel=0.01)


def test_a_refused_pace_comes_back_no_faster():
    clock = Clock()
    pace = rate.Pace(6.0, now=clock.now, sleep=clock.sleep)
    pace.take()
    clock.moment += 5
    pace.forget()
    began = clock.now()
    for _ in range(13):
        pace.take()
    assert clock.now() - began == pytest.approx(12 / 6)


def test_the_bucket_gives_the_whole_rate():
    clock = Clock()
    bucket = rate.TokenBucket(9.0, now=clock.now, sleep=clock.sleep)
    for _ in range(91):
        bucket.take()
    assert clock.now() == pytest.approx(10.0)


def client(url, **how):
    return tmdb.TmdbClient(url, "t", "s", rate.TokenBucket(1000), Deadline(None), sleep=lambda seconds: None, **how)


def test_a_server_that_rests_between_bytes_is_given_up(monkeypatch):
    monkeypatch.setattr(tmdb, "BODY_SECONDS", 0.2)
    monkeypatch.setattr(tmdb, "ATTEMPTS", 1)
    slow = Tmdb(faults=deque([Fault(200, b"x" * 100, pause=0.05)]))
    with serving(slow, "/3") as server, pytest.raises(SourceUnavailable, match="did not end in 0 s"):
        client(server.url).discover(year("2010"), 1)


@pytest.mark.parametrize("listening", [True, False], ids=["hangs-up", "refuses"])
def test_a_broken_connection_is_an_outage(listening):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        if listening:
            server.listen()
            threading.Thread(target=lambda: [server.accept()[0].close() for _ in range(tmdb.ATTEMPTS)], daemon=True).start()
        with pytest.raises(SourceUnavailable, match=r"failed: ConnectionError.*\(try 5 of 5\)"):
            client(f"http://127.0.0.1:{server.getsockname()[1]}/3").discover(year("2010"), 1)


def test_a_name_that_does_not_resolve_is_an_outage():
    with pytest.raises(SourceUnavailable, match="failed: ConnectionError"):
        client("http://nowhere.invalid/3").discover(year("2010"), 1)


def test_connections_are_kept_between_pages():
    with serving(Tmdb(), "/3") as server:
        for number in range(1, 6):
            server.faults.append(Fault(200, f'{{"page":{number},"results":[],"total_pages":0,"total_results":0}}'.encode()))
            client(server.url).discover(year("2010"), number)
        assert len(server.peers) == 1


def test_a_connection_whose_body_was_not_read_is_not_used_again(monkeypatch):
    monkeypatch.setattr(tmdb, "BODY_BYTES", 100)
    with serving(Tmdb(), "/3") as server:
        server.faults += [Fault(200, b"x" * 200_000), Fault(200, b'{"page":1,"results":[],"total_pages":0,"total_results":0}')]
        assert client(server.url).discover(year("2010"), 1).records == ()
        assert len(server.peers) == 2
