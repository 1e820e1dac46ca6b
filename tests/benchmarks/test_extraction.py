"""The benchmark of extraction: a million movies planned; and all of it on a real local AWS, at a size of seconds."""

import json
from datetime import date

import pytest

from benchmarks import result
from benchmarks.suite import archive_member, extraction, planning


def test_a_million_movies_are_planned_without_a_gap():
    made = planning.plan()
    assert made["movies"] == pytest.approx(1_000_000, rel=0.001)
    assert (made["truncated"], made["gaps"]) == (0, 0)
    assert made["requests"] < 0.02 * made["pages"]
    assert all(result.met(line) for line in planning.rows())


def test_a_plan_that_leaves_out_a_day_is_seen(monkeypatch):
    monkeypatch.setattr(planning.windows, "year", lambda year: planning.windows.Window(date(int(year), 1, 2), date(int(year), 12, 31)))
    assert planning.plan()["gaps"] > 0


def test_the_steady_rate_is_that_of_the_middle():
    start, middle, end = [(0.0, 0.0), (5.0, 0.0)], [(5.0 + n, 40.0 * n) for n in range(1, 10)], [(20.0, 400.0)]
    assert extraction.steady([*start, *middle, *end]) == pytest.approx(40)
    assert extraction.steady([(0.0, 0.0), (2.0, 10.0)]) == 5


def test_it_runs_and_counts_every_request(monkeypatch):
    monkeypatch.setattr(extraction, "YEARS", ["2014"])
    monkeypatch.setattr(extraction, "OTHERS_PAGES", 2)
    monkeypatch.setattr(extraction, "LATENCY_MS", 0)
    monkeypatch.setattr(extraction, "MEMBER_BYTES", 2_000_000)
    monkeypatch.setattr(archive_member, "ROWS", 20_000)
    found = extraction.run(0.2)
    lines = {line["what"]: line for line in found["rows"]}
    assert json.loads(json.dumps(found)) == found
    assert found["details"]["ours"]["answered"] > 2
    assert lines["answers 429"]["value"] <= 0.01
    assert lines["sequential client"]["value"] > 0
    assert lines["dlt's REST source"]["value"] > 0
    assert lines["archive member"]["value"] > 1
    assert lines["memory of its function, peak"]["value"] < 256
