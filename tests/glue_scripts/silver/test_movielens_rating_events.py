from transforms import silver


def test_last_rating_of_the_year_counts():
    one = {"userId": "1", "movieId": "2", "rating": "4.0", "timestamp": "964982703"}
    rows, reasons = silver(
        "silver/movielens_rating_events", one, {**one, "timestamp": "964982704", "rating": "2.5"}, {**one, "timestamp": "soon"},
        {**one, "rating": None}, {**one, "movieId": "x"},
    )  # fmt: skip
    assert [(r["user_id"], r["movie_id"], r["rating"], r["rating_year"]) for r in rows] == [(1, 2, 2.5, 2000)]
    assert reasons == ["movieId is no positive integer", "rating is not between 0.5 and 5", "timestamp is no epoch second"]


def test_empty():
    assert silver("silver/movielens_rating_events") == ([], [])
