"""Undo on Sail: a table or a partition as an earlier version had it, with its report and quarantine; what cannot be undone says why."""

from pathlib import Path

import pytest
from deltalake import DeltaTable
from lakehouse import rows

TABLE, RATINGS = "silver/tmdb_movies", "silver/movielens_ratings"


def movie(number, year, **fields):
    return {"id": number, "title": f"Movie {number}", "release_date": f"{year}-05-06", "genre_ids": [28], "popularity": 1.5, **fields}


def ids(lake, table=TABLE, column="tmdb_id"):
    return sorted(row[column] for row in rows(lake.uri(table)))


@pytest.fixture
def changed(lake):
    """2009 and 2010 at version 1, with a bad row of 2010; both changed by another snapshot at versions 2 and 3."""
    lake.bronze("tmdb_movies", [movie(1, 2009)], partition="2009")
    lake.bronze("tmdb_movies", [movie(2, 2010), movie(2, 2010), movie(9, 2010, title="")], partition="2010")
    lake.run(TABLE)
    lake.bronze("tmdb_movies", [movie(3, 2010)], partition="2010", snapshot="2026-11-25")
    lake.run(TABLE, partitions="2010")
    lake.bronze("tmdb_movies", [movie(4, 2009), movie(5, 2009)], partition="2009", snapshot="2026-11-25")
    lake.run(TABLE, partitions="2009")
    return lake


def test_a_partition_comes_back_and_the_others_stay(changed):
    then = rows(changed.uri(TABLE))
    report = changed.run(TABLE, restore_version="1", partitions="2010", run_token="me")
    assert ids(changed) == [2, 4, 5]
    assert [row for row in rows(changed.uri(TABLE)) if row["release_year"] == 2009] == [r for r in then if r["release_year"] == 2009]
    assert (report["status"], report["delta_version"], report["run_token"]) == ("restored", 4, "me")
    assert report["restored"] == {"from_version": 3, "to_version": 1, "partitions": ["2010"], "rows": 1}
    entry = report["partitions"]["2010"]
    assert (entry["rows_read"], entry["rows_written"], entry["duplicates"], entry["quarantined"]) == (3, 1, 1, {"title is missing": 1})
    assert (entry["snapshot"], entry["delta_version"]) == ("2026-11-24", 4)
    assert report["partitions"]["2009"]["delta_version"] == 3
    assert [row["reason"] for row in rows(changed.quarantine(TABLE))] == ["title is missing"]
    commit = DeltaTable(changed.uri(TABLE)).history(1)[0]
    assert len(commit["userMetadata"]) == 32


def test_the_whole_table_comes_back_and_an_undo_can_be_undone(changed):
    after = rows(changed.uri(TABLE))
    report = changed.run(TABLE, restore_version="1")
    assert ids(changed) == [1, 2]
    assert report["restored"] == {"from_version": 3, "to_version": 1, "partitions": ["2009", "2010"], "rows": 2}
    assert {year: entry["rows_written"] for year, entry in report["partitions"].items()} == {"2009": 1, "2010": 1}
    changed.run(TABLE, restore_version="3")
    assert rows(changed.uri(TABLE)) == after
    assert rows(changed.quarantine(TABLE)) == []


def test_the_next_run_makes_only_what_was_undone_anew_and_says_so(changed, capsys):
    after = rows(changed.uri(TABLE))
    changed.run(TABLE, restore_version="1", partitions="2010")
    capsys.readouterr()
    report = changed.run(TABLE)
    assert report["status"] == "written"
    assert "silver/tmdb_movies 2010: restored from version 1; this run makes it anew from its inputs" in capsys.readouterr().out
    assert {year: entry["delta_version"] for year, entry in report["partitions"].items()} == {"2009": 3, "2010": 5}
    assert rows(changed.uri(TABLE)) == after
    assert "restored" not in report
    assert changed.run(TABLE)["status"] == "unchanged"


def test_a_run_of_another_partition_leaves_what_was_undone(changed):
    changed.run(TABLE, restore_version="1", partitions="2010")
    assert changed.run(TABLE, partitions="2009")["status"] == "unchanged"
    assert ids(changed) == [2, 4, 5]


def test_a_partition_that_came_later_goes_with_the_whole_table(changed):
    changed.bronze("tmdb_movies", [movie(6, 2011)], partition="2011")
    changed.run(TABLE, partitions="2011")
    report = changed.run(TABLE, restore_version="3")
    assert ids(changed) == [3, 4, 5]
    assert report["partitions"]["2011"]["rows_written"] == 0
    assert sorted(report["restored"]["partitions"]) == ["2009", "2010", "2011"]


def test_a_retry_of_the_same_undo_writes_nothing_more(changed):
    first = changed.run(TABLE, restore_version="1", run_token="me")
    assert changed.run(TABLE, restore_version="1", run_token="me") == first
    assert DeltaTable(changed.uri(TABLE)).version() == first["delta_version"]


def test_a_table_without_partitions_and_a_version_without_a_report(lake):
    lake.bronze("movielens_ratings", [{"user_id": 1, "item_id": 2, "rating": 4.0}, {"user_id": 1, "item_id": 2, "rating": 4.0}])
    lake.run(RATINGS)
    lake.bronze("movielens_ratings", [{"user_id": 7, "item_id": 2, "rating": 4.0}], snapshot="2026-11-25")
    lake.run(RATINGS)
    (lake.root / f"reports/{RATINGS}/{1:020d}.json").unlink()
    report = lake.run(RATINGS, restore_version="1")
    assert ids(lake, RATINGS, "user_id") == [1]
    entry = report["partitions"][""]
    assert (entry["rows_read"], entry["rows_written"], entry["duplicates"], entry["snapshot"]) == (2, 1, 1, None)


def _refused(lake, capsys, **arguments):
    version = DeltaTable(lake.uri(TABLE)).version()
    capsys.readouterr()
    with pytest.raises(SystemExit):
        lake.run(TABLE, **arguments)
    assert DeltaTable(lake.uri(TABLE)).version() == version
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_what_cannot_be_undone_says_why(changed, capsys):
    assert "has no version 99; its newest is 3" in _refused(changed, capsys, restore_version="99")
    assert "version 1 has no partition 2020" in _refused(changed, capsys, restore_version="1", partitions="2020")
    assert "version 0 has no rows" in _refused(changed, capsys, restore_version="0")
    assert "nothing changed since version 2" in _refused(changed, capsys, restore_version="2", partitions="2010")
    assert "--restore_version wants a Delta version, not 'x'" in _refused(changed, capsys, restore_version="x")
    for path in Path(changed.uri(TABLE)).glob("release_year=2010/*.parquet"):
        if path.name not in {Path(uri).name for uri in DeltaTable(changed.uri(TABLE)).file_uris()}:
            path.unlink()
    assert "1 of 1 data files of version 1 are gone (vacuumed)" in _refused(changed, capsys, restore_version="1", partitions="2010")
    (Path(changed.uri(TABLE)) / f"_delta_log/{0:020d}.json").unlink()
    assert "version 1 is no longer in the log" in _refused(changed, capsys, restore_version="1")


def test_columns_of_another_code_are_not_lost_in_silence(changed, capsys):
    from deltalake import write_deltalake

    table = DeltaTable(changed.uri(TABLE)).to_pyarrow_table()
    strange = table.append_column("old_column", table["title"])
    write_deltalake(changed.uri(TABLE), strange, mode="overwrite", schema_mode="overwrite", partition_by=["release_year"])
    write_deltalake(changed.uri(TABLE), table.slice(0, 1), mode="overwrite", schema_mode="overwrite", partition_by=["release_year"])
    assert "version 4 has other columns than the code (old_column)" in _refused(changed, capsys, restore_version="4")


def test_an_old_version_comes_back_after_checkpoints(changed):
    """After ten commits the engine writes a checkpoint, and a hint at it that made Sail miss what was before."""
    for day in range(10, 20):
        changed.bronze("tmdb_movies", [movie(day, 2010)], partition="2010", snapshot=f"2026-12-{day}")
        changed.run(TABLE, partitions="2010")
    assert "_last_checkpoint" in {path.name for path in (Path(changed.uri(TABLE)) / "_delta_log").iterdir()}
    assert changed.run(TABLE, restore_version="2", partitions="2010")["restored"]["rows"] == 1
    assert ids(changed) == [3, 4, 5]


def test_a_whole_run_after_an_undo_of_one_year_writes_all_years(lake):
    def event(user, when):
        return {"userId": str(user), "movieId": "1", "rating": "4.0", "timestamp": str(when)}

    table = "silver/movielens_rating_events"
    lake.bronze("movielens_rating_events", [event(1, 946684799), event(1, 946684800)])
    lake.run(table)
    lake.bronze("movielens_rating_events", [event(9, 946684799), event(1, 946684800)], snapshot="2026-11-25")
    lake.run(table)
    lake.run(table, partitions="1999", restore_version="1")
    assert ids(lake, table, "user_id") == [1, 1]
    report = lake.run(table)
    assert ids(lake, table, "user_id") == [1, 9]
    assert {name: entry["rows_written"] for name, entry in report["partitions"].items() if name} == {"1999": 1, "2000": 1}


def test_an_undo_whose_quarantine_is_gone_leaves_the_table(lake, capsys):
    lake.bronze("tmdb_movies", [movie(1, 2009), movie(8, 2009, title="")], partition="2009")
    lake.bronze("tmdb_movies", [movie(2, 2010)], partition="2010")
    lake.run(TABLE)
    vacuumed = DeltaTable(lake.quarantine(TABLE)).file_uris()
    lake.bronze("tmdb_movies", [movie(3, 2009)], partition="2009", snapshot="2026-11-25")
    lake.run(TABLE, partitions="2009")
    for path in vacuumed:
        Path(path).unlink()
    assert "its quarantine: 1 of 1 data files of version 1 are gone" in _refused(lake, capsys, partitions="2009", restore_version="1")
    assert ids(lake) == [2, 3]
    assert lake.run(TABLE)["status"] == "unchanged"
