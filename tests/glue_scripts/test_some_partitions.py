"""Runs of some partitions of a table whose records say their partition, among runs of others and of all."""

import pytest
from lakehouse import rows

TABLE, BRONZE = "silver/movielens_rating_events", "movielens_rating_events"
IN_1999, IN_2000, IN_2001 = 946684799, 946684800, 978307200


def event(user, when, **fields):
    return {"userId": str(user), "movieId": "1", "rating": "4.0", "timestamp": str(when), **fields}


def years(lake):
    return sorted(row["rating_year"] for row in rows(lake.uri(TABLE)))


BAD = pytest.mark.parametrize("bad", [(), (event(5, "soon"),), ("not json",)], ids=["all good", "no time", "no JSON"])


@BAD
def test_a_run_of_all_partitions_makes_those_that_no_run_asked_for(lake, bad):
    lake.bronze(BRONZE, [event(1, IN_1999), event(1, IN_2000), *bad])
    lake.run(TABLE, partitions="2000")
    assert lake.run(TABLE)["status"] == "written"
    assert years(lake) == [1999, 2000]
    assert lake.run(TABLE)["status"] == "unchanged"


@BAD
def test_a_run_of_partitions_of_which_some_are_unchanged(lake, bad):
    lake.bronze(BRONZE, [event(1, IN_1999), event(1, IN_2000), event(1, IN_2001), *bad])
    lake.run(TABLE, partitions="2000")
    report = lake.run(TABLE, partitions="1999,2000")
    assert years(lake) == [1999, 2000]
    assert {year: entry["delta_version"] for year, entry in report["partitions"].items() if year} == {"1999": 2, "2000": 1}
    assert lake.run(TABLE, partitions="1999,2000")["status"] == "unchanged"


def test_an_undone_partition_is_made_anew_among_unchanged_ones(lake):
    lake.bronze(BRONZE, [event(1, IN_1999), event(1, IN_2000)])
    lake.run(TABLE, partitions="1999,2000")
    lake.bronze(BRONZE, [event(9, IN_1999), event(1, IN_2000)], snapshot="2026-11-25")
    lake.run(TABLE, partitions="1999,2000")
    lake.run(TABLE, partitions="1999", restore_version="1")
    lake.run(TABLE, partitions="1999,2000")
    assert [(row["user_id"], row["rating_year"]) for row in rows(lake.uri(TABLE))] == [(1, 2000), (9, 1999)]


def test_rows_without_a_partition_leave_quarantine_by_a_run_of_one_partition(lake):
    lake.bronze(BRONZE, [event(1, IN_2000), event(5, "soon"), event(6, "soon")])
    lake.run(TABLE)
    bad = event(7, IN_2000, rating="9")
    days = ([event(5, "soon"), bad], {"", "2000"}), ([bad], {"2000"}), ([event(5, "soon")], {""}), ([], set())
    for day, (sent, left) in enumerate(days, 25):
        lake.bronze(BRONZE, [event(1, IN_2000), *sent], snapshot=f"2026-11-{day}")
        report = lake.run(TABLE, partitions="2000")
        assert {row["partition"] for row in rows(lake.quarantine(TABLE))} == left
        assert {name for name, entry in report["partitions"].items() if entry["quarantined"]} == left
        assert report["partitions"][""]["snapshot"] == f"2026-11-{day}"
