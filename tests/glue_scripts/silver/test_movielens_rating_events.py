from transforms import silver


def test_last_rating_of_the_year_counts():
    one = {"userId": "1", "movieId": "2", "rating": "4.0", "timestamp": "964982703"}
    rows, reasons = silver(
        "silver/movielens_rating_events", one, {**one, "timestamp": "964982704", "rating": "2.5"}, {**one, "timestamp": "soon"},
        {**one, "rating": None}, {**one, "movieId": "x"},
    )  # fmt: skip
    assert [(r["user_id"], r["movie_id"], r["rating"], r["rating_year"], r["copies"]) for r in rows] == [(1, 2, 2.5, 2000, 2)]
    assert reasons == ["movieId is no positive integer", "rating is not between 0.5 and 5", "timestamp is no epoch second"]


def test_what_is_a_rating_and_what_is_none():
    good = ("0.5", "0.75", " 3 ", "4.999999", "5", "5.0")
    bad = ("0.49", "0", "5.01", "5.", ".5", "10", "05", "-1", "1e0", "4,5", "")
    one = {"userId": "1", "timestamp": "964982703"}
    rows, reasons = silver(
        "silver/movielens_rating_events", *({**one, "movieId": str(n), "rating": text} for n, text in enumerate((*good, *bad), 1))
    )
    assert [r["rating"] for r in sorted(rows, key=lambda r: r["movie_id"])] == [float(text) for text in good]
    assert reasons == ["rating is not between 0.5 and 5"] * len(bad)


def test_empty():
    assert silver("silver/movielens_rating_events") == ([], [])
