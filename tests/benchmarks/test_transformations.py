"""The generator keeps its promises, and the pipelines agree on what they make of it: at a scale where that takes seconds.

Spark's two pipelines are compared by `make bench`: their JVMs take longer than all of this.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks import compare, on_s3, pipelines
from benchmarks.generate import bronze
from benchmarks.suite import layout

ROOT = Path(__file__).parents[2]
SCALE = 0.0005


@pytest.fixture(scope="module")
def lakes(tmp_path_factory):
    home = tmp_path_factory.mktemp("bench")
    facts = bronze.generate(home / "bronze", SCALE)
    commands = {"sail": ["benchmarks.ours", "sail"], "duckdb": ["benchmarks.duckdb_sql"], "polars": ["benchmarks.polars_delta"]}

    def start(name, command):
        arguments = [sys.executable, "-m", *command, home / "bronze", home / name]
        return subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    started = {name: start(name, command) for name, command in commands.items()}
    for name, process in started.items():
        output, _ = process.communicate(timeout=240)
        assert process.returncode == 0, f"{name}: {output.decode()[-3000:]}"
    return home, facts


@pytest.mark.parametrize("other", ["duckdb", "polars"])
def test_pipelines_agree_on_every_table(lakes, other):
    home, _ = lakes
    rows = compare.tables(home / "sail", home / other, [*compare.silver(), *compare.gold()])
    assert rows["gold/movies"] > 400
    assert rows["gold/ratings_over_time"] > 100


def test_the_jobs_over_local_s3_make_the_same_tables(lakes, tmp_path, monkeypatch):
    home, facts = lakes
    (tmp_path / f"{SCALE:g}").symlink_to(home)
    monkeypatch.setattr(pipelines, "HOME", tmp_path)
    took = on_s3.run(SCALE)
    compare.tables(home / "sail", pipelines.lake(SCALE, pipelines.S3), [*compare.silver(), *compare.gold(), "silver/quarantine"])
    compare.quarantined(pipelines.lake(SCALE, pipelines.S3), facts)
    assert took["parts"]["silver/imdb_reviews"] > 0


def test_silver_has_what_the_generator_says(lakes):
    home, facts = lakes
    for name in ("sail", "duckdb", "polars"):
        compare.counts(home / name, facts)
    compare.quarantined(home / "sail", facts)
    assert all(made["bad"] and made["duplicates"] for made in facts["tables"].values())


def spoiled(home, folder, change):
    """A lake whose third best rated movie has another value."""
    column, _, value = change.partition(" = ")
    source = home / "duckdb" / "gold" / "best_rated_movies.parquet"
    (folder / "gold").mkdir(parents=True)
    other = f"case when rank = 3 then {value} else {column} end as {column}"
    duckdb.execute(f"copy (select * replace ({other}) from '{source}') to '{folder}/gold/best_rated_movies.parquet'")
    return folder


@pytest.mark.parametrize(
    "change", ["average_rating = average_rating + 0.00001", "title = 'x'", "release_year = null", "weighted_rating = null"]
)
def test_one_other_value_is_a_difference(lakes, tmp_path, change):
    home, _ = lakes
    other = spoiled(home, tmp_path, change)
    for pair in ((home / "duckdb", other), (other, home / "duckdb")):
        with pytest.raises(compare.Difference, match="1 of"):
            compare.tables(*pair, ["gold/best_rated_movies"])


def test_two_nulls_are_no_difference(lakes, tmp_path):
    home, _ = lakes
    one, other = (spoiled(home, tmp_path / name, "weighted_rating = null") for name in ("one", "other"))
    assert compare.tables(one, other, ["gold/best_rated_movies"])["gold/best_rated_movies"] > 100


def test_the_same_seed_makes_the_same_bytes(lakes, tmp_path):
    home, facts = lakes
    again = bronze.generate(tmp_path, SCALE)
    assert again["tables"] == facts["tables"]
    manifest = next((home / "bronze" / "movielens_ratings").rglob("_manifest.json"))
    assert manifest.read_text() == (tmp_path / manifest.relative_to(home / "bronze")).read_text()
    shutil.rmtree(tmp_path)


def test_manifests_hold_what_is_there(lakes):
    home, _ = lakes
    path = next((home / "bronze" / "tmdb_movies").rglob("_manifest.json"))
    manifest = json.loads(path.read_text())
    for entry in manifest["objects"]:
        assert (home / "bronze" / entry["key"]).stat().st_size == entry["bytes"]


def test_the_layout_is_measured_on_copies_of_the_lake_that_is_there(lakes, tmp_path, monkeypatch):
    home, _ = lakes
    monkeypatch.setattr(pipelines, "HOME", tmp_path)
    lake = pipelines.lake(SCALE, pipelines.SAIL)
    lake.parent.mkdir()
    lake.symlink_to(home / "sail")
    files = {path: path.stat().st_mtime_ns for path in (home / "sail").rglob("*") if path.is_file()}
    found = layout.run(SCALE)
    rows = {line["what"]: line for line in found["rows"]}
    assert {row[0] for row in found["details"]["tables"][0]["rows"] if row[0]} == {*compare.silver(), *compare.gold(), "silver/quarantine"}
    assert rows["... files that it then rewrote"]["value"] == 0
    assert rows["tables with partitions that are no unit of backfill"]["value"] == 0
    assert json.loads(json.dumps(found)) == found
    assert {path: path.stat().st_mtime_ns for path in (home / "sail").rglob("*") if path.is_file()} == files
