import pytest
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


def test_a_date_with_a_newline_behind_it_is_no_date():
    rows, reasons = silver("silver/tmdb_movies", GOOD, {**GOOD, "id": 6.0, "release_date": "2009-01-02\n"})
    assert [row["tmdb_id"] for row in rows] == [5]
    assert reasons == ["release_date is no date"]


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    "field", ["original_title", "original_language", "poster_path", "backdrop_path", "genre_ids", "vote_average", "adult"]
)
def test_the_order_of_records_of_one_id_decides_nothing(field, turn):
    values = {"genre_ids": ([28], [35]), "vote_average": (1.5, 2.5), "adult": (False, True), "video": (False, True)}
    lower, higher = values.get(field, ("a", "b"))
    (row,), _ = silver("silver/tmdb_movies", *[{**GOOD, field: value} for value in (lower, higher)][::turn])
    assert (row[field], row["copies"]) == (higher, 2)
