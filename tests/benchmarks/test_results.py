"""What a benchmark answers: goals judged, files written, the growth's exponent."""

import json

import pytest

from benchmarks import report, result
from benchmarks.suite import growth, transformations


@pytest.mark.parametrize(
    ("goal", "value", "kept"), [({"at_most": 3}, 3, True), ({"at_most": 3}, 3.1, False), ({"at_least": 3}, 2, False), ({}, 9, None)]
)
def test_a_goal_is_kept_or_missed(goal, value, kept):
    assert result.met(result.row("x", value, "s", **goal)) is kept


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (result.row("x", 9, "s", at_most=10, of=18, note="of before"), ("0.50 of before", "<= 10", "met", "")),
        (result.row("x", 0.34, "MB", of=100, note="of before"), ("0.0034 of before", "", "", "")),
        (result.row("x", 41.2, "MB/s", at_least=100, note="1.5 GB"), ("", ">= 100", "MISSED 2.4 times", "1.5 GB")),
        (result.row("x", 0.022, "", at_most=0.02), ("", "<= 0.02", "MISSED by 10%", "")),
        (result.row("x", 3, "", at_most=0), ("", "<= 0", "MISSED", "")),
        (result.row("x", 3, "s"), ("", "", "", "")),
    ],
)
def test_a_line_tells_its_ratio_and_by_how_much_it_misses(line, shown):
    assert result.judged(line) == shown


@pytest.mark.parametrize(("value", "text"), [(1_000_015.0, "1,000,015"), (0.01954, "0.0195"), (12.34, "12.3"), (0, "0"), (999.6, "1,000")])
def test_numbers_have_three_digits(value, text):
    assert result.number(value) == text


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
    assert "| time | 18 s | 2.00 x | ≤ 3 | **MISSED 6.0 times** |  |" in page
    assert "**Time** misses its goal: nobody has said why yet" in page
    assert "<svg" in (tmp_path / "images" / "performance" / "growth-1-seconds.svg").read_text()


@pytest.mark.parametrize("name", ["Polar", "DuckDB"])
def test_only_a_pipeline_that_no_ratio_needs_is_left_out(name, monkeypatch):
    monkeypatch.setenv("GGVD_BENCH_WITHOUT", f"Polars, {name}")
    with pytest.raises(ValueError, match=f"names {name}; it may name Polars, ours on Spark, naive Spark"):
        transformations.run(0.1)
