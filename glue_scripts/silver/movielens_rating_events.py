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
    ("rating_year", T.IntegerType(), "Year when the rating was given; the table is partitioned by it."),
)
SOURCE = columns.record(userId=T.StringType(), movieId=T.StringType(), rating=T.StringType(), timestamp=T.StringType())
MILLIONTHS, BEYOND_STARS = 1_000_000, 2**23  # of a star; more of them than the highest rating has
KEY = ("cast(trim(userId) as bigint)", "cast(trim(movieId) as bigint)")


def _seconds() -> Column:
    return F.when(F.trim("timestamp").rlike("^[0-9]{1,10}$"), F.trim("timestamp").cast("long"))


def partition() -> Column:
    """Year of the rating, null without a time."""
    return F.year(F.timestamp_seconds(_seconds()))


def reject() -> Column:
    """Reason why a source row cannot be used, null when it can."""
    stars = F.when(F.trim("rating").rlike(r"^[0-9](\.[0-9]+)?$"), F.trim("rating").cast("double"))
    return F.coalesce(
        columns.no_csv_id("userId"),
        columns.no_csv_id("movieId"),
        columns.no_rating(stars),
        F.when(_seconds().isNull(), F.lit("timestamp is no epoch second")),
    )


def transform(movielens_rating_events: DataFrame) -> DataFrame:
    rows = movielens_rating_events.select(
        F.trim("userId").cast("long").alias("user_id"),
        F.trim("movieId").cast("long").alias("movie_id"),
        _seconds().alias("seconds"),
        F.trim("rating").cast("double").alias("rating"),
        partition().alias("rating_year"),
    )
    # The last rating of the year counts, the higher one of the same second. Both are one number, exact for six decimals of a star: the
    # maximum of a struct costs ten times its time and memory, and the multiples of a power of two divide exactly as doubles.
    both = F.col("seconds") * BEYOND_STARS + F.round(F.col("rating") * MILLIONTHS).cast("long")
    last = rows.groupBy("rating_year", "user_id", "movie_id").agg(F.max(both).alias("last"))
    stars = F.col("last") % BEYOND_STARS
    seconds = ((F.col("last") - stars) / BEYOND_STARS).cast("long")
    when = F.timestamp_seconds(seconds).alias("rated_at")
    return last.select("user_id", "movie_id", (stars / MILLIONTHS).alias("rating"), when, "rating_year")


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject, KEY, partition))
