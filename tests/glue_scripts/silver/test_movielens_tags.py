from lakehouse import line
from transforms import silver


def test_one_row_a_tag():
    rows, reasons = silver("silver/movielens_tags", *[{"id": 1.0, "tag": " noir "}] * 2, {"id": 2.0, "tag": None}, {"id": -1.0, "tag": "x"})
    assert rows == [{"tag_id": 1, "tag": "noir", "copies": 2}]
    assert reasons == ["id is no positive integer", "tag is missing"]


def test_empty():
    assert silver("silver/movielens_tags") == ([], [])


def test_only_a_newline_ends_a_record(lake):
    """Bronze counts lines by it. A carriage return is a blank of JSON between fields, and ends lines of Windows."""
    records = [line({"id": number, "tag": "noir"}).replace(', "id"', ',\r"id"') for number in (1, 2)]
    lake.bronze("movielens_tags", [*records, line({"id": 3, "tag": "fun"}) + "\r", "not\rjson"])
    entry = lake.run("silver/movielens_tags")["partitions"][""]
    assert (entry["rows_read"], entry["rows_written"], entry["quarantined"]) == (4, 3, {"malformed JSON": 1})
