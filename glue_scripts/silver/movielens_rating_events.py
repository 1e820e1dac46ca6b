"""Ratings of ml-latest with the time when they were given: one row a user and movie."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("user_id", T.LongType(), "MovieLens user."),
    ("movie_id", T.LongType(), "MovieLens movie."),
    ("rating", T.DoubleType(), "Stars, 0.5 to 5."),
    ("rated_at", T.TimestampType(), "When the rating was given (UTC)."),
    columns.COPIES,
    ("rating_year", T.IntegerType(), "Year when the rating was given; the table is partitioned by it."),
)
SOURCE = columns.record(userId=T.StringType(), movieId=T.StringType(), rating=T.StringType(), timestamp=T.StringType())
STARS = r"^ *(0\.[5-9][0-9]*|[1-4](\.[0-9]+)?|5(\.0+)?) *\z"
SECONDS = r"^ *[0-9]{1,10} *\z"
MILLIONTHS, BEYOND_STARS = 1_000_000, 2**23  # of a star; more of them than the highest rating has


def _year(seconds: Column) -> Column:
    return F.year(F.timestamp_seconds(seconds))


def partition() -> Column:
    """Year of the rating, null without a time."""
    return _year(F.when(F.col("timestamp").rlike(SECONDS), F.trim("timestamp").cast("long")))


def reject() -> list[columns.Reason]:
    """Why a source row cannot be used."""
    return [
        *columns.no_csv_id("userId"),
        *columns.no_csv_id("movieId"),
        *columns.no_match("rating", STARS, "rating is not between 0.5 and 5"),
        *columns.no_match("timestamp", SECONDS, "timestamp is no epoch second"),
    ]


def transform(movielens_rating_events: DataFrame) -> DataFrame:
    given = F.trim("timestamp").cast("long")
    rows = movielens_rating_events.select(
        F.trim("userId").cast("long").alias("user_id"),
        F.trim("movieId").cast("long").alias("movie_id"),
        given.alias("seconds"),
        F.trim("rating").cast("double").alias("rating"),
        _year(given).alias("rating_year"),
    )
    # The last rating of the year counts, the higher one of the same second. Both are one number, exact for six decimals of a star: the
    # maximum of a struct costs several times as much, and the multiples of a power of two divide exactly as doubles.
    both = F.col("seconds") * BEYOND_STARS + F.round(F.col("rating") * MILLIONTHS).cast("long")
    last = rows.groupBy("rating_year", "user_id", "movie_id").agg(F.max(both).alias("last"), columns.copies().alias("copies"))
    stars = F.col("last") % BEYOND_STARS
    seconds = ((F.col("last") - stars) / BEYOND_STARS).cast("long")
    when = F.timestamp_seconds(seconds).alias("rated_at")
    return last.select("user_id", "movie_id", (stars / MILLIONTHS).alias("rating"), when, "copies", "rating_year")


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject, partition))
