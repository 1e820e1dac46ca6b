"""How old data of TMDB gets, at most, where the schedules run: its terms are said to allow six months (docs/sources.md)."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from dagster._utils.schedules import cron_string_iterator

from ggvd_dagster import maintenance, schedules, spec
from ggvd_dagster.packaging import ROOT

PLATFORM = spec.load()


def longest_pause(schedule):
    """Between two ticks of a schedule, over four years."""
    ticks = cron_string_iterator(datetime(2026, 1, 1, tzinfo=UTC).timestamp(), schedule.cron_schedule, "UTC")
    times = [next(ticks)]
    while times[-1] < datetime(2030, 1, 1, tzinfo=UTC):
        times.append(next(ticks))
    return max(after - before for before, after in pairwise(times))


def days_of_old_versions():
    """How long S3 keeps an object that was deleted from a bucket with versions."""
    (found,) = re.findall(r"noncurrent_days = (\d+)", (ROOT / "terraform/modules/s3/main.tf").read_text())
    return timedelta(days=int(found))


def test_no_row_file_or_version_gets_older_than_the_term():
    assert set(schedules.recent_and_older()[0]) | set(schedules.recent_and_older()[1]) == set(PLATFORM.partitions["release_year"].years())
    current = max(longest_pause(schedule) for schedule in schedules.schedules)
    kept = timedelta(hours=PLATFORM.maintenance.retention_hours) + longest_pause(maintenance.weekly_maintenance) + days_of_old_versions()
    term = timedelta(days=PLATFORM.buckets["bronze"].expire_days)
    assert current == timedelta(days=31)
    assert current + kept == timedelta(days=75)
    assert current + kept < term <= timedelta(days=180)
    assert "silver/tmdb_movies" in maintenance.OPS
