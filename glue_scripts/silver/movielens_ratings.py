"""Ratings of the Tag Genome archive: one row a user and item."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("user_id", T.LongType(), "MovieLens user."),
    ("item_id", T.LongType(), "MovieLens item."),
    ("rating", T.DoubleType(), "Stars, 0.5 to 5; the highest where the user rated the item more than once."),
)
SOURCE = columns.record(user_id=T.DoubleType(), item_id=T.DoubleType(), rating=T.DoubleType())
KEY = ("user_id", "item_id")


def reject() -> Column:
    """Reason why a source row cannot be used, null when it can."""
    return F.coalesce(columns.no_id("user_id"), columns.no_id("item_id"), columns.no_rating(F.col("rating")))


def transform(movielens_ratings: DataFrame) -> DataFrame:
    pairs = movielens_ratings.select(F.col("user_id").cast("long"), F.col("item_id").cast("long"), "rating")
    return pairs.groupBy("user_id", "item_id").agg(F.max("rating").alias("rating"))


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject, KEY))
