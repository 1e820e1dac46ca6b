from transforms import gold


def test_a_movie_counts_in_each_genre_once():
    films = [
        {"tmdb_id": 1, "release_year": 2000, "genres": ["War", "War", "Drama"], "popularity": 1.0, "vote_count": 4},
        {"tmdb_id": 2, "release_year": 2000, "genres": ["War"], "popularity": 2.0},
        {"tmdb_id": 3, "release_year": 2000, "genres": None},
    ]
    rows = gold("gold/genre_popularity", silver_tmdb_movies=films)
    assert [(r["genre"], r["movies"], r["popularity"], r["votes"]) for r in rows] == [("Drama", 1, 1.0, 4), ("War", 2, 1.5, 4)]


def test_empty():
    assert gold("gold/genre_popularity", silver_tmdb_movies=[]) == []
