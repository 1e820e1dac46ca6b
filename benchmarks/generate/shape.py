"""How many rows of what there are at a scale, and how they are cut into objects."""

from __future__ import annotations

from dataclasses import dataclass

ARCHIVE_SNAPSHOT = "20260101T000000Z-5eed5eed"
TMDB_SNAPSHOT = "2026-11-24"
# Rows at scale 1: the READMEs of Tag Genome 2021 and of ml-latest (July 2023); TMDB has about a million movies.
RATINGS, RATING_USERS = 28_490_116, 247_383
EVENTS, EVENT_USERS = 33_832_162, 330_975
REVIEWS, ITEMS, TAG_COUNTS, TAGS = 2_624_608, 84_661, 212_704, 1_094
TMDB_MOVIES = 1_000_000
CHUNK = {"movielens_ratings": 262_144, "movielens_rating_events": 262_144, "imdb_reviews": 16_384}
CHUNKS_A_PART = 5  # about 64 MiB of the source's own text, as extraction cuts it
ROWS_A_PAGE, PAGES_AN_OBJECT = 20, 25
SOURCE = {"tmdb_movies": "tmdb", "movielens_rating_events": "movielens", "movielens_links": "movielens"}


@dataclass(frozen=True)
class Shape:
    """Rows that a table keeps: distinct and usable. Duplicates and bad rows come on top."""

    scale: float
    seed: int

    def _of(self, rows: int, least: int = 40) -> int:
        return max(least, round(rows * self.scale))

    @property
    def items(self) -> int:
        return self._of(ITEMS, 200)

    @property
    def tmdb_movies(self) -> int:
        return self._of(TMDB_MOVIES, 400)

    def rows(self, table: str) -> int:
        many = {"movielens_ratings": RATINGS, "movielens_rating_events": EVENTS, "imdb_reviews": REVIEWS, "movielens_tag_count": TAG_COUNTS}
        if table in many:
            return self._of(many[table])
        return {"tmdb_movies": self.tmdb_movies, "movielens_tags": TAGS}.get(table, self.items)

    def users(self, table: str) -> int:
        return self._of(RATING_USERS if table == "movielens_ratings" else EVENT_USERS)

    def chunks(self, table: str) -> list[int]:
        """Rows of each chunk, which is what one draw of random numbers makes."""
        rows, size = self.rows(table), CHUNK.get(table, 1 << 40)
        return [min(size, rows - start) for start in range(0, rows, size)]


def duplicates(rows: int) -> int:
    """Repeated rows that come with this many."""
    return max(1, rows // 500)


def bad(rows: int) -> int:
    """Unusable rows that come with this many."""
    return max(1, rows // 10_000)
