"""The benchmark of the layout: what a query reads is counted, and a maintenance is seen to help."""

import duckdb
import pytest
from deltalake import write_deltalake

from benchmarks.suite import layout_rows, layout_updates, scan_counter
from glue_scripts import maintenance


@pytest.fixture
def table(tmp_path):
    for number in range(2):
        write_deltalake(str(tmp_path / "ratings"), layout_updates.ratings(100_000, number), mode="append")
    return str(tmp_path / "ratings")


def test_all_bytes_are_counted_of_what_cannot_be_skipped_and_few_of_what_is_sorted(table, monkeypatch):
    monkeypatch.setattr(maintenance, "SMALL_BYTES", 1)
    key = scan_counter.middling(table, "item_id")
    before = scan_counter.of_one(table, "item_id", key)
    assert before >= 0.9 * sum(entry["size_bytes"] for entry in scan_counter.files(table))
    maintenance._maintain(table, 720, "item_id", None)
    assert scan_counter.of_one(table, "item_id", key) < 0.2 * before


def test_a_middling_key_has_neither_the_most_rows_nor_the_fewest(table):
    key = scan_counter.middling(table, "item_id")
    counts = [row[0] for row in duckdb.sql(f"SELECT count(*) FROM '{table}/*.parquet' GROUP BY item_id ORDER BY 1").fetchall()]
    (found,) = duckdb.sql(f"SELECT count(*) FROM '{table}/*.parquet' WHERE item_id = {key}").fetchall()
    assert counts[0] <= found[0] < counts[-1]


def test_what_was_replaced_a_month_ago_is_gone_and_small_files_are_one(tmp_path, monkeypatch):
    monkeypatch.setattr(layout_updates, "UPDATES", 10)
    monkeypatch.setattr(layout_updates, "YEARS", 5)
    replaced = layout_updates.replaced(str(tmp_path / "replaced"), 50)
    assert (replaced["before"]["files_there"], replaced["after"]["files_there"], replaced["vacuumed"]) == (15, 5, 10)
    assert (replaced["before"]["commits_to_read"], replaced["after"]["commits_to_read"]) == (15, 0)
    appended = layout_updates.appended(str(tmp_path / "appended"), 50)
    assert (appended["before"]["files"], appended["after"]["files"]) == (10, 1)


def test_a_file_is_needless_where_one_less_would_hold_the_bytes():
    mib = layout_rows.MIB
    sizes = {"": [100 * mib, 5 * mib], "whole": [128 * mib, 1 * mib], "alone": [mib]}
    found = {"silver/quarantine": {when: {"partitions": sizes, "columns": []} for when in ("before", "after")}}
    lines = {line["what"]: line["value"] for line in layout_rows.files(found)}
    assert lines["files beyond those that 128 MiB each would need, after maintenance"] == 1
    assert lines["largest file, after maintenance"] == 128


def test_a_table_without_files_is_shown_too():
    empty = {"partitions": {}, "columns": [], "bytes": 0, "read": None}
    table = layout_rows.table({"gold/movies": {"before": empty, "after": empty}})
    assert table["rows"][0] == ["gold/movies", "before", "0", "0.0", "0.0", "0.0", "", ""]
    assert all(len(row) == len(table["headings"]) for row in table["rows"])
