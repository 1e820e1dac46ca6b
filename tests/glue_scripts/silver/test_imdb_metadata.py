import json

import pytest
from lakehouse import line
from lakehouse import rows as table
from transforms import silver


def test_title_year_names_and_id():
    record = {"item_id": 1.0, "title": "Toy Story (1995)", "directedBy": "A B,  C", "starring": None, "imdbId": "114709"}
    rows, reasons = silver("silver/imdb_metadata", record, record, {"item_id": 2.0, "title": "No Year"}, {"item_id": 3.0, "title": " "})
    assert [(r["item_id"], r["title"], r["release_year"], r["directors"], r["starring"], r["imdb_id"], r["copies"]) for r in rows] == [
        (1, "Toy Story", 1995, ["A B", "C"], [], "tt0114709", 2),
        (2, "No Year", None, [], [], None, 1),
    ]
    assert reasons == ["title is missing"]


def test_a_number_that_no_double_holds_is_quarantined_and_the_others_are_used(lake):
    rated = {"title": "Toy Story (1995)", "avgRating": 7.25}
    huge = [line({"item_id": 1, **rated}).replace("7.25", number) for number in ("1e999", "-1e999")]
    lake.bronze("imdb_metadata", [*huge, {"item_id": 2, **rated}])
    entry = lake.run("silver/imdb_metadata")["partitions"][""]
    assert entry["quarantined"] == {"avgRating is no finite number": 2}
    assert [(row["item_id"], row["avg_rating"]) for row in table(lake.uri("silver/imdb_metadata"))] == [(2, 7.25)]
    kept = [json.loads(row["record"]) for row in table(lake.quarantine("silver/imdb_metadata"))]
    assert [record["item_id"] for record in kept] == [1, 1]


def test_empty():
    assert silver("silver/imdb_metadata") == ([], [])


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(("field", "column"), [("directedBy", "directors"), ("starring", "starring"), ("dateAdded", "date_added")])
def test_the_order_of_records_of_one_item_decides_nothing(field, column, turn):
    records = [{"item_id": 1.0, "title": "Toy Story (1995)", field: value} for value in ("A", "B")]
    (row,), _ = silver("silver/imdb_metadata", *records[::turn])
    assert (row[column], row["copies"]) == ("B" if field == "dateAdded" else ["B"], 2)


@pytest.mark.parametrize("blank", [" ", "\u00a0", "\u3000", "\t", "\n", "\u0085", "\u2028"])
def test_any_blank_may_follow_the_year(blank):
    (row,), _ = silver("silver/imdb_metadata", {"item_id": 1.0, "title": f"Toy Story (1995){blank}"})
    assert (row["title"], row["release_year"]) == ("Toy Story", 1995)
