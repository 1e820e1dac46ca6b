"""For each role, person and decade, how many movies and how they were rated."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

SCHEMA = columns.described(
    ("role", T.StringType(), "director or actor."),
    ("name", T.StringType(), "The person's name; two persons of one name are one row."),
    ("decade", T.IntegerType(), "First year of the decade of release."),
    ("rank", T.LongType(), "Place among the role and decade by ratings; 1 has most."),
    ("movies", T.LongType(), "Number of movies."),
    ("ratings", T.LongType(), "Number of their ratings."),
    ("average_rating", T.DoubleType(), "Mean of their ratings, stars; null without any."),
)


def transform(imdb_metadata: DataFrame, movielens_ratings: DataFrame) -> DataFrame:
    rated = movielens_ratings.groupBy("item_id").agg(F.count(F.lit(1)).alias("ratings"), F.sum("rating").alias("stars"))
    decade = (F.floor(F.col("release_year") / 10) * 10).cast("int").alias("decade")
    dated = imdb_metadata.where("release_year is not null")
    directors = dated.select("item_id", decade, F.lit("director").alias("role"), F.explode(F.array_distinct("directors")).alias("name"))
    actors = dated.select("item_id", decade, F.lit("actor").alias("role"), F.explode(F.array_distinct("starring")).alias("name"))
    total = directors.unionByName(actors).join(rated, "item_id", "left").groupBy("role", "name", "decade").agg(
        F.count(F.lit(1)).alias("movies"), F.coalesce(F.sum("ratings"), F.lit(0)).alias("ratings"), F.sum("stars").alias("stars")
    )  # fmt: skip
    order = Window.partitionBy("role", "decade").orderBy(F.desc("ratings"), F.desc("movies"), "name")
    average = F.when(F.col("ratings") > 0, F.round(F.col("stars") / F.col("ratings"), 6)).alias("average_rating")
    return total.select("role", "name", "decade", F.row_number().over(order).cast("long").alias("rank"), "movies", "ratings", average)


if __name__ == "__main__":
    job.run(transform, SCHEMA)
