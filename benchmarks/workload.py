"""The tables that are measured: those that every pipeline makes.

A table that the spec has newly is in no benchmark and not in docs/sizing.md until each pipeline makes it, too, and it is named here.
"""

from __future__ import annotations

from ggvd_dagster import spec

SILVER = (
    "tmdb_movies imdb_metadata imdb_reviews movielens_ratings movielens_tags movielens_tag_count movielens_rating_events movielens_links"
)
GOLD = (
    "movies movies_analytics best_rated_movies most_popular_movies genre_popularity ratings_over_time tag_ratings_over_years "
    "popular_people_by_decade"
)
NAMES = {*(f"silver/{name}" for name in [*SILVER.split(), "quarantine"]), *(f"gold/{name}" for name in GOLD.split())}


def tables() -> list[str]:
    """Silver and gold tables, inputs first."""
    return [name for name in spec.load().tables if name in NAMES]
