"""Jobs on Sail: reruns, partitions, damaged input, quarantine, repair, the report, S3."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from deltalake import DeltaTable
from lakehouse import rows

RATINGS = [
    {"user_id": 1, "item_id": 2, "rating": 4.0},
    {"user_id": 1, "item_id": 2, "rating": 5.0},
    {"user_id": 2, "item_id": 2, "rating": 1},
]


def movie(number, year, **fields):
    return {"id": number, "title": f"Movie {number}", "release_date": f"{year}-05-06", "genre_ids": [28], "popularity": 1.5, **fields}


def test_report_tells_what_was_written(lake):
    lake.bronze("movielens_ratings", RATINGS)
    report = lake.run("silver/movielens_ratings", run_token="someone")
    assert (report["status"], report["delta_version"], report["run_token"]) == ("written", 1, "someone")
    partition = report["partitions"][""]
    assert {name: partition[name] for name in ("rows_read", "rows_written", "duplicates", "quarantined", "snapshot")} == {
        "rows_read": 3, "rows_written": 2, "duplicates": 1, "quarantined": {}, "snapshot": "2026-11-24",
    }  # fmt: skip
    assert report["checks"] == {"rows": 2, "duplicate_keys": 0, "nulls": {"user_id": 0, "item_id": 0, "rating": 0}, "orphans": {}}
    assert report["preview"][0] == {"user_id": 1, "item_id": 2, "rating": 5.0, "copies": 2}
    assert report["schema"][0] == {"name": "user_id", "type": "bigint", "description": "MovieLens user."}
    assert report["files"] == 1
    assert report["bytes"] > 0


def test_rerun_writes_no_version_and_force_does(lake):
    lake.bronze("movielens_ratings", RATINGS)
    lake.run("silver/movielens_ratings")
    before = rows(lake.uri("silver/movielens_ratings"))
    assert lake.run("silver/movielens_ratings")["status"] == "unchanged"
    assert DeltaTable(lake.uri("silver/movielens_ratings")).version() == 1
    assert lake.run("silver/movielens_ratings", force="true")["delta_version"] == 2
    assert rows(lake.uri("silver/movielens_ratings")) == before


@pytest.mark.parametrize("damage", ["no report", "no table", "report behind table"])
def test_rerun_repairs_what_a_crash_left(lake, damage):
    lake.bronze("movielens_ratings", RATINGS)
    lake.run("silver/movielens_ratings")
    before, path = rows(lake.uri("silver/movielens_ratings")), lake.root / "reports/silver/movielens_ratings.json"
    if damage == "no report":
        path.unlink()
    elif damage == "no table":
        shutil.rmtree(lake.uri("silver/movielens_ratings"))
    else:
        kept = path.read_text()
        lake.run("silver/movielens_ratings", force="true")
        path.write_text(kept)
    assert lake.run("silver/movielens_ratings")["status"] == "written"
    assert rows(lake.uri("silver/movielens_ratings")) == before


def test_a_partition_is_replaced_and_the_others_stay(lake):
    lake.bronze("tmdb_movies", [movie(1, 2009)], partition="2009")
    lake.bronze("tmdb_movies", [movie(2, 2010)], partition="2010")
    lake.run("silver/tmdb_movies")
    lake.bronze("tmdb_movies", [movie(3, 2010)], partition="2010", snapshot="2026-11-25")
    report = lake.run("silver/tmdb_movies", partitions="2010")
    assert [row["tmdb_id"] for row in rows(lake.uri("silver/tmdb_movies"))] == [1, 3]
    assert report["delta_version"] == 2
    assert {year: entry["delta_version"] for year, entry in report["partitions"].items()} == {"2009": 1, "2010": 2}
    files = [Path(uri) for uri in DeltaTable(lake.uri("silver/tmdb_movies")).file_uris()]
    assert (report["files"], report["bytes"]) == (2, sum(path.stat().st_size for path in files))


def test_table_stays_at_the_protocol_that_athena_reads(lake):
    lake.bronze("movielens_ratings", RATINGS)
    lake.run("silver/movielens_ratings")
    protocol = DeltaTable(lake.uri("silver/movielens_ratings")).protocol()
    assert (protocol.min_reader_version, protocol.min_writer_version) == (1, 2)


@pytest.mark.parametrize("content", ["truncated", "not gzip", "empty", "gone", "other size", "other bytes"])
def test_a_damaged_object_fails_the_job_and_leaves_the_table(lake, content, capsys):
    lake.bronze("movielens_ratings", RATINGS)
    lake.run("silver/movielens_ratings")
    before = rows(lake.uri("silver/movielens_ratings"))
    many = [{"user_id": n, "item_id": n * 7919 % 10007 + 1, "rating": 3.5} for n in range(1, 4000)]
    path = lake.bronze("movielens_ratings", many, snapshot="2026-11-25")
    whole = path.read_bytes()
    damaged = {"truncated": whole[: len(whole) // 2], "not gzip": gzip.decompress(whole), "empty": b""}
    if content in damaged:
        lake.bronze("movielens_ratings", many, snapshot="2026-11-25", content=damaged[content])
    elif content == "gone":
        path.unlink()
    elif content == "other size":
        path.write_bytes(whole[:-1])
    else:
        path.write_bytes(gzip.compress(gzip.decompress(whole).replace(b"3.5", b"4.5"), mtime=0))
        assert path.stat().st_size == len(whole)
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        lake.run("silver/movielens_ratings")
    assert stop.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("silver/movielens_ratings: ")
    assert rows(lake.uri("silver/movielens_ratings")) == before
    # what is wrong by its manifest is refused before anything is written; an "empty" object is good gzip of no row
    assert content == "empty" or DeltaTable(lake.uri("silver/movielens_ratings")).version() == 1


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("not json", "malformed JSON"),
        ('{"id": 3,', "malformed JSON"),
        ('["a", "b"]', "malformed JSON"),
        (movie("abc", 2009), "id has another type"),
        (movie(1.5, 2009), "id is no positive integer"),
        (movie(2**70, 2009), "id is no positive integer"),
        (movie(None, 2009), "id is missing"),
        (movie(5, 2009, title=" "), "title is missing"),
        (movie(5, 2010), "release_date is outside the partition"),
        (movie(5, 2009, release_date=""), "release_date is no date"),
        (movie(5, 2009, release_date="0000-00-00"), "release_date is no date"),
        (movie(5, 2009, release_date="2009-02-31"), "release_date is no date"),
        (movie(5, 2009, vote_count="many"), "vote_count has another type"),
        (movie(5, 2009, vote_count="1.5"), "vote_count has another type"),
    ],
    ids=str,
)
def test_an_unusable_row_is_quarantined_with_its_object_and_reason(lake, bad, reason):
    path = lake.bronze("tmdb_movies", [movie(1, 2009), bad], partition="2009")
    report = lake.run("silver/tmdb_movies")
    assert report["partitions"]["2009"]["quarantined"] == {reason: 1}
    assert [row["tmdb_id"] for row in rows(lake.uri("silver/tmdb_movies"))] == [1]
    (kept,) = rows(lake.quarantine("silver/tmdb_movies"))
    assert (kept["reason"], kept["object"], kept["partition"]) == (reason, path.name, "2009")
    lake.run("silver/quarantine")
    assert [row["quarantine_id"] for row in rows(lake.uri("silver/quarantine"))] == [kept["quarantine_id"]]


def test_quarantine_is_emptied_by_a_good_snapshot(lake):
    lake.bronze("tmdb_movies", ["not json", movie(1, 2009)], partition="2009")
    lake.run("silver/tmdb_movies")
    lake.bronze("tmdb_movies", [movie(1, 2009)], partition="2009", snapshot="2026-11-25")
    lake.run("silver/tmdb_movies")
    assert rows(lake.quarantine("silver/tmdb_movies")) == []


def test_partition_without_snapshot_fails_and_the_others_are_written(lake):
    lake.bronze("tmdb_movies", [movie(1, 2009)], partition="2009")
    with pytest.raises(SystemExit) as stop:
        lake.run("silver/tmdb_movies", partitions="2008,2009")
    assert stop.value.code == 1
    assert list(lake.report("silver/tmdb_movies")["failed"]) == ["2008"]
    assert len(rows(lake.uri("silver/tmdb_movies"))) == 1


@pytest.mark.parametrize("extra", [{"inputs": "{"}, {"partitions": "199x"}, {"force": "yes"}], ids=str)
def test_bad_arguments_are_one_line_and_exit_code_2(lake, capsys, extra):
    with pytest.raises(SystemExit) as stop:
        lake.run("silver/tmdb_movies", **extra)
    assert stop.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_input_that_is_no_table_yet_is_named(lake, capsys):
    with pytest.raises(SystemExit) as stop:
        lake.run("gold/genre_popularity")
    assert stop.value.code == 1
    assert "tmdb_movies is no table yet" in capsys.readouterr().err


def test_job_reads_and_writes_s3(lake, aws_endpoint):
    import boto3

    s3 = boto3.client("s3", endpoint_url=aws_endpoint, region_name="us-east-1")
    for bucket in ("job-bronze", "job-silver", "job-assets"):
        s3.create_bucket(Bucket=bucket)
    lake.bronze("movielens_ratings", RATINGS)
    for path in filter(lambda p: p.is_file(), (lake.root / "bronze").rglob("*")):
        s3.put_object(Bucket="job-bronze", Key=path.relative_to(lake.root / "bronze").as_posix(), Body=path.read_bytes())
    places = {"output": "s3://job-silver/movielens_ratings", "report": "s3://job-assets/report.json"}
    lake.run("silver/movielens_ratings", inputs='{"bronze/movielens_ratings": "s3://job-bronze/movielens_ratings"}', **places)
    report = json.loads(s3.get_object(Bucket="job-assets", Key="report.json")["Body"].read())
    assert report["checks"]["rows"] == 2
