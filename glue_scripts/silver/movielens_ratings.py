"""Ratings of the Tag Genome archive: one row a user and item."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job
from glue_scripts.silver_input import Source

SCHEMA = columns.described(
    ("user_id", T.LongType(), "MovieLens user."),
    ("item_id", T.LongType(), "MovieLens item."),
    ("rating", T.DoubleType(), "Stars, 0.5 to 5; the highest where the user rated the item more than once."),
    columns.COPIES,
)
SOURCE = columns.record(user_id=T.DoubleType(), item_id=T.DoubleType(), rating=T.DoubleType())


def reject() -> list[columns.Reason]:
    """Why a source row cannot be used."""
    outside = F.col("rating").isNull() | ~F.col("rating").between(0.5, 5.0)
    return [*columns.no_id("user_id"), *columns.no_id("item_id"), (outside, "rating is not between 0.5 and 5")]


def transform(movielens_ratings: DataFrame) -> DataFrame:
    pairs = movielens_ratings.select(F.col("user_id").cast("long"), F.col("item_id").cast("long"), "rating")
    return pairs.groupBy("user_id", "item_id").agg(F.max("rating").alias("rating"), columns.copies().alias("copies"))


if __name__ == "__main__":
    job.run(transform, SCHEMA, Source(SOURCE, reject))
