from transforms import gold


def test_roles_decades_and_unrated():
    items = [
        {"item_id": 1, "release_year": 1994, "directors": ["A"], "starring": ["B", "B"]},
        {"item_id": 2, "release_year": 1999, "directors": ["C"], "starring": None},
        {"item_id": 3, "release_year": None, "directors": ["D"]},
    ]
    ratings = [{"user_id": 1, "item_id": 1, "rating": 4.0}, {"user_id": 2, "item_id": 1, "rating": 3.0}]
    rows = gold("gold/popular_people_by_decade", silver_imdb_metadata=items, silver_movielens_ratings=ratings)
    found = [(r["role"], r["name"], r["decade"], r["rank"], r["movies"], r["ratings"], r["average_rating"]) for r in rows]
    assert found == [("actor", "B", 1990, 1, 1, 2, 3.5), ("director", "A", 1990, 1, 1, 2, 3.5), ("director", "C", 1990, 2, 1, 0, None)]


def test_empty():
    assert gold("gold/popular_people_by_decade", silver_imdb_metadata=[], silver_movielens_ratings=[]) == []
