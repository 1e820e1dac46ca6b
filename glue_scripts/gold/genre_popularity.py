"""For each genre and release year, how many movies and how popular they are."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

SCHEMA = columns.described(
    ("genre", T.StringType(), "TMDB's genre."),
    ("release_year", T.IntegerType(), "Year of release."),
    ("movies", T.LongType(), "Number of movies; a movie counts in each of its genres."),
    ("popularity", T.DoubleType(), "Mean of TMDB's popularity; null where no movie has one."),
    ("vote_average", T.DoubleType(), "Mean of the movies' mean votes, 0 to 10; null where no movie has one."),
    ("votes", T.LongType(), "Number of votes of all movies."),
)


def transform(tmdb_movies: DataFrame) -> DataFrame:
    one = columns.newest(tmdb_movies).select(
        F.explode(F.array_distinct("genres")).alias("genre"), "release_year", "popularity", "vote_average", "vote_count"
    )
    return one.groupBy("genre", "release_year").agg(
        F.count(F.lit(1)).alias("movies"),
        F.round(F.avg("popularity"), 6).alias("popularity"),
        F.round(F.avg("vote_average"), 6).alias("vote_average"),
        F.coalesce(F.sum("vote_count"), F.lit(0)).alias("votes"),
    )


if __name__ == "__main__":
    job.run(transform, SCHEMA)
