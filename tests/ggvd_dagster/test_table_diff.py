"""Two versions of a real Delta table are told apart, row by row and column by column."""

import boto3
import pyarrow as pa
import pytest
from deltalake import write_deltalake

from ggvd_dagster import table_diff
from ggvd_dagster.commands import diff
from ggvd_dagster.errors import GgvdError


def rows(*values):
    return pa.table({"id": [v[0] for v in values], "title": [v[1] for v in values], "rating": [v[2] for v in values]})


@pytest.fixture
def table(tmp_path):
    uri = str(tmp_path / "movies")
    write_deltalake(uri, rows((1, "A", 1.0), (2, "B", None), (3, "C", 3.0)))
    write_deltalake(uri, rows((1, "A", 1.0), (2, "B", 2.5), (4, "D", 4.0)), mode="overwrite")
    return uri


def test_rows_and_columns_that_changed(table):
    found = table_diff.compare(table, ["id"], 0, 1)
    assert (found.added, found.removed, found.changed) == (1, 1, 1)
    assert found.columns == {"rating": 1}
    assert found.sample == [("2", "rating", None, 2.5)]


def test_equal_versions_differ_in_nothing(table):
    found = table_diff.compare(table, ["id"], 1, 1)
    assert (found.added, found.removed, found.changed, found.columns) == (0, 0, 0, {})


def test_columns_that_came_and_went(table):
    write_deltalake(
        table, rows((1, "A", 1.0)).drop(["title"]).append_column("year", pa.array([1999])), mode="overwrite", schema_mode="overwrite"
    )
    found = table_diff.compare(table, ["id"], 1, 2)
    assert (set(found.new_columns), set(found.lost_columns)) == ({"year"}, {"title"})


def test_a_version_that_is_not_there_is_said(table):
    with pytest.raises(GgvdError, match=r"version 9 of .* cannot be read"):
        table_diff.compare(table, ["id"], 0, 9)


def test_a_table_that_is_not_there_is_said(tmp_path):
    with pytest.raises(GgvdError, match=r"no Delta table|cannot be read"):
        table_diff.compare(str(tmp_path / "nothing"), ["id"], 0, 1)


def test_tables_in_the_lake_are_read_as_the_environment_says(aws_endpoint, monkeypatch):
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    boto3.client("s3").create_bucket(Bucket="diff-lake")
    for rating in (1.0, 2.0):
        write_deltalake("s3://diff-lake/movies", rows((1, "A", rating)), mode="overwrite")
    assert table_diff.compare("s3://diff-lake/movies", ["id"], 0, 1).columns == {"rating": 1}


def test_the_command_shows_what_changed(table, capsys):
    diff.show("gold/movies", table_diff.compare(table, ["id"], 0, 1), 0, 1)
    shown = capsys.readouterr().out
    assert "1 rows added, 1 removed, 1 changed" in shown
    assert "rating" in shown


@pytest.mark.parametrize(
    ("name", "message"), [("gold/books", "no table"), ("bronze/tmdb_movies", "never change")], ids=["unknown", "bronze"]
)
def test_tables_without_versions_are_refused(name, message):
    with pytest.raises(GgvdError, match=message):
        diff.run(name, 0, 1)


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [("abc", 5, 1), ("5", 5, 0), (5, 5.0, 0), ([1], 5, 1), ([1], "x", 1), (None, "x", 1)],
    ids=["text to number", "the same as text", "numbers", "list to number", "list to text", "nothing to text"],
)
def test_a_column_of_another_type_is_compared(tmp_path, before, after, changed):
    kind = pa.int64() if before is None else None
    write_deltalake(tmp_path, pa.table({"id": [1], "value": pa.array([before], kind)}))
    write_deltalake(tmp_path, pa.table({"id": [1], "value": [after]}), mode="overwrite", schema_mode="overwrite")
    found = table_diff.compare(str(tmp_path), ["id"], 0, 1)
    assert (found.added, found.removed, found.changed) == (0, 0, changed)
    assert set(found.retyped_columns) == {"value"}


@pytest.mark.parametrize("key", [{"id": ["abc"]}, {"number": [1]}], ids=["of another type", "of another name"])
def test_rows_that_no_key_matches_are_said(tmp_path, key):
    write_deltalake(tmp_path, pa.table({"id": [1]}))
    write_deltalake(tmp_path, pa.table(key), mode="overwrite", schema_mode="overwrite")
    with pytest.raises(GgvdError, match="cannot be matched by id"):
        table_diff.compare(str(tmp_path), ["id"], 0, 1)


@pytest.mark.parametrize("version", [2**31, 2**64, 10**30])
def test_a_version_beyond_all_is_said_at_once(table, version):
    with pytest.raises(GgvdError, match=f"version {version} of .* cannot be read: the newest is 1"):
        table_diff.compare(table, ["id"], 0, version)
