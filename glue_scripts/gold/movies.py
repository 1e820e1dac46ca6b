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
    links = movielens_links.select(
        F.col("movie_id").alias("item_id"), F.col("imdb_id").alias("link_imdb_id"), F.col("tmdb_id").alias("link")
    )
    items = imdb_metadata.select(
        "item_id", F.col("title").alias("ml_title"), F.col("release_year").alias("ml_year"), "directors", "starring", "imdb_id"
    ).join(links, "item_id", "left")
    matches = _matches(tmdb_movies, items)
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


def _matches(tmdb_movies: DataFrame, items: DataFrame) -> DataFrame:
    """Pairs of tmdb_id and item_id, each in one pair at most, with `matched_by`.

    By the published ids first: where several items name one TMDB movie, the oldest has it. What is left, by equal title and year,
    then by years one apart; what either side has twice stays unmatched. All candidates are listed once and judged by counts over
    them, since each join with an earlier step's result would read and join the inputs anew.
    """
    movies = tmdb_movies.select("tmdb_id", columns.normalized(F.col("title")).alias("name"), F.col("release_year").alias("year"))
    others = items.select("item_id", "link", columns.normalized(F.col("ml_title")).alias("name"), F.col("ml_year").alias("item_year"))
    ids = others.select("item_id", F.col("link").alias("tmdb_id")).join(tmdb_movies.select("tmdb_id"), "tmdb_id")
    named = movies.join(others.where("name != ''"), "name").where(F.abs(F.col("year") - F.col("item_year")) <= 1)
    pairs = ids.select("tmdb_id", "item_id", F.lit(1).alias("by_id"), F.lit(0).alias("same_year")).unionByName(
        named.select("tmdb_id", "item_id", F.lit(0).alias("by_id"), _flag(F.col("year") == F.col("item_year")).alias("same_year"))
    )
    oldest = F.min(F.when(F.col("by_id") == 1, F.col("item_id"))).over(Window.partitionBy("tmdb_id"))
    pairs = pairs.withColumn("linked", _flag((F.col("by_id") == 1) & (F.col("item_id") == oldest)))
    pairs = _counted(pairs, "linked")
    pairs = pairs.withColumn("same", _flag((F.col("linked_around") == 0) & (F.col("by_id") == 0) & (F.col("same_year") == 1)))
    pairs = _counted(pairs, "same")
    free = (F.col("linked_around") == 0) & (F.col("by_id") == 0) & (F.col("same_around") == 0)
    pairs = _counted(pairs.withColumn("near", _flag(free)), "near")
    # A pair that is alone of its kind on both sides is counted twice: once on each.
    alone = ((F.col("same") == 1) & (F.col("same_around") == 2)) | ((F.col("near") == 1) & (F.col("near_around") == 2))
    how = F.when(F.col("linked") == 1, F.lit("links")).when(alone, F.lit("title_year")).alias("matched_by")
    return pairs.select("tmdb_id", "item_id", how).where("matched_by is not null")


def _flag(condition: Column) -> Column:
    return F.when(condition, 1).otherwise(0)


def _counted(pairs: DataFrame, flag: str) -> DataFrame:
    """With `<flag>_around`: how many pairs of the same movie have the flag, and how many of the same item."""
    around = _sum(flag, "tmdb_id") + _sum(flag, "item_id")
    return pairs.withColumn(f"{flag}_around", around)


def _sum(column: str, over: str) -> Column:
    return F.sum(column).over(Window.partitionBy(over))


if __name__ == "__main__":
    job.run(transform, SCHEMA)
