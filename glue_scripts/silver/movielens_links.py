"""Ids of the same movie in MovieLens, IMDb and TMDB, of ml-latest: one row a MovieLens movie."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("movie_id", T.LongType(), "MovieLens movie."),
    ("imdb_id", T.StringType(), "IMDb's id, tt and seven digits or more; null where unknown."),
    ("tmdb_id", T.LongType(), "TMDB's id; null where unknown."),
    columns.COPIES,
)
SOURCE = columns.record(movieId=T.StringType(), imdbId=T.StringType(), tmdbId=T.StringType())


def _not_empty_nor_id(name: str) -> list[columns.Reason]:
    return [(bad & (F.trim(name) != ""), why) for bad, why in columns.no_csv_id(name)]


def reject() -> list[columns.Reason]:
    """Why a source row cannot be used."""
    return [*columns.no_csv_id("movieId"), *_not_empty_nor_id("imdbId"), *_not_empty_nor_id("tmdbId")]


def transform(movielens_links: DataFrame) -> DataFrame:
    rows = movielens_links.select(
        F.trim("movieId").cast("long").alias("movie_id"),
        columns.imdb_id(F.col("imdbId")).alias("imdb_id"),
        F.when(F.trim("tmdbId") != "", F.trim("tmdbId")).cast("long").alias("tmdb_id"),
    )
    ids = F.max("imdb_id").alias("imdb_id"), F.max("tmdb_id").alias("tmdb_id")
    return rows.groupBy("movie_id").agg(*ids, columns.copies().alias("copies"))


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject))
