"""For each tag and release year with at least 5 movies, how its movies were rated."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

MINIMUM_MOVIES = 5
SCHEMA = columns.described(
    ("tag", T.StringType(), "The tag's words."),
    ("release_year", T.IntegerType(), "Year of release."),
    ("movies", T.LongType(), "Number of rated movies with the tag, at least 5."),
    ("ratings", T.LongType(), "Number of their ratings."),
    ("average_rating", T.DoubleType(), "Mean of their ratings, stars."),
)


def transform(movies: DataFrame, movielens_ratings: DataFrame, movielens_tags: DataFrame, movielens_tag_count: DataFrame) -> DataFrame:
    rated = movielens_ratings.groupBy("item_id").agg(F.count(F.lit(1)).alias("ratings"), F.sum("rating").alias("stars"))
    known = movies.where("movielens_id is not null and release_year is not null")
    items = known.select(F.col("movielens_id").alias("item_id"), "release_year").join(rated, "item_id")
    # Two ids may have the same words: a movie counts once for them.
    tagged = movielens_tag_count.where("num > 0").join(movielens_tags, "tag_id").select("tag", "item_id").distinct()
    total = tagged.join(items, "item_id").groupBy("tag", "release_year").agg(
        F.count(F.lit(1)).alias("movies"), F.sum("ratings").alias("ratings"), F.sum("stars").alias("stars")
    )  # fmt: skip
    average = F.round(F.col("stars") / F.col("ratings"), 6).alias("average_rating")
    return total.where(F.col("movies") >= MINIMUM_MOVIES).select("tag", "release_year", "movies", "ratings", average)


if __name__ == "__main__":
    job.run(transform, SCHEMA)
