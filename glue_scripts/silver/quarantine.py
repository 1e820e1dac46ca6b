"""Every source row that no silver table could use: the tables' own quarantines together."""

from functools import reduce

from pyspark.sql import DataFrame

from glue_scripts import job, quarantine

SCHEMA = quarantine.SCHEMA


def beside(uri: str) -> str:
    """Where the quarantine of the table at `uri` lies."""
    bucket, _, table = uri.rpartition("/")
    return f"{bucket}/_quarantine/{table}"


def transform(
    tmdb_movies: DataFrame,
    imdb_metadata: DataFrame,
    imdb_reviews: DataFrame,
    movielens_ratings: DataFrame,
    movielens_tags: DataFrame,
    movielens_tag_count: DataFrame,
    movielens_rating_events: DataFrame,
    movielens_links: DataFrame,
) -> DataFrame:
    """The quarantines of the tables of these names, empty where a table has none."""
    tables = (
        tmdb_movies, imdb_metadata, imdb_reviews, movielens_ratings, movielens_tags, movielens_tag_count, movielens_rating_events,
        movielens_links,
    )  # fmt: skip
    return reduce(lambda left, right: left.unionByName(right), tables)


if __name__ == "__main__":
    job.run(transform, SCHEMA, locate=beside)
