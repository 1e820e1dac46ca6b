"""Movies with at least 5 ratings: how positive, how high, how much reviewed."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

MINIMUM_RATINGS = 5
POSITIVE_ABOVE = 3.0  # stars
SCHEMA = columns.described(
    ("movie_key", T.StringType(), "Movie of gold/movies."),
    ("title", T.StringType(), "Title."),
    ("release_year", T.IntegerType(), "Year of release; null where unknown."),
    ("ratings", T.LongType(), "Number of ratings, at least 5."),
    ("average_rating", T.DoubleType(), "Mean rating, stars."),
    ("positive_balance", T.DoubleType(), "(Ratings above 3 stars - the others) / all, -1 to 1."),
    ("reviews", T.LongType(), "Number of reviews."),
)


def transform(movies: DataFrame, movielens_ratings: DataFrame, imdb_reviews: DataFrame) -> DataFrame:
    positive = F.sum(F.when(F.col("rating") > POSITIVE_ABOVE, 1).otherwise(0))
    rated = movielens_ratings.groupBy("item_id").agg(
        F.count(F.lit(1)).alias("ratings"), F.sum("rating").alias("stars"), positive.alias("positive")
    )
    rated = rated.where(F.col("ratings") >= MINIMUM_RATINGS)
    reviewed = imdb_reviews.groupBy("item_id").agg(F.sum("copies").alias("reviews"))
    items = movies.where("movielens_id is not null").select("movie_key", "title", "release_year", F.col("movielens_id").alias("item_id"))
    return (
        items.join(rated, "item_id")
        .join(reviewed, "item_id", "left")
        .select(
            "movie_key",
            "title",
            "release_year",
            "ratings",
            F.round(F.col("stars") / F.col("ratings"), 6).alias("average_rating"),
            F.round((2 * F.col("positive") - F.col("ratings")) / F.col("ratings"), 6).alias("positive_balance"),
            F.coalesce("reviews", F.lit(0)).alias("reviews"),
        )
    )


if __name__ == "__main__":
    job.run(transform, SCHEMA)
