"""The numbers of docs/correctness.md that anyone can verify by hand, counted from the sample's ratings.csv without any engine."""

import csv
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from local_aws.sources.__main__ import prepare

ROOT = Path(__file__).parents[2]
PRIOR = 25


@pytest.fixture(scope="module")
def votes():
    """Movie, stars and year of every rating."""
    with zipfile.ZipFile(prepare(ROOT / ".ggvd/sources") / "ml-latest.zip") as archive, archive.open("ml-latest/ratings.csv") as member:
        rows = csv.DictReader(io.TextIOWrapper(member, encoding="utf-8"))
        return [(int(row["movieId"]), float(row["rating"]), datetime.fromtimestamp(int(row["timestamp"]), UTC).year) for row in rows]


def test_the_page_says_what_the_file_has(votes):
    page = (ROOT / "docs/correctness.md").read_text(encoding="utf-8")
    mean = sum(stars for _, stars, _ in votes) / len(votes)
    assert f"{len(votes):,} ratings, {sum(stars for _, stars, _ in votes):,.0f} stars" in page
    assert f"= {mean:.6f} |" in page
    for movie in (318, 858):
        own = [stars for number, stars, _ in votes if number == movie]
        weighted = (sum(own) + PRIOR * mean) / (len(own) + PRIOR)
        assert f"(movie {movie}) | {len(own)} ratings, {sum(own):,.1f} stars |" in page
        assert f"= {weighted:.6f} |" in page
    first = [stars for _, stars, year in votes if year == 1995]
    assert (
        f"1995 | {len(first)} ratings, {sum(first):.0f} stars | {sum(first):.0f} / {len(first)} = {sum(first) / len(first):.3f} |" in page
    )
