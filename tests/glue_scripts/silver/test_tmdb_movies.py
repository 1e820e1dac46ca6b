from transforms import silver

GOOD = {"id": 5.0, "title": "A", "release_date": "2009-01-02", "genre_ids": [28, 4711], "_partition": "2009"}


def test_latest_page_wins_and_unknown_genres_are_left_out():
    rows, reasons = silver("silver/tmdb_movies", {**GOOD, "_page": 1, "title": "old"}, {**GOOD, "_page": 2})
    assert [(r["tmdb_id"], r["title"], r["release_year"], r["genres"], r["copies"]) for r in rows] == [(5, "A", 2009, ["Action"], 2)]
    assert reasons == []


def test_unusable_rows():
    bad = ({"id": None}, {"title": ""}, {"release_date": None}, {"release_date": "2010-01-01"}, {"id": 1.5})
    rows, reasons = silver("silver/tmdb_movies", *({**GOOD, **change} for change in bad))
    assert rows == []
    assert reasons == [
        "id is missing",
        "id is no positive integer",
        "release_date is no date",
        "release_date is outside the partition",
        "title is missing",
    ]


def test_nulls_and_empty():
    rows, _ = silver("silver/tmdb_movies", {**GOOD, "genre_ids": None})
    assert rows[0]["genres"] == []
    assert silver("silver/tmdb_movies") == ([], [])
