import re
from pathlib import Path

import pytest
import yaml

from benchmarks import sizing, sizing_page, sizing_work
from ggvd_dagster import job_arguments, names

ROOT = Path(__file__).parents[2]
SPEC = yaml.safe_load((ROOT / "ggvd_dagster" / "platform.yaml").read_text())


def test_the_page_is_what_the_spec_and_the_prices_give():
    assert sizing_page.PAGE.read_text() == sizing_page.page(), "run `python -m benchmarks.sizing_page`"


def test_a_hundred_times_the_ratings_cost_less_than_a_hundred_times_as_much():
    small, large = (sizing.glue(size) for size in sizing.SIZES)
    assert small["dollars"] < large["dollars"] < 100 * small["dollars"]
    assert large["longest"] < sizing.spec.load().glue.timeout_minutes


def test_members_of_scale_one_fit_into_one_invocation():
    assert sizing.archives(sizing.SIZES[0])["longest"] < sizing.spec.load().functions["extract-archive"].timeout_seconds


def settings():
    """Name and value of each row of the page's last table."""
    return re.findall(r"^\| `([\w.-]+)` \| (\d+) \|", sizing_page.page(), re.MULTILINE)


def test_every_setting_that_follows_is_in_the_spec():
    assert len(settings()) == 6
    for name, value in settings():
        section, _, key = name.rpartition(".")
        assert (SPEC["functions"].get(section) or SPEC[section])[key] == int(value), name


def test_jobs_scale_by_themselves():
    arguments = job_arguments.defaults(names.Names("dev", names.LOCAL_ACCOUNT), "silver/movielens_ratings")
    assert arguments["--enable-auto-scaling"] == "true"
    assert re.search(r'"--enable-auto-scaling"\s*= "true"', (ROOT / "terraform" / "modules" / "platform" / "jobs.tf").read_text())


def test_what_was_measured_takes_the_place_of_the_prototype(monkeypatch):
    names_of = sizing_work.core_seconds(1)
    spark = {"processor": 200.0, "parts": {"start": 0.0, **dict.fromkeys(names_of, 10.0)}}
    results = {
        "transformations": {"details": {"pipelines": {"ours on Spark": spark}}, "measured_at": "2026-11-25T10:00:00Z"},
        "extraction": {"rows": [{"what": "archive member", "value": 120.0}]},
        "layout": {"details": {"maintenance": {"silver/movielens_ratings": 7.0}, "bytes": 2e9}},
    }
    monkeypatch.setattr(sizing_work, "found", lambda name: results[name])
    assert sum(sizing_work.core_seconds(1).values()) == pytest.approx(200)
    assert sizing_work.core_seconds(100)["silver/movielens_ratings"] == pytest.approx(100 * 200 / len(names_of))
    assert sizing_work.core_seconds(100)["silver/tmdb_movies"] == pytest.approx(200 / len(names_of))
    assert (sizing_work.member_speed(), sizing_work.lake_gb()) == (60, 2)
    assert sizing_work.maintenance_seconds(100)["silver/movielens_ratings"] == 700
    assert "measured on 2026-11-25" in sizing_page.page()
