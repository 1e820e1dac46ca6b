"""What a benchmark answers: goals judged, files written, the growth's exponent."""

import json

import pytest

from benchmarks import report, result
from benchmarks.suite import growth


@pytest.mark.parametrize(
    ("goal", "value", "kept"), [({"at_most": 3}, 3, True), ({"at_most": 3}, 3.1, False), ({"at_least": 3}, 2, False), ({}, 9, None)]
)
def test_a_goal_is_kept_or_missed(goal, value, kept):
    assert result.met(result.row("x", value, "s", **goal)) is kept


def test_a_linear_growth_has_the_exponent_one():
    assert growth.exponent({0.1: 2.0, 1.0: 20.0, 3.0: 60.0}) == pytest.approx(1)
    assert growth.exponent({1.0: 1.0, 2.0: 4.0}) == pytest.approx(2)


def test_results_become_a_page_with_plots(tmp_path, monkeypatch):
    monkeypatch.setattr(result, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(report, "DOCS", tmp_path)
    took = {"seconds": 2.0, "peak": 1e9}
    runs = {"0.1": {"DuckDB": took}, "1": {"DuckDB": {"seconds": 18.0, "peak": 3e9}}}
    facts = result.machine()
    result.save(result.result("growth", "growth", 1, [result.row("time", 18, "s", at_most=3, of=9)], runs=runs), facts)
    assert json.loads((tmp_path / "results" / "growth-1.json").read_text())["machine"] == facts
    report.main()
    page = (tmp_path / "performance.md").read_text()
    assert "| time | 18 s | 2.00  | ≤ 3 | **missed** |" in page
    assert "<svg" in (tmp_path / "images" / "performance" / "growth-1-seconds.svg").read_text()
