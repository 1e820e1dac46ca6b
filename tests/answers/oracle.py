"""The answers computed a second time: DuckDB on the raw files, in SQL of its own. Nothing of glue_scripts is used."""

import re
from collections import Counter
from pathlib import Path

from local_aws.sources.data import GENRES
from tests.answers import raw

HERE = Path(__file__).parent


def build(archives, folder, years):
    """A DuckDB with a table `gold_<name>` for each gold table, when TMDB was asked for `years` only."""
    connection = raw.database(archives, folder)
    connection.execute(f"DELETE FROM tmdb WHERE year(release_date) NOT IN ({', '.join(years)})")
    connection.execute("CREATE TABLE genres (id int, genre varchar)")
    connection.executemany("INSERT INTO genres VALUES (?, ?)", [(n, g.replace("Sci-Fi", "Science Fiction")) for g, n in GENRES.items()])
    connection.execute((HERE / "matching.sql").read_text())
    connection.execute("CREATE TABLE matched (tmdb_id bigint, item_id bigint, matched_by varchar)")
    connection.executemany("INSERT INTO matched VALUES (?, ?, ?)", decide(connection.execute("FROM evidence").fetchall()))
    connection.execute((HERE / "gold.sql").read_text())
    return connection


def decide(evidence):
    """Which pairs are matched: ids first, the oldest item of a movie; then what is alone on both sides, the best evidence first."""
    chosen, spoken = [], set()
    for tier in (1, 2, 3, 4):
        pairs = [(movie, item) for movie, item, at in evidence if at == tier and not spoken & {("movie", movie), ("item", item)}]
        if tier == 1:
            pairs = list(dict(sorted(pairs, reverse=True)).items())  # the last of a movie is its oldest item
        movies, items = Counter(movie for movie, _ in pairs), Counter(item for _, item in pairs)
        how = "links" if tier == 1 else "title_year"
        chosen += [(movie, item, how) for movie, item in pairs if tier == 1 or movies[movie] == items[item] == 1]
        spoken |= {("movie", movie) for movie, _ in pairs} | {("item", item) for _, item in pairs}
    return chosen


def questions():
    """The SQL of each named question, by its name."""
    parts = re.split(r"^-- (\w+)\n", (HERE / "questions.sql").read_text(), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))
