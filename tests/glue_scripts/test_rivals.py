"""The pipelines that the benchmark runs beside the jobs match movies by the jobs' rule: over titles and links made to collide."""

import random
from collections import Counter
from pathlib import Path

import duckdb
import polars as pl
import pyarrow as pa
import pytest
from transforms import frame, gold, script

from benchmarks import duckdb_sql
from benchmarks.naive import gold as naive
from benchmarks.polars_delta import gold as polars_gold

NAMES = [
    "The Wall",
    "Wall, The",
    "Été",
    "Ete",
    "Fast & Loose",
    "Fast and Loose",
    "!!!",
    "Sólo",
    "M",
    "La Bête",
    "Bête, La",
    "Alien",
    "Alien³",
]


@pytest.fixture(scope="module", params=range(3))
def tables(request):
    """Silver's tables: movies and items of few names and years, half of the items linked, some to one movie and some to none."""
    chance = random.Random(request.param)

    def name():
        return f"{chance.choice(NAMES)} {chance.randint(2, 9)}" if chance.random() < 0.7 else chance.choice(NAMES)

    def called():
        form = chance.choice(["{0}", "{0}", "{0} ({1})", "({1}) {0}", "{0} (a.k.a. {1})", "{0} ({1}) ({2})", "{0} ({0})", "{0}({1}"])
        return form.format(name(), name(), name())

    movies = [
        {"tmdb_id": n, "title": name(), "release_year": chance.randint(1998, 2004), "genres": ["War"] * (n % 2), "popularity": n / 7,
         "vote_average": n / 100, "vote_count": n}
        for n in range(1, 400)
    ]  # fmt: skip
    items = [
        {"item_id": n, "title": called(), "release_year": chance.choice([None, *range(1998, 2005)]), "directors": ["Ann Bo"] * (n % 2),
         "starring": ["Cé Di", "É"][: n % 3], "imdb_id": f"tt{n:07}" if n % 3 else None}
        for n in range(1, 300)
    ]  # fmt: skip
    links = [
        {"movie_id": n, "imdb_id": f"tt{n:07}", "tmdb_id": chance.choice([None, chance.randint(1, 500)])}
        for n in chance.sample(range(1, 320), 150)
    ]
    return {"tmdb_movies": movies, "imdb_metadata": items, "movielens_links": links}


@pytest.fixture(scope="module")
def ours(tables):
    return gold("gold/movies", **{f"silver_{name}": rows for name, rows in tables.items()})


def arrow(tables):
    found = {name: pa.Table.from_pylist(rows) for name, rows in tables.items()}
    for name, column in (("tmdb_movies", "release_year"), ("imdb_metadata", "release_year")):
        index = found[name].schema.get_field_index(column)
        found[name] = found[name].set_column(index, column, found[name][column].cast(pa.int32()))
    return found


def by_duckdb(tables, folder):
    for name in ("tmdb_movies/release_year=0", "gold"):
        (folder / "silver" / name if "/" in name else folder / name).mkdir(parents=True)
    database = duckdb.connect()
    for name, table in arrow(tables).items():
        path = "tmdb_movies/release_year=0/part" if name == "tmdb_movies" else name
        database.register("made", table)
        database.execute(f"copy made to '{folder}/silver/{path}.parquet'")
    for part in ("macros", "movies"):
        sql = (Path(duckdb_sql.__file__).parent / f"{part}.sql").read_text()
        database.execute(sql.replace("$lake", str(folder)).replace("hive_partitioning = true", "hive_partitioning = false"))
    return database.sql(f"from '{folder}/gold/movies.parquet'").to_arrow_table().to_pylist()


def by_polars(tables, _):
    frames = {name: pl.from_arrow(table).lazy() for name, table in arrow(tables).items()}
    return polars_gold.movies(frames).collect().to_dicts()


def by_naive(tables, _):
    frames = {f"silver/{name}": frame(rows, script(f"silver/{name}").SCHEMA) for name, rows in tables.items()}
    return [row.asDict(recursive=True) for row in naive.movies(frames.__getitem__).collect()]


def test_every_kind_of_evidence_decides(tables, ours):
    """So that agreement says something: matches by ids and by titles, of main and other names, in the same year and beside it."""
    titles = {row["tmdb_id"]: row for row in tables["tmdb_movies"]}
    items = {row["item_id"]: row for row in tables["imdb_metadata"]}
    seen = Counter()
    for row in ours:
        kind = row["matched_by"]
        if kind == "title_year":
            movie, item = titles[row["tmdb_id"]], items[row["movielens_id"]]
            kind += f" {abs(movie['release_year'] - item['release_year'])} {item['title'].startswith(movie['title'])}"
        seen[kind] += 1
    assert {"links", "none", "title_year 0 True", "title_year 1 True", "title_year 0 False"} <= seen.keys(), seen


@pytest.mark.parametrize("rival", [by_duckdb, by_polars, by_naive])
def test_a_rival_makes_the_same_movies(tables, ours, rival, tmp_path):
    made = [{name: row[name] for name in ours[0]} for row in rival(tables, tmp_path)]
    assert sorted(made, key=str) == ours
