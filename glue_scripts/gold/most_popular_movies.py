"""Movies ranked by TMDB's popularity."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

SCHEMA = columns.described(
    ("movie_key", T.StringType(), "Movie of gold/movies."),
    ("title", T.StringType(), "Title."),
    ("release_year", T.IntegerType(), "Year of release."),
    ("rank", T.LongType(), "1 is the most popular; no two movies share a rank."),
    ("popularity", T.DoubleType(), "TMDB's popularity."),
    ("vote_average", T.DoubleType(), "TMDB's mean vote, 0 to 10."),
    ("vote_count", T.LongType(), "TMDB's number of votes."),
)


def transform(movies: DataFrame, tmdb_movies: DataFrame) -> DataFrame:
    newest = columns.newest(tmdb_movies)
    facts = newest.where("popularity is not null").select("tmdb_id", "popularity", "vote_average", "vote_count")
    rows = movies.select("movie_key", "title", "release_year", "tmdb_id").join(facts, "tmdb_id")
    # Votes break ties, then the key, so that a rerun ranks alike.
    order = Window.orderBy(F.desc("popularity"), F.desc(F.coalesce("vote_count", F.lit(0))), "movie_key")
    rank = F.row_number().over(order).cast("long").alias("rank")
    return rows.select("movie_key", "title", "release_year", rank, "popularity", "vote_average", "vote_count")


if __name__ == "__main__":
    job.run(transform, SCHEMA)
