from transforms import silver


def test_one_row_a_tag():
    rows, reasons = silver("silver/movielens_tags", *[{"id": 1.0, "tag": " noir "}] * 2, {"id": 2.0, "tag": None}, {"id": -1.0, "tag": "x"})
    assert rows == [{"tag_id": 1, "tag": "noir", "copies": 2}]
    assert reasons == ["id is no positive integer", "tag is missing"]


def test_empty():
    assert silver("silver/movielens_tags") == ([], [])
