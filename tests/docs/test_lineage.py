"""Column lineage is read off Spark's plan rightly, and the committed file is what the scripts say now."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from docs.generate import files, lineage
from ggvd_dagster import spec
from ggvd_dagster.errors import GgvdError

pytestmark = pytest.mark.spark
CASES = {
    "renamed and combined": ({"p": "a.x", "q": "a.y a.z", "one": ""}, ""),
    "filtered": ({"x": "a.x"}, "a.z"),
    "joined": ({"x": "a.x", "w": "b.w"}, "a.x b.x"),
    "joined with itself": ({"x": "a.x", "other": "a.z"}, "a.x a.y"),
    "full join": ({"x": "a.x b.x"}, "a.x b.x"),
    "union by position": ({"x": "a.x b.w", "y": "a.y b.x"}, ""),
    "union by name": ({"x": "a.x b.x", "y": "a.y b.w"}, ""),
    "one branch of a union is used elsewhere": ({"y": "a.y"}, "a.x b.w"),
    "exploded": ({"one": "a.list"}, "a.list"),
    "aggregated": ({"x": "a.x", "total": "a.y", "n": "a.x"}, "a.x"),
    "counted": ({"n": ""}, ""),
    "constant aggregate": ({"one": ""}, "a.x"),
    "ranked": ({"x": "a.x", "place": "a.y a.z"}, ""),
    "distinct": ({"x": "a.x"}, "a.x a.y"),
    "newest of a key": ({"x": "a.x"}, "a.y"),
    "field of a struct": ({"z": "a.y a.z"}, "a.x"),
    "pivoted": ({"x": "a.x", "1": "a.y a.z", "2": "a.y a.z"}, "a.x a.y"),
    "without others": ({"x": "a.x"}, "a.x b.w"),
    "both": ({"x": "a.x"}, "a.x b.w"),
}


@pytest.fixture(scope="module")
def planned():
    """What a process of its own says: classic Spark and the engine of other tests do not share one."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "AWS_"))}
    script = Path(__file__).with_name("plan_cases.py")
    done = subprocess.run([sys.executable, "-W", "ignore", script], env=environment, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def words(text):
    return [f"l/{word}" for word in text.split()]


@pytest.mark.parametrize(("case", "expected"), CASES.items(), ids=CASES.keys())
def test_lineage_of_a_plan(planned, case, expected):
    columns, rows = expected
    assert planned["cases"][case] == {"columns": {name: words(of) for name, of in columns.items()}, "rows": words(rows)}


def test_an_operator_that_it_cannot_follow_is_named(planned):
    assert planned["cases"]["rolled up"].startswith("lineage cannot follow Expand, which makes ")


def test_file_has_not_drifted(planned):
    assert (files.ROOT / lineage.PATH).read_text() == planned["text"], f"{lineage.PATH} has drifted: run `make docs`"


def test_a_column_that_is_not_there_is_named():
    entries = {"l/a": {"columns": {"x": {}}}, "l/b": {"columns": {"y": {"from": ["l/a.x", "l/a.gone"]}}, "rows": ["l/a.lost"]}}
    with pytest.raises(ValueError, match=r"l/b is made of l/a\.gone; l/b is made of l/a\.lost"):
        lineage.check(entries)


def test_a_table_without_a_script_is_said_with_what_to_write():
    with pytest.raises(GgvdError, match=r"gold/new has no script: write glue_scripts/gold/new\.py"):
        lineage._script("gold/new")


def test_a_bronze_table_that_nothing_reads_is_said():
    unread = spec.load().table("bronze/imdb_reviews").model_copy(update={"name": "bronze/new"})
    with pytest.raises(GgvdError, match="no silver table has bronze/new in its inputs"):
        lineage._record(unread)
