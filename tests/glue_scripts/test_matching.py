"""How well TMDB's and MovieLens' records are matched: against 260 pairs of the sample, labelled by reading both records."""

import csv
from collections import Counter
from pathlib import Path

import pytest
from transforms import gold, silver

from local_aws.sources.__main__ import prepare
from tests.answers import candidates, raw

LABELS = Path(__file__).parents[1] / "cases" / "matching.csv"
FLOORS = {"ids and titles": (0.98, 0.95), "titles alone": (0.98, 0.95)}  # precision, recall; what was measured: docs/correctness.md


@pytest.fixture(scope="module")
def sample():
    """The archives of the sample sources, built once and kept where `ggvd demo` keeps them."""
    return prepare(Path(".ggvd/sources").resolve())


@pytest.fixture(scope="module")
def labels():
    with LABELS.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def records(sample, tmp_path_factory):
    """Silver's rows of the whole sample: what gold/movies reads."""
    database = raw.database(sample, tmp_path_factory.mktemp("raw"), "metadata", "links")
    tmdb = database.execute(
        "SELECT id, title, CAST(release_date AS varchar) AS release_date, CAST(year(release_date) AS varchar) AS _partition FROM tmdb"
    )
    metadata = "SELECT item_id, title, imdbId FROM metadata"
    links = "SELECT COLUMNS(*)::varchar FROM links"
    found = {"tmdb_movies": rows(tmdb), "imdb_metadata": rows(database.execute(metadata)), "movielens_links": rows(database.execute(links))}
    return {f"silver_{name}": silver(f"silver/{name}", *read)[0] for name, read in found.items()}


def rows(answer):
    names = [column[0] for column in answer.description]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.fixture(scope="module", params=FLOORS)
def matched(request, records):
    """The name of the run, and every pair that it matched with how; the published ids can be kept from it."""
    links = records["silver_movielens_links"] if request.param == "ids and titles" else []
    made = gold("gold/movies", **{**records, "silver_movielens_links": links})
    pairs = [(row["tmdb_id"], row["movielens_id"]) for row in made if row["matched_by"] != "none"]
    return request.param, made, pairs


def test_labels_are_of_the_pairs_that_the_seed_draws(sample, labels):
    drawn, _ = candidates.draw(sample)
    assert [tuple(map(str, row)) for row in drawn] == [tuple(row[name] for name in candidates.COLUMNS) for row in labels]
    assert len(labels) >= 200
    assert {row["same_movie"] for row in labels} == {"yes", "no"}


def test_precision_and_recall_hold_their_floors(matched, labels):
    name, _, pairs = matched
    found = set(pairs)
    counts = Counter((row["same_movie"], (int(row["tmdb_id"]), int(row["item_id"])) in found) for row in labels)
    precision = counts["yes", True] / (counts["yes", True] + counts["no", True])
    recall = counts["yes", True] / (counts["yes", True] + counts["yes", False])
    least = FLOORS[name]
    assert precision >= least[0], f"{precision:.4f}"
    assert recall >= least[1], f"{recall:.4f}"


def test_no_movie_is_linked_to_two(matched, records):
    _, made, pairs = matched
    assert len({movie for movie, _ in pairs}) == len({item for _, item in pairs}) == len(pairs) > 6000
    keys = [row["movie_key"] for row in made]
    assert len(keys) == len(set(keys)) == len(records["silver_tmdb_movies"]) + len(records["silver_imdb_metadata"]) - len(pairs)
