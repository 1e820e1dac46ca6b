"""Nothing is lost: a table that does not have what its source has is refused and undone. Errors are one line."""

import runpy
from pathlib import Path

import pytest
from lakehouse import rows

from glue_scripts import lake as objects
from glue_scripts import quarantine, silver_input, sources
from glue_scripts.silver import movielens_ratings

RATINGS = [{"user_id": n, "item_id": 2, "rating": 4.0} for n in range(1, 6)]


def made(source):
    return movielens_ratings.transform(source)


def run(lake, monkeypatch, transform, **extra):
    """The ratings' job with another transform."""
    script = str(movielens_ratings.__file__)
    monkeypatch.setattr("sys.argv", [script, *lake.arguments("silver/movielens_ratings", **extra)])
    source = silver_input.Source(movielens_ratings.SOURCE, movielens_ratings.reject)
    runpy.run_path(script)["job"].run(transform, movielens_ratings.SCHEMA, source)


@pytest.mark.parametrize(
    "transform",
    [
        lambda movielens_ratings: made(movielens_ratings.where("user_id != 3")),
        lambda movielens_ratings: made(movielens_ratings.unionByName(movielens_ratings.where("user_id = 3"))),
        lambda movielens_ratings: made(movielens_ratings).unionByName(made(movielens_ratings).where("user_id = 3")),
        lambda movielens_ratings: made(movielens_ratings.where("false")),
    ],
    ids=["loses a row", "reads a row twice", "repeats a row", "loses all"],
)
def test_a_transform_that_loses_or_repeats_rows_is_refused_and_undone(lake, monkeypatch, capsys, transform):
    lake.bronze("movielens_ratings", RATINGS[:2])
    lake.run("silver/movielens_ratings")
    before = rows(lake.uri("silver/movielens_ratings"))
    lake.bronze("movielens_ratings", RATINGS, snapshot="2026-11-25")
    capsys.readouterr()
    with pytest.raises(SystemExit) as stop:
        run(lake, monkeypatch, transform)
    assert stop.value.code == 1
    assert "5 usable rows" in capsys.readouterr().err
    assert rows(lake.uri("silver/movielens_ratings")) == before


def test_a_first_table_that_is_refused_has_no_rows(lake, monkeypatch):
    lake.bronze("movielens_ratings", RATINGS)
    with pytest.raises(SystemExit):
        run(lake, monkeypatch, lambda movielens_ratings: made(movielens_ratings.where("user_id != 3")))
    assert rows(lake.uri("silver/movielens_ratings")) == []
    assert lake.run("silver/movielens_ratings")["checks"]["rows"] == 5


def test_an_error_of_the_engine_is_one_line_and_its_traceback_is_in_the_log(lake, monkeypatch, capsys):
    lake.bronze("movielens_ratings", RATINGS)
    with pytest.raises(SystemExit) as stop:
        run(lake, monkeypatch, lambda movielens_ratings: movielens_ratings.select("no_such_column"))
    said = capsys.readouterr()
    (line,) = said.err.splitlines()
    assert stop.value.code == 1
    assert line.startswith("silver/movielens_ratings: ")
    assert "no_such_column" in line
    assert "Traceback" in said.out
    assert "line by line" not in said.out


def watch_parsing(monkeypatch):
    """A list that gets the snapshots of each parsing."""
    parsed, parse = [], silver_input.rows
    monkeypatch.setattr(silver_input, "rows", lambda spark, found, *a, **k: parsed.append(found) or parse(spark, found, *a, **k))
    return parsed


def test_a_source_is_parsed_once_and_again_only_for_what_cannot_be_used(lake, monkeypatch):
    parsed = watch_parsing(monkeypatch)
    lake.bronze("movielens_ratings", [*RATINGS, RATINGS[0]])
    entry = lake.run("silver/movielens_ratings")["partitions"][""]
    assert (entry["rows_read"], entry["rows_written"], entry["duplicates"]) == (6, 5, 1)
    assert len(parsed) == 1
    lake.bronze("movielens_ratings", [*RATINGS, {**RATINGS[0], "rating": 9}], snapshot="2026-11-25")
    entry = lake.run("silver/movielens_ratings")["partitions"][""]
    assert (entry["rows_read"], entry["rows_written"], entry["duplicates"]) == (6, 5, 0)
    assert entry["quarantined"] == {"rating is not between 0.5 and 5": 1}
    assert len(parsed) == 3


def test_only_partitions_with_rows_that_cannot_be_used_are_parsed_again(lake, monkeypatch):
    parsed = watch_parsing(monkeypatch)
    for year, title in (("2008", "Up"), ("2009", " ")):
        lake.bronze("tmdb_movies", [{"id": 1, "title": title, "release_date": f"{year}-05-01"}], partition=year)
    report = lake.run("silver/tmdb_movies", partitions="2008,2009")
    assert [[snapshot.partition for snapshot in found] for found in parsed] == [["2008", "2009"], ["2009"]]
    assert {year: entry["quarantined"] for year, entry in report["partitions"].items()} == {"2008": {}, "2009": {"title is missing": 1}}


def test_a_manifest_that_counts_other_rows_is_named(lake, capsys):
    path = lake.bronze("movielens_ratings", RATINGS)
    manifest = path.with_name("_manifest.json")
    manifest.write_text(manifest.read_text().replace('"rows": 5', '"rows": 6'))
    with pytest.raises(SystemExit):
        lake.run("silver/movielens_ratings")
    assert "the manifests count 6 rows, 5 were read" in capsys.readouterr().err
    assert rows(lake.uri("silver/movielens_ratings")) == []


def test_copies_stand_for_the_rows_that_were_read(lake):
    lake.bronze("imdb_reviews", [{"item_id": 1, "txt": "Fresh"}, {"item_id": 1, "txt": "Fresh"}, {"item_id": 2, "txt": None}])
    entry = lake.run("silver/imdb_reviews")["partitions"][""]
    assert (entry["rows_read"], entry["rows_written"], entry["quarantined"]) == (3, 1, {"txt is missing": 1})
    assert [row["copies"] for row in rows(lake.uri("silver/imdb_reviews"))] == [2]


def test_numbers_in_quotes_are_used_line_by_line_and_nothing_is_quarantined(lake, capsys):
    lake.bronze("movielens_ratings", [*RATINGS, {"user_id": "77", "item_id": 2, "rating": "3.5"}, {"user_id": {}, "item_id": 2}])
    report = lake.run("silver/movielens_ratings")
    assert "line by line" in capsys.readouterr().out
    assert report["partitions"][""]["quarantined"] == {"user_id has another type": 1}
    assert (77, 3.5) in {(row["user_id"], row["rating"]) for row in rows(lake.uri("silver/movielens_ratings"))}


def test_a_line_that_the_reader_refuses_and_nothing_explains_fails(lake, monkeypatch, capsys):
    lake.bronze("movielens_ratings", [*RATINGS, "not json"])
    slowly = quarantine.read_slowly
    monkeypatch.setattr(quarantine, "read_slowly", lambda *a: slowly(*a).where("_reason is null"))
    monkeypatch.setattr("glue_scripts.reconcile.verify", lambda *a, **k: None)
    with pytest.raises(SystemExit) as stop:
        lake.run("silver/movielens_ratings")
    assert stop.value.code == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert rows(lake.uri("silver/movielens_ratings")) == []


def event(user, when, **fields):
    return {"userId": str(user), "movieId": "1", "rating": "4.0", "timestamp": str(when), **fields}


def test_rating_events_by_partition(lake):
    lake.bronze("movielens_rating_events", [event(1, 946684799), event(1, 946684800), event(2, 946684801), event(3, "soon")])
    report = lake.run("silver/movielens_rating_events")
    counts = {name: (entry["rows_read"], entry["rows_written"], entry["quarantined"]) for name, entry in report["partitions"].items()}
    assert counts == {"": (1, 0, {"timestamp is no epoch second": 1}), "1999": (1, 1, {}), "2000": (2, 2, {})}
    lake.bronze("movielens_rating_events", [event(9, 946684799), event(1, 946684800)], snapshot="2026-11-25")
    report = lake.run("silver/movielens_rating_events", partitions="1999")
    assert [(row["user_id"], row["rating_year"]) for row in rows(lake.uri("silver/movielens_rating_events"))] == [
        (1, 2000),
        (2, 2000),
        (9, 1999),
    ]
    assert report["partitions"]["1999"]["snapshot"] == "2026-11-25"
    assert report["partitions"]["2000"]["snapshot"] == "2026-11-24"


YEAR_RUN = "silver/movielens_rating_events"


def test_a_run_of_one_year_parses_the_source_once(lake, monkeypatch):
    lake.bronze("movielens_rating_events", [event(1, 946684799), event(1, 946684799), event(2, "soon"), event(3, 946684800)])
    lake.run(YEAR_RUN)
    reads, read = [], sources.read
    monkeypatch.setattr(sources, "read", lambda *a: reads.append(a) or read(*a))
    entry = lake.run(YEAR_RUN, partitions="1999", force="true")["partitions"]["1999"]
    assert len(reads) == 1
    assert (entry["rows_read"], entry["rows_written"], entry["duplicates"]) == (2, 1, 1)
    assert {row["reason"] for row in rows(lake.quarantine(YEAR_RUN))} == {"timestamp is no epoch second"}


@pytest.mark.parametrize("bad", [(), ("not json",)])
def test_rows_that_are_staged_leave_nothing(lake, bad):
    lake.bronze("movielens_rating_events", [event(1, 946684799), *bad])
    staged = Path(lake.uri(YEAR_RUN)) / "_staged"
    staged.mkdir(parents=True)
    (staged / "of-a-crash.parquet").write_bytes(b"cut off")
    entry = lake.run(YEAR_RUN, partitions="1999")["partitions"]["1999"]
    assert (entry["rows_read"], entry["rows_written"]) == (1, 1)
    assert [path for path in staged.rglob("*") if path.is_file()] == []


def test_a_run_of_a_year_that_the_source_does_not_have(lake):
    lake.bronze("movielens_rating_events", [event(1, 946684799)])
    entry = lake.run(YEAR_RUN, partitions="2005")["partitions"]["2005"]
    assert (entry["rows_read"], entry["rows_written"]) == (0, 0)


def test_a_year_that_the_source_has_no_more_is_gone_after_a_whole_run(lake):
    lake.bronze("movielens_rating_events", [event(1, 946684799), event(1, 946684800)])
    lake.run("silver/movielens_rating_events")
    lake.bronze("movielens_rating_events", [event(1, 946684800)], snapshot="2026-11-25")
    report = lake.run("silver/movielens_rating_events")
    assert [row["rating_year"] for row in rows(lake.uri("silver/movielens_rating_events"))] == [2000]
    assert report["partitions"]["1999"]["rows_written"] == 0


def test_a_ragged_csv_row_is_quarantined(lake):
    lake.bronze("movielens_links", [{"movieId": "1", "imdbId": "0000001", "tmdbId": "5"}, '["2", "0000002"]', '["3", "4", "5", "6"]'])
    entry = lake.run("silver/movielens_links")["partitions"][""]
    assert (entry["rows_read"], entry["rows_written"], entry["quarantined"]) == (3, 1, {"malformed JSON": 2})
    assert {row["record"] for row in rows(lake.quarantine("silver/movielens_links"))} == {'["2", "0000002"]', '["3", "4", "5", "6"]'}


def test_children_without_a_parent_are_counted(lake):
    lake.bronze("movielens_tags", [{"id": 1, "tag": "noir"}])
    lake.run("silver/movielens_tags")
    lake.bronze("movielens_tag_count", [{"item_id": n, "tag_id": n, "num": 1} for n in (1, 2, 3)])
    report = lake.run("silver/movielens_tag_count")
    assert report["checks"]["orphans"] == {"tag_id": 2}


def test_orphans_are_counted_again_when_the_parent_is_another(lake):
    lake.bronze("movielens_tags", [{"id": 1, "tag": "noir"}])
    lake.run("silver/movielens_tags")
    lake.bronze("movielens_tag_count", [{"item_id": n, "tag_id": n, "num": 1} for n in (1, 2)])
    assert lake.run("silver/movielens_tag_count")["checks"]["orphans"] == {"tag_id": 1}
    assert lake.run("silver/movielens_tag_count")["status"] == "unchanged"
    lake.bronze("movielens_tags", [{"id": 1, "tag": "noir"}, {"id": 2, "tag": "fun"}], snapshot="2026-11-25")
    lake.run("silver/movielens_tags")
    assert lake.run("silver/movielens_tag_count")["checks"]["orphans"] == {"tag_id": 0}


def test_a_parent_that_is_no_table_yet_is_named_before_anything_is_written(lake, capsys):
    lake.bronze("movielens_tag_count", [{"item_id": 1, "tag_id": 1, "num": 1}])
    with pytest.raises(SystemExit):
        lake.run("silver/movielens_tag_count")
    assert "movielens_tags, the parent of its tag_id, is no table yet; materialize it first" in capsys.readouterr().err
    assert not Path(lake.uri("silver/movielens_tag_count")).exists()


def test_sha256_is_of_the_object_as_stored(lake):
    path = lake.bronze("movielens_ratings", RATINGS)
    manifest = objects.read_bytes(str(path.with_name("_manifest.json"))).decode()
    digest, head = objects.sha256(str(path))
    assert digest in manifest
    assert head == path.read_bytes()
