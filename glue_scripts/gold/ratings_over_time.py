"""For each month of rating and decade of release, how many ratings and how high."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

SCHEMA = columns.described(
    ("rating_month", T.DateType(), "First day of the month in which the ratings were given (UTC)."),
    ("release_decade", T.IntegerType(), "First year of the movies' decade; null where the year is unknown."),
    ("ratings", T.LongType(), "Number of ratings."),
    ("average_rating", T.DoubleType(), "Mean rating, stars."),
)


def transform(movies: DataFrame, movielens_rating_events: DataFrame) -> DataFrame:
    month = F.trunc(F.to_date("rated_at"), "month").alias("rating_month")
    monthly = movielens_rating_events.groupBy("movie_id", month).agg(F.count(F.lit(1)).alias("ratings"), F.sum("rating").alias("stars"))
    decade = (F.floor(F.col("release_year") / 10) * 10).cast("int").alias("release_decade")
    items = movies.where("movielens_id is not null").select(F.col("movielens_id").alias("movie_id"), decade)
    sums = monthly.join(items, "movie_id", "left").groupBy("rating_month", "release_decade")
    total = sums.agg(F.sum("ratings").alias("ratings"), F.sum("stars").alias("stars"))
    return total.select("rating_month", "release_decade", "ratings", F.round(F.col("stars") / F.col("ratings"), 6).alias("average_rating"))


if __name__ == "__main__":
    job.run(transform, SCHEMA)
