"""A source that changes its records: new and missing fields are reported, values of another type are in quarantine."""

import gzip
import json

import pytest
from lakehouse import line, rows

from glue_scripts import sources


def movie(number, **fields):
    known = {
        "id": number, "title": f"Movie {number}", "original_title": "M", "original_language": "en", "overview": "Plot.",
        "release_date": "2009-05-06", "genre_ids": [28], "popularity": 1.5, "vote_average": 5.5, "vote_count": 7, "adult": False,
        "video": False, "poster_path": None, "backdrop_path": None,
    }  # fmt: skip
    return known | fields


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}


def reported(report, partition):
    return [report["partitions"][partition][kind] for kind in ("unknown_fields", "absent_fields")]


def test_a_new_field_is_reported_by_partition_and_kept_in_bronze_only(lake):
    lake.bronze("tmdb_movies", [movie(1)], partition="2009")
    path = lake.bronze("tmdb_movies", [movie(2, release_date="2010-01-01", budget=10, crew={"size": 3})], partition="2010")
    report = lake.run("silver/tmdb_movies")
    assert reported(report, "2009") == [[], []]
    assert reported(report, "2010") == [["budget", "crew"], []]
    assert [row["tmdb_id"] for row in rows(lake.uri("silver/tmdb_movies"))] == [1, 2]
    assert "budget" not in rows(lake.uri("silver/tmdb_movies"))[0]
    assert json.loads(gzip.decompress(path.read_bytes()))["crew"] == {"size": 3}
    assert reported(lake.run("silver/tmdb_movies"), "2010") == [["budget", "crew"], []], "an unchanged run says it again"


def test_a_field_that_no_record_has_is_reported(lake):
    lake.bronze("tmdb_movies", [without(movie(1), "popularity"), without(movie(2), "popularity", "video")], partition="2009")
    assert reported(lake.run("silver/tmdb_movies"), "2009") == [[], ["popularity"]]


def test_fields_of_a_source_whose_partitions_are_derived(lake):
    events = [{"userId": "1", "movieId": "2", "rating": "4.5", "timestamp": str(at), "weight": "1"} for at in (940000000, 980000000)]
    lake.bronze("movielens_rating_events", events)
    report = lake.run("silver/movielens_rating_events")
    assert {year: reported(report, year) for year in ("1999", "2001")} == {"1999": [["weight"], []], "2001": [["weight"], []]}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"popularity": {"value": 1.5}}, "popularity has another type"),
        ({"genre_ids": "28"}, "genre_ids has another type"),
        ({"genre_ids": [{"id": 28}]}, "genre_ids has another type"),
        ({"vote_count": "many"}, "vote_count has another type"),
        ({"adult": "yes"}, "adult has another type"),
        ({"release_date": 20090506}, "release_date is no date"),
        ({"title": {"en": "Movie"}}, "title has another type"),
        ({"overview": ["Plot."]}, "overview has another type"),
        ({"overview": [1, 2]}, "overview has another type"),
        ({"poster_path": {}}, "poster_path has another type"),
    ],
    ids=str,
)
def test_a_value_of_another_type_is_quarantined_and_the_others_are_written(lake, changed, reason):
    lake.bronze("tmdb_movies", [movie(1, title="[REC]", overview="[10/10] {so} good"), movie(2, **changed)], partition="2009")
    report = lake.run("silver/tmdb_movies")
    assert report["partitions"]["2009"]["quarantined"] == {reason: 1}
    assert [(row["tmdb_id"], row["title"]) for row in rows(lake.uri("silver/tmdb_movies"))] == [(1, "[REC]")]
    (kept,) = rows(lake.quarantine("silver/tmdb_movies"))
    (name,) = changed
    assert name in kept["record"]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param(gzip.compress(b'{"a": 1}\n{"b": 1}\n[1]\nnot json\n{"c": 1}'), {"a", "b", "c"}, id="what is no record has no fields"),
        pytest.param(gzip.compress(b'{"a": 1}\n' * 19 + b'{"b": 1}\n{"late": 1}\n'), {"a", "b"}, id="a sample"),
        pytest.param(gzip.compress(b'{"a": 1}\n{"b": 1')[:-8], {"a"}, id="cut off"),
        pytest.param(b"no gzip", set(), id="no gzip"),
        pytest.param(b"", set(), id="empty"),
    ],
)
def test_fields_of_the_beginning_of_an_object(content, found):
    assert sources.fields(content) == found


def test_a_large_object_is_sampled_at_its_beginning(lake):
    import random

    noise = random.Random(7)
    records = [line({"txt": noise.randbytes(3000).hex(), "item_id": n, **({"late": 1} if n > 30 else {"early": 1})}) for n in range(60)]
    lake.bronze("imdb_reviews", records)
    assert reported(lake.run("silver/imdb_reviews"), "") == [["early"], []]
