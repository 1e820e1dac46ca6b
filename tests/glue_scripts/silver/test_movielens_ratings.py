from transforms import silver


def test_highest_rating_of_a_pair_and_reasons():
    rows, reasons = silver(
        "silver/movielens_ratings",
        {"user_id": 1.0, "item_id": 2.0, "rating": 3.0},
        {"user_id": 1.0, "item_id": 2.0, "rating": 4.5},
        {"user_id": None, "item_id": 2.0, "rating": 4.0},
        {"user_id": 1.0, "item_id": 2.5, "rating": 4.0},
        {"user_id": 1.0, "item_id": 3.0, "rating": None},
        {"user_id": 1.0, "item_id": 3.0, "rating": 5.5},
    )
    assert rows == [{"user_id": 1, "item_id": 2, "rating": 4.5, "copies": 2}]
    outside = "rating is not between 0.5 and 5"
    assert reasons == ["item_id is no positive integer", outside, outside, "user_id is missing"]


def test_empty():
    assert silver("silver/movielens_ratings") == ([], [])
