"""What a plan of an archive meets: dates of servers, and settings that were repaired."""

from collections import deque
from datetime import datetime

import pytest

from lambda_handlers import ranges
from lambda_handlers.errors import BadRequest, SourceRejected
from tests.lambda_handlers.archives import GOOD, QUEUE, TABLE, serve, started, with_settings
from tests.lambda_handlers.servers import Fault


def test_an_archive_is_planned_on_a_leap_day(archive, archive_functions, monkeypatch):
    class LeapDay(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2028, 2, 29, 12, tzinfo=tz)

    monkeypatch.setattr(ranges, "datetime", LeapDay)
    assert started(archive_functions, archive)[0].startswith("movielens_ratings/snapshot=2020")


def first_byte(modified):
    return Fault(206, b"x", {"Content-Range": "bytes 0-0/9", "Last-Modified": modified, "ETag": '"v1"'})


@pytest.mark.parametrize("zone", [" GMT", " +0000", " -0000", ""], ids=["gmt", "offset", "unknown", "none"])
def test_a_date_is_in_utc_unless_it_says_otherwise(archive, archive_functions, zone):
    archive.faults = deque([first_byte(f"Sun, 13 Sep 2020 12:26:40{zone}")])
    assert archive_functions.start(TABLE)["snapshots"][0]["snapshot"].startswith("20200913T122640Z-")


@pytest.mark.parametrize("modified", ["soon", "Sun, 13 Sep 2020 12:26:40 +9999999999999999"], ids=["no-date", "no-zone"])
def test_a_date_that_is_none_is_refused(archive, archive_functions, modified):
    archive.faults = deque([first_byte(modified)])
    with pytest.raises(SourceRejected, match="tells no Last-Modified"):
        archive_functions.start(TABLE)


@pytest.mark.parametrize("first", ["raw/rating.json", "raw/tags.json"], ids=["not-there", "another"])
def test_a_member_that_was_repaired_is_not_read_by_the_old_plan(archive, archive_functions, monkeypatch, first):
    with_settings(monkeypatch, archive_functions, "TABLES", TABLE, member=first)
    prefix, records = started(archive_functions, archive)
    archive_functions.extract(QUEUE, records)
    monkeypatch.setenv("TABLES", archive_functions.variables["TABLES"])
    with pytest.raises(BadRequest, match=f"delete the objects below {prefix}"):
        archive_functions.start(TABLE)
    assert archive_functions.messages(QUEUE) == []


def test_an_archive_that_moved_is_not_asked_for_where_it_was(archive, archive_functions, monkeypatch):
    serve(archive, GOOD)
    with_settings(monkeypatch, archive_functions, "SOURCES", "tag_genome", url=archive.url + "?old")
    prefix = archive_functions.start(TABLE)["snapshots"][0]["prefix"]
    monkeypatch.setenv("SOURCES", archive_functions.variables["SOURCES"])
    with pytest.raises(BadRequest, match=f"delete the objects below {prefix}"):
        archive_functions.start(TABLE)


def test_a_snapshot_that_is_complete_stays_so_when_the_archive_moves(archive, archive_functions, monkeypatch):
    _, records = started(archive_functions, archive)
    archive_functions.extract(QUEUE, records)
    with_settings(monkeypatch, archive_functions, "SOURCES", "tag_genome", url=archive.url + "?new")
    assert archive_functions.start(TABLE)["snapshots"][0]["state"] == "complete"
