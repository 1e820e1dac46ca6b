"""Row 22: midnight during a run, the leap day, and hours that a time zone does not have or has twice."""

import json
from datetime import UTC, datetime

import pytest

from lambda_handlers import bronze, extraction, manifest, start_extraction
from tests.faults.invariant import same_lakehouse
from tests.faults.world import TMDB
from tests.lambda_handlers.archives import zipped
from tests.lambda_handlers.servers import movie

pytestmark = pytest.mark.faults

CLOCKS = (bronze, extraction, manifest)


class Tomorrow(datetime):
    """The clock of a function that starts after midnight."""

    @classmethod
    def now(cls, tz=None):
        return datetime(2026, 11, 25, 0, 0, 1, tzinfo=tz)


@pytest.fixture
def midnight(world, monkeypatch):
    """Gives a function that lets midnight pass for every function of the world."""

    def passes():
        monkeypatch.setattr(start_extraction, "datetime", Tomorrow)
        for module in CLOCKS:
            monkeypatch.setattr(module, "now", lambda: "2026-11-25T00:00:01Z", raising=False)

    return passes


def test_row_22_midnight_passes_during_a_run(world, truth, midnight):
    """Half of the messages come after midnight, and the run asks again for the day that it began: the same keys, and no second snapshot."""
    world.start("tmdb_movies")
    records = world.functions.messages(TMDB)
    world.deliver(TMDB, records[::2])
    midnight()
    world.start("tmdb_movies")
    world.deliver(TMDB, [*records[1::2], *world.functions.messages(TMDB)])
    assert {key.split("snapshot=")[1][:10] for key in world.functions.listing()} == {"2026-11-24"}
    same_lakehouse(world, truth, "tmdb_movies")
    (unnamed,) = world.functions.start("tmdb_movies", ["2009"])["snapshots"]
    assert unnamed["snapshot"] == "2026-11-25", "the clock did pass midnight"


def test_row_22_the_leap_day_is_a_day(world):
    world.tmdb.movies = [movie(n, day) for n, day in enumerate(("2012-02-28", "2012-02-29", "2012-03-01", "2011-02-29"), 1)]
    world.functions.start("tmdb_movies", ["2012"], "2026-11-24")
    world.deliver(TMDB, world.functions.messages(TMDB))
    world.make("silver/tmdb_movies")
    found = {json.loads(row)["tmdb_id"]: json.loads(row)["release_date"] for row in world.rows("silver/tmdb_movies")}
    assert found == {1: "2012-02-28", 2: "2012-02-29", 3: "2012-03-01"}
    world.balanced("silver/tmdb_movies")


# Around the hours that New York skips in March and has twice in November, the turn of the year, and a leap second that UNIX time has not.
MOMENTS = [datetime(2021, 3, 14, 6, 59, 59), datetime(2021, 3, 14, 7), datetime(2021, 3, 14, 2, 30), datetime(2021, 11, 7, 5, 30)]
MOMENTS += [datetime(2021, 11, 7, 6, 30), datetime(2020, 12, 31, 23, 59, 59), datetime(2021, 1, 1), datetime(2016, 12, 31, 23, 59, 59)]


@pytest.mark.parametrize(("engine", "zone"), [("spark", "America/New_York"), ("sail", "Pacific/Kiritimati")])
def test_row_22_a_job_in_another_time_zone_makes_the_same_rows(world, engine, zone):
    seconds = [int(moment.replace(tzinfo=UTC).timestamp()) for moment in MOMENTS]
    lines = [f"{user},1,4.0,{second}" for user, second in enumerate(seconds, 1)]
    text = "\n".join(["userId,movieId,rating,timestamp", *lines, ""])
    world.archive.versions[0] = (zipped([("ml-latest/ratings.csv", text.encode())]), '"v1"')
    world.extract("movielens_rating_events")
    world.make("silver/movielens_rating_events", engine=engine, zone=zone)
    rows = [json.loads(row) for row in world.rows("silver/movielens_rating_events")]
    assert {row["user_id"]: (row["rated_at"], row["rating_year"]) for row in rows} == {
        user: (f"{moment}+00:00", moment.year) for user, moment in enumerate(MOMENTS, 1)
    }
