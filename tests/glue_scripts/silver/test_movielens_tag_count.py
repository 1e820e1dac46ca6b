from transforms import silver


def test_highest_count_of_a_pair():
    pair = {"item_id": 1.0, "tag_id": 2.0}
    rows, reasons = silver("silver/movielens_tag_count", {**pair, "num": 3.0}, {**pair, "num": 1.0}, {**pair, "num": None})
    assert rows == [{"item_id": 1, "tag_id": 2, "num": 3, "copies": 2}]
    assert reasons == ["num is missing"]


def test_empty():
    assert silver("silver/movielens_tag_count") == ([], [])
