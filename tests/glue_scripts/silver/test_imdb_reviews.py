from transforms import silver


def test_copies_are_counted():
    rows, reasons = silver(
        "silver/imdb_reviews", *[{"item_id": 1.0, "txt": "Fresh"}] * 2, {"item_id": 1.0, "txt": "Rotten"}, {"item_id": 1.0, "txt": None}
    )
    assert sorted((r["text"], r["copies"]) for r in rows) == [("Fresh", 2), ("Rotten", 1)]
    assert reasons == ["txt is missing"]


def test_empty():
    assert silver("silver/imdb_reviews") == ([], [])
