from transforms import silver


def test_title_year_names_and_id():
    record = {"item_id": 1.0, "title": "Toy Story (1995)", "directedBy": "A B,  C", "starring": None, "imdbId": "114709"}
    rows, reasons = silver("silver/imdb_metadata", record, record, {"item_id": 2.0, "title": "No Year"}, {"item_id": 3.0, "title": " "})
    assert [(r["item_id"], r["title"], r["release_year"], r["directors"], r["starring"], r["imdb_id"], r["copies"]) for r in rows] == [
        (1, "Toy Story", 1995, ["A B", "C"], [], "tt0114709", 2),
        (2, "No Year", None, [], [], None, 1),
    ]
    assert reasons == ["title is missing"]


def test_empty():
    assert silver("silver/imdb_metadata") == ([], [])
