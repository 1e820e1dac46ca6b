"""One row a movie over all sources: TMDB and MovieLens, matched by the published ids, then by title and year."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

SCHEMA = columns.described(
    ("movie_key", T.StringType(), "tmdb:<TMDB id> where TMDB has the movie, else ml:<MovieLens item>."),
    ("title", T.StringType(), "Title, TMDB's where it has the movie."),
    ("release_year", T.IntegerType(), "Year of release; null where unknown."),
    ("tmdb_id", T.LongType(), "TMDB's id; null where unmatched."),
    ("imdb_id", T.StringType(), "IMDb's id; null where unknown."),
    ("movielens_id", T.LongType(), "MovieLens item; null where unmatched."),
    ("matched_by", T.StringType(), "links (published ids), title_year, or none."),
    ("genres", T.ArrayType(T.StringType()), "TMDB's genres."),
    ("directors", T.ArrayType(T.StringType()), "Names of the directors."),
    ("starring", T.ArrayType(T.StringType()), "Names of the cast."),
    ("popularity", T.DoubleType(), "TMDB's popularity."),
    ("vote_average", T.DoubleType(), "TMDB's mean vote, 0 to 10."),
    ("vote_count", T.LongType(), "TMDB's number of votes."),
)


def transform(tmdb_movies: DataFrame, imdb_metadata: DataFrame, movielens_links: DataFrame) -> DataFrame:
    linked = _linked(tmdb_movies, imdb_metadata, movielens_links)
    named = _named(tmdb_movies.join(linked, "tmdb_id", "left_anti"), imdb_metadata.join(linked, "item_id", "left_anti"))
    matches = linked.withColumn("matched_by", F.lit("links")).unionByName(named.withColumn("matched_by", F.lit("title_year")))
    items = imdb_metadata.select(
        "item_id", F.col("title").alias("ml_title"), F.col("release_year").alias("ml_year"), "directors", "starring", "imdb_id"
    ).join(movielens_links.select(F.col("movie_id").alias("item_id"), F.col("imdb_id").alias("link_imdb_id")), "item_id", "left")
    movies = tmdb_movies.select("tmdb_id", "title", "release_year", "genres", "popularity", "vote_average", "vote_count")
    joined = movies.join(matches, "tmdb_id", "left").join(items, "item_id", "full")
    no_names = F.array().cast("array<string>")
    return joined.select(
        F.coalesce(F.concat(F.lit("tmdb:"), F.col("tmdb_id")), F.concat(F.lit("ml:"), F.col("item_id"))).alias("movie_key"),
        F.coalesce("title", "ml_title").alias("title"),
        F.coalesce("release_year", "ml_year").alias("release_year"),
        "tmdb_id",
        F.coalesce("imdb_id", "link_imdb_id").alias("imdb_id"),
        F.col("item_id").alias("movielens_id"),
        F.coalesce("matched_by", F.lit("none")).alias("matched_by"),
        F.coalesce("genres", no_names).alias("genres"),
        F.coalesce("directors", no_names).alias("directors"),
        F.coalesce("starring", no_names).alias("starring"),
        "popularity",
        "vote_average",
        "vote_count",
    )


def _linked(tmdb_movies: DataFrame, items: DataFrame, links: DataFrame) -> DataFrame:
    """Pairs of the published ids. Where several items name one TMDB movie, the oldest item has it."""
    known = links.where("tmdb_id is not null").select(F.col("movie_id").alias("item_id"), "tmdb_id")
    present = known.join(items.select("item_id"), "item_id", "left_semi").join(tmdb_movies.select("tmdb_id"), "tmdb_id", "left_semi")
    return present.groupBy("tmdb_id").agg(F.min("item_id").alias("item_id"))


def _named(tmdb_movies: DataFrame, items: DataFrame) -> DataFrame:
    """Pairs of equal title and year, then of years one apart; a title and year that either side has twice stays unmatched."""
    movies = tmdb_movies.select("tmdb_id", columns.normalized(F.col("title")).alias("name"), F.col("release_year").alias("year"))
    others = items.select("item_id", columns.normalized(F.col("title")).alias("name"), F.col("release_year").alias("item_year"))
    pairs = movies.join(others.where("name != ''"), "name").where(F.abs(F.col("year") - F.col("item_year")) <= 1)
    # Counted over the pairs, not joined with them again: each such join would read, normalize and join the titles anew.
    same = pairs.withColumn("same", F.when(F.col("year") == F.col("item_year"), 1).otherwise(0))
    counted = same.withColumn("movie_same", _sum("same", "tmdb_id")).withColumn("item_same", _sum("same", "item_id"))
    beside = F.when((F.col("movie_same") == 0) & (F.col("item_same") == 0), 1).otherwise(0)
    counted = counted.withColumn("beside", beside)
    counted = counted.withColumn("movie_beside", _sum("beside", "tmdb_id")).withColumn("item_beside", _sum("beside", "item_id"))
    exact = (F.col("same") == 1) & (F.col("movie_same") == 1) & (F.col("item_same") == 1)
    near = (F.col("beside") == 1) & (F.col("movie_beside") == 1) & (F.col("item_beside") == 1)
    return counted.where(exact | near).select("tmdb_id", "item_id")


def _sum(column: str, over: str) -> Column:
    return F.sum(column).over(Window.partitionBy(over))


if __name__ == "__main__":
    job.run(transform, SCHEMA)
