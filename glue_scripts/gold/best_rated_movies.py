"""Movies ranked by Bayesian weighted rating."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

# WR = v/(v+m) R + m/(v+m) C: v ratings of mean R, C the mean of all ratings (formula that IMDb published for its Top 250).
# m is a constant, so that a movie's value does not move with the size of others; 25 ratings weigh as much as the prior mean.
PRIOR_RATINGS = 25
SCHEMA = columns.described(
    ("movie_key", T.StringType(), "Movie of gold/movies."),
    ("title", T.StringType(), "Title."),
    ("release_year", T.IntegerType(), "Year of release; null where unknown."),
    ("rank", T.LongType(), "1 is the best; no two movies share a rank."),
    ("weighted_rating", T.DoubleType(), "Mean rating drawn to the mean of all ratings, stars."),
    ("ratings", T.LongType(), "Number of ratings."),
    ("average_rating", T.DoubleType(), "Mean rating, stars."),
)


def transform(movies: DataFrame, movielens_ratings: DataFrame) -> DataFrame:
    rated = movielens_ratings.groupBy("item_id").agg(F.count(F.lit(1)).alias("ratings"), F.sum("rating").alias("stars"))
    prior = rated.agg((F.sum("stars") / F.sum("ratings")).alias("prior"))
    weighted = (F.col("stars") + PRIOR_RATINGS * F.col("prior")) / (F.col("ratings") + PRIOR_RATINGS)
    items = movies.where("movielens_id is not null").select("movie_key", "title", "release_year", F.col("movielens_id").alias("item_id"))
    rows = items.join(rated, "item_id").crossJoin(prior).withColumn("weighted_rating", F.round(weighted, 6))
    best = Window.orderBy(F.desc("weighted_rating"), F.desc("ratings"), "movie_key")
    average = F.round(F.col("stars") / F.col("ratings"), 6).alias("average_rating")
    rank = F.row_number().over(best).cast("long").alias("rank")
    return rows.select("movie_key", "title", "release_year", rank, "weighted_rating", "ratings", average)


if __name__ == "__main__":
    job.run(transform, SCHEMA)
