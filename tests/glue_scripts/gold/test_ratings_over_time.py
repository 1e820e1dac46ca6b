from datetime import UTC, date, datetime

from transforms import gold


def test_month_and_decade_with_unknown_movies():
    when = datetime(2000, 7, 31, 23, 59, tzinfo=UTC)
    events = [{"user_id": u, "movie_id": m, "rating": r, "rated_at": when} for u, m, r in ((1, 1, 4.0), (2, 1, 5.0), (1, 9, 1.0))]
    movies = [{"movie_key": "ml:1", "movielens_id": 1, "release_year": 1999}]
    rows = gold("gold/ratings_over_time", gold_movies=movies, silver_movielens_rating_events=events)
    month = date(2000, 7, 1)
    assert {(r["rating_month"], r["release_decade"], r["ratings"], r["average_rating"]) for r in rows} == {
        (month, 1990, 2, 4.5),
        (month, None, 1, 1.0),
    }


def test_empty():
    assert gold("gold/ratings_over_time", gold_movies=[], silver_movielens_rating_events=[]) == []
