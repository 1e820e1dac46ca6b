"""Maintenance: the same rows in fewer and sorted files; readers, undo and what is made of the table are not disturbed."""

import json
import os
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from lakehouse import rows

from glue_scripts import delta_log, maintenance

RATINGS, MOVIES, MONTH = "silver/movielens_ratings", "silver/tmdb_movies", 720
OLD_MS = 40 * 86_400_000


def rating(number):
    return {"item_id": number * 7 % 50 + 1, "user_id": number + 1, "rating": 3.5}


def movie(number, year):
    return {"id": number, "title": f"Movie {number}", "release_date": f"{year}-05-06", "genre_ids": [28], "popularity": 1.5}


def scattered(lake, table, files):
    """The table as an engine would have written it in many small files; its report tells of that version."""
    uri = lake.uri(table)
    whole = DeltaTable(uri).to_pyarrow_table()
    size = len(whole) // files
    write_deltalake(uri, whole.slice(0, size), mode="overwrite")
    for start in range(size, len(whole), size):
        write_deltalake(uri, whole.slice(start, size), mode="append")
    path = Path(lake.root / "reports" / f"{table}.json")
    path.write_text(json.dumps(lake.report(table) | {"delta_version": DeltaTable(uri).version()}))


def maintain(lake, table, **extra):
    return lake.run(table, maintain=str(MONTH), **extra)


@pytest.fixture
def ratings(lake):
    lake.bronze("movielens_ratings", [rating(n) for n in range(200)])
    lake.run(RATINGS)
    scattered(lake, RATINGS, 10)
    return lake


def test_small_files_become_one_and_a_second_time_nothing_is_done(ratings):
    before = rows(ratings.uri(RATINGS))
    report = maintain(ratings, RATINGS, run_token="me")
    done = report["maintained"]
    assert (report["status"], report["run_token"], done["before"]["files"], done["after"]["files"]) == ("maintained", "me", 10, 1)
    assert (report["files"], report["delta_version"]) == (1, done["after"]["version"])
    assert rows(ratings.uri(RATINGS)) == before
    assert done["checkpoint"]
    again = maintain(ratings, RATINGS)["maintained"]
    assert again["before"] == again["after"] == done["after"]
    assert (again["rewritten"], again["vacuumed"], again["checkpoint"]) == (0, 0, False)


def test_large_partitions_are_sorted_so_that_a_query_of_one_key_skips_the_rest(ratings, monkeypatch):
    monkeypatch.setattr(maintenance, "SMALL_BYTES", 1)
    monkeypatch.setattr(maintenance, "GROUPS", 5)
    monkeypatch.setattr(maintenance, "FEWEST_ROWS", 1)
    before = rows(ratings.uri(RATINGS))
    version = maintain(ratings, RATINGS, cluster_by="item_id")["delta_version"]
    assert rows(ratings.uri(RATINGS)) == before
    (path,) = DeltaTable(ratings.uri(RATINGS)).file_uris()
    items = pq.read_table(path)["item_id"].to_pylist()
    assert items == sorted(items)
    assert pq.ParquetFile(path).metadata.num_row_groups == 5
    assert maintain(ratings, RATINGS, cluster_by="item_id")["delta_version"] == version


@pytest.mark.parametrize(
    ("rows_of_files", "expected"),
    [([1_000_000], 1_000_000 // 128), ([3_000_000, 1_000_000], 2_000_000 // 128), ([9], 4096), ([None], 4096), ([50_000_000], 131_072)],
)
def test_a_partition_of_middling_size_has_a_hundred_row_groups_whatever_its_rows_weigh(rows_of_files, expected):
    files = {
        f"{year}.parquet": {"partitionValues": {"year": str(year)}, **({"stats": json.dumps({"numRecords": count})} if count else {})}
        for year, count in enumerate(rows_of_files)
    }
    assert maintenance._rows_per_group(delta_log.State({}, files), "year") == expected


def test_only_partitions_with_new_files_are_sorted_again(lake, monkeypatch):
    monkeypatch.setattr(maintenance, "SMALL_BYTES", 1)
    for year in ("2009", "2010"):
        lake.bronze("tmdb_movies", [movie(n, year) for n in (3, 1, 2)], partition=year)
    lake.run(MOVIES)
    assert maintain(lake, MOVIES, cluster_by="tmdb_id")["maintained"]["rewritten"] == 2
    lake.bronze("tmdb_movies", [movie(n, "2010") for n in (9, 4)], partition="2010", snapshot="2026-11-25")
    lake.run(MOVIES, partitions="2010")
    assert maintain(lake, MOVIES, cluster_by="tmdb_id")["maintained"]["rewritten"] == 1


def test_what_is_made_of_the_table_is_not_made_anew(ratings):
    ratings.bronze("imdb_metadata", [{"item_id": 1, "title": "Film (1999)", "directedBy": "Ann Bo", "starring": None, "imdbId": "1"}])
    ratings.run("silver/imdb_metadata")
    gold = "gold/popular_people_by_decade"
    assert ratings.run(gold)["status"] == "written"
    assert maintain(ratings, RATINGS)["maintained"]["rewritten"] == 10
    assert ratings.run(gold)["status"] == "unchanged"
    assert ratings.run(RATINGS)["status"] == "unchanged"
    assert "maintained" not in ratings.report(RATINGS)


def test_versions_within_the_retention_stay_readable_and_can_be_undone_to(ratings):
    old = DeltaTable(ratings.uri(RATINGS)).version()
    ratings.bronze("movielens_ratings", [rating(n) for n in range(3)], snapshot="2026-11-25")
    ratings.run(RATINGS)
    assert maintain(ratings, RATINGS)["maintained"]["vacuumed"] == 0
    assert len(DeltaTable(ratings.uri(RATINGS), version=old).to_pyarrow_table()) == 200
    assert ratings.run(RATINGS, restore_version=str(old))["status"] == "restored"
    assert len(rows(ratings.uri(RATINGS))) == 200


def test_older_files_and_what_a_dead_run_left_behind_are_deleted(ratings):
    uri = Path(ratings.uri(RATINGS))
    ratings.bronze("movielens_ratings", [rating(n) for n in range(3)], snapshot="2026-11-25")
    ratings.run(RATINGS)
    for commit in (uri / "_delta_log").glob("*.json"):
        actions = [json.loads(line) for line in commit.read_text().splitlines()]
        for action in actions:
            if "remove" in action:
                action["remove"]["deletionTimestamp"] -= OLD_MS
        commit.write_text("".join(json.dumps(action) + "\n" for action in actions))
    lost = uri / "part-of-a-dead-run.parquet"
    lost.write_bytes(b"x")
    for path in uri.glob("*.parquet"):
        os.utime(path, (time.time() - OLD_MS / 1000,) * 2)
    done = maintain(ratings, RATINGS)["maintained"]
    assert not lost.exists()
    assert done["vacuumed"] == 12
    assert len(rows(str(uri))) == 3
    with pytest.raises(SystemExit):
        ratings.run(RATINGS, restore_version="3")


def test_the_next_write_goes_on_from_the_checkpoint(ratings):
    maintain(ratings, RATINGS)
    ratings.bronze("movielens_ratings", [rating(n) for n in range(5)], snapshot="2026-11-26")
    assert ratings.run(RATINGS)["checks"]["rows"] == 5


@pytest.mark.parametrize("hours", ["167", "0", "-1", "soon"])
def test_a_short_retention_is_refused(ratings, capsys, hours):
    with pytest.raises(SystemExit) as end:
        ratings.run(RATINGS, maintain=hours)
    assert end.value.code == 2
    assert "at least 168" in capsys.readouterr().err


def test_a_table_that_its_report_does_not_tell_of_is_left_alone(ratings, capsys):
    write_deltalake(ratings.uri(RATINGS), DeltaTable(ratings.uri(RATINGS)).to_pyarrow_table().slice(0, 1), mode="append")
    with pytest.raises(SystemExit):
        maintain(ratings, RATINGS)
    assert "materialize it, then maintain it" in capsys.readouterr().err
