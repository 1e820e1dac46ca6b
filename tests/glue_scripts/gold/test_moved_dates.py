"""A movie whose release date moved to another year, of which only the new year was extracted anew: silver has it in both."""

import pytest
from lakehouse import rows
from transforms import gold

OLD = {"tmdb_id": 1, "title": "Ran", "release_year": 1985, "genres": ["War"], "popularity": 1.0, "snapshot": "2026-11-24"}
NEW = {**OLD, "release_year": 1986, "popularity": 2.0, "snapshot": "2026-11-25"}
both = pytest.mark.parametrize("films", [[OLD, NEW], [NEW, OLD]], ids=["old first", "new first"])


@both
def test_gold_has_it_as_the_newest_snapshot_says(films):
    movies = gold("gold/movies", silver_tmdb_movies=films, silver_imdb_metadata=[], silver_movielens_links=[])
    assert [(row["movie_key"], row["release_year"], row["popularity"]) for row in movies] == [("tmdb:1", 1986, 2.0)]
    ranked = gold("gold/most_popular_movies", gold_movies=movies, silver_tmdb_movies=films)
    assert [(row["movie_key"], row["rank"], row["popularity"]) for row in ranked] == [("tmdb:1", 1, 2.0)]
    genres = gold("gold/genre_popularity", silver_tmdb_movies=films)
    assert [(row["genre"], row["release_year"], row["movies"]) for row in genres] == [("War", 1986, 1)]


@both
def test_it_keeps_its_match_with_the_item_of_either_year(films):
    item = {"item_id": 7, "title": "Ran", "release_year": 1986}
    movies = gold("gold/movies", silver_tmdb_movies=films, silver_imdb_metadata=[item], silver_movielens_links=[])
    assert [(row["movie_key"], row["movielens_id"]) for row in movies] == [("tmdb:1", 7)]


def test_silver_keeps_both_years_and_says_nothing_of_doubled_keys(lake):
    table, record = "silver/tmdb_movies", {"id": 1.0, "title": "Ran"}
    lake.bronze("tmdb_movies", [{**record, "release_date": "1985-06-01"}], partition="1985")
    lake.run(table, partitions="1985")
    lake.bronze("tmdb_movies", [{**record, "release_date": "1986-06-01"}], partition="1986", snapshot="2026-11-25")
    report = lake.run(table, partitions="1986")
    assert sorted(row["release_year"] for row in rows(lake.uri(table))) == [1985, 1986]
    assert report["checks"]["duplicate_keys"] == 0
