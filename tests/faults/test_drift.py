"""Row 18: the source changes while it is read."""

import json

import pytest

from tests.faults.world import TABLES, TMDB, YEARS
from tests.lambda_handlers.servers import movie

pytestmark = pytest.mark.faults

TABLE, NEXT_DAY = TABLES[0], "2026-11-25"


def drift(kind, at):
    """At request `at` a movie comes or goes at the beginning of a year, so that all pages after it move by one."""

    def change(state):
        if len(state.requests) == at:
            if kind in ("gone", "swapped"):
                state.movies.remove(min(state.movies))
            if kind in ("new", "swapped"):
                state.movies.append(movie(999_999, "2009-01-01"))

    return change


@pytest.mark.parametrize("kind", ["gone", "new", "swapped"])
def test_row_18_movies_move_between_pages(world, chance, kind):
    world.tmdb.movies = [movie(n, f"{YEARS[n % 2]}-{n % 12 + 1:02}-10") for n in range(1, 160)]
    before = {json.loads(text)["id"] for _, text in world.tmdb.movies}
    world.start("tmdb_movies")
    world.tmdb.before_answer = drift(kind, len(world.tmdb.requests) + chance.randrange(1, 8))
    world.deliver(TMDB, world.functions.messages(TMDB))
    assert world.dead == []
    world.make(TABLE)
    world.balanced(TABLE)
    after = {json.loads(text)["id"] for _, text in world.tmdb.movies}
    found = [json.loads(row)["tmdb_id"] for row in world.rows(TABLE)]
    assert len(found) == len(set(found))
    assert set(found) <= before | after
    manifests = [world.functions.json(key) for key in world.functions.listing() if key.endswith("_manifest.json")]
    if kind != "swapped":  # a count that stays as it was tells nothing
        assert set(found) in (before, after) or not all(manifest["stable"] for manifest in manifests)
    world.functions.start("tmdb_movies", list(YEARS), NEXT_DAY)
    world.deliver(TMDB, world.functions.messages(TMDB))
    world.make(TABLE)
    assert {json.loads(row)["tmdb_id"] for row in world.rows(TABLE)} == after
