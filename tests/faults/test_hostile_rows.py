"""Rows 19, 28, 32: rows of any kind, hundreds at a time, chosen by the seed. Each is in silver once or in quarantine with a reason."""

import json
from collections import Counter

import pytest

from tests.faults.world import YEARS

pytestmark = pytest.mark.faults

TABLE = "silver/tmdb_movies"
HOSTILE = [
    "null", "0", "-1", "1.5", "1e400", "NaN", "99999999999999999999", str(2**53 + 1), '""', '" "', '"7"', '"abc"', "true", "[]", "[1]",
    "{}", '{"id":1}', r'"\ud800"', r'"a\u0000b"', '"éà 映画 🎬 \u202eRTL"', '"0000-00-00"', '"2009-02-30"', '"2009-07-01T00:00:00Z"',
    '"2010-07-01"',
    json.dumps("x" * 20_000), "[" * 200 + "]" * 200,
]  # fmt: skip
FIELDS = {
    "id": lambda chance: str(chance.randrange(1, 60)),
    "title": lambda chance: f'"Title {chance.randrange(9)}"',
    "release_date": lambda chance: f'"2009-07-{chance.randrange(1, 29):02}"',
    "popularity": lambda chance: str(chance.random()),
    "vote_count": lambda chance: str(chance.randrange(99)),
    "genre_ids": lambda chance: "[28,35]",
    "overview": lambda chance: '"plot"',
    "adult": lambda chance: "false",
}


def hostile(chance):
    """A row whose fields are mostly good, some hostile, some twice, some missing; sometimes no row at all."""
    if chance.random() < 0.1:
        return chance.choice([text for text in HOSTILE if text not in ("NaN", "1e400")])
    names = [name for name in FIELDS if chance.random() > 0.02] + [name for name in FIELDS if chance.random() < 0.02]
    values = [chance.choice(HOSTILE) if chance.random() < 0.06 else FIELDS[name](chance) for name in names]
    return "{" + ",".join(f'"{name}":{value}' for name, value in zip(names, values, strict=True)) + "}"


def made(world, rows):
    world.tmdb.movies = [("2009-07-01", text) for text in rows] + [("2010-07-01", '{"id":1000,"title":"x","release_date":"2010-07-01"}')]
    world.extract("tmdb_movies")
    assert world.dead == []
    lines = sum(len(found) for key, found in world.bronze().items() if key.endswith(".gz"))
    assert lines == len(rows) + 1
    world.make(TABLE)
    world.balanced(TABLE)
    report = world.report(TABLE)["partitions"]
    assert sum(report[year]["rows_read"] for year in YEARS) == lines
    return report["2009"], [json.loads(row) for row in world.rows(TABLE)]


@pytest.mark.parametrize("batch", range(3))
def test_row_19_any_mixture_of_rows_is_counted_whole(world, chance, batch):
    report, rows = made(world, [hostile(chance) for _ in range(400)])
    assert report["rows_written"] + report["duplicates"] + sum(report["quarantined"].values()) == 400
    assert report["quarantined"], "400 rows and not one was bad"
    assert {row["release_year"] for row in rows} == {2009, 2010}


def test_row_28_keys_are_unique_and_never_null(world, chance):
    rows = [f'{{"id":{n % 40 or "null"},"title":"T","release_date":"2009-07-01","popularity":{n}}}' for n in range(200)]
    report, found = made(world, chance.sample(rows, len(rows)))
    keys = Counter(row["tmdb_id"] for row in found)
    assert set(keys) == {*range(1, 40), 1000}
    assert set(keys.values()) == {1}
    assert (report["quarantined"], report["duplicates"]) == ({"id is missing": 5}, 195 - 39)


CHANGED = {
    "new_field": ("budget", "12", {}),
    "another_type": ("vote_count", '"many"', {"vote_count has another type": 20}),
    "optional_field_gone": ("overview", None, {}),
    "required_field_gone": ("title", None, {"title is missing": 20}),
}


@pytest.mark.parametrize("change", CHANGED)
def test_row_32_fields_of_the_source_change(world, change):
    name, value, quarantined = CHANGED[change]
    fields = {"title": '"T"', "release_date": '"2009-07-01"', "vote_count": "1", "overview": '"plot"'} | ({name: value} if value else {})
    if value is None:
        del fields[name]
    rest = "".join(f',"{field}":{text}' for field, text in fields.items())
    report, rows = made(world, [f'{{"id":{n}{rest}}}' for n in range(1, 21)])
    assert report["quarantined"] == quarantined
    assert len(rows) == 1 + (0 if quarantined else 20)
    assert "budget" not in rows[0]
