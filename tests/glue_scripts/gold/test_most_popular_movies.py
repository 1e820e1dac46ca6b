from transforms import gold


def test_ties_by_votes_and_null_popularity():
    movies = [{"movie_key": f"tmdb:{n}", "title": "x", "tmdb_id": n} for n in (1, 2, 3)]
    facts = [{"tmdb_id": 1, "popularity": 2.0}, {"tmdb_id": 2, "popularity": 2.0, "vote_count": 9}, {"tmdb_id": 3}]
    rows = gold("gold/most_popular_movies", gold_movies=movies, silver_tmdb_movies=facts)
    assert [(row["movie_key"], row["rank"]) for row in rows] == [("tmdb:1", 2), ("tmdb:2", 1)]


def test_empty():
    assert gold("gold/most_popular_movies", gold_movies=[], silver_tmdb_movies=[]) == []
