"""One row a movie over all sources: TMDB and MovieLens, matched by the published ids, then by title and year."""

from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import columns, job

TIERS = BY_ID, BY_TITLE, BY_TITLE_YEAR_BESIDE, BY_OTHER_TITLE = 1, 2, 3, 4
SCHEMA = columns.described(
    ("movie_key", T.StringType(), "tmdb: and TMDB's id where TMDB has the movie, else ml: and MovieLens' item."),
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
    tmdb_movies = columns.newest(tmdb_movies)
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

    By the published ids first: where several items name one TMDB movie, the oldest has it. What is left, by the evidence of TIERS, the best
    first; what either side has twice on the same evidence stays unmatched. All candidates are listed once and judged by counts over
    them, since each join with an earlier step's result would read and join the inputs anew.
    """
    pairs = _candidates(tmdb_movies, items).groupBy("tmdb_id", "item_id").agg(F.min("tier").alias("tier"))
    oldest = F.min(F.when(F.col("tier") == BY_ID, F.col("item_id"))).over(Window.partitionBy("tmdb_id"))
    pairs = pairs.withColumn("standing", (F.col("tier") > BY_ID) | (F.col("item_id") == oldest))
    taken = F.lit(0)
    for tier in TIERS:
        # a candidate counts while no better one of its movie or item does
        pairs = pairs.withColumn(f"is_{tier}", _flag(F.col("standing") & (F.col("tier") == tier) & (taken == 0)))
        pairs = pairs.withColumn(f"around_{tier}", _sum(f"is_{tier}", "tmdb_id") + _sum(f"is_{tier}", "item_id"))
        taken = taken + F.col(f"around_{tier}")
    # A pair that is alone of its kind on both sides is counted twice: once on each.
    alone = reduce(or_, ((F.col(f"is_{tier}") == 1) & (F.col(f"around_{tier}") == 2) for tier in TIERS[1:]))
    how = F.when(F.col(f"is_{BY_ID}") == 1, F.lit("links")).when(alone, F.lit("title_year")).alias("matched_by")
    return pairs.select("tmdb_id", "item_id", how).where("matched_by is not null")


def _candidates(tmdb_movies: DataFrame, items: DataFrame) -> DataFrame:
    """Every pair that has some evidence, with its tier."""
    movies = tmdb_movies.select("tmdb_id", columns.normalized(F.col("title")).alias("name"), F.col("release_year").alias("year"))
    # MovieLens writes "City of Lost Children, The (Cité des enfants perdus, La)": the title, and in parentheses what else it is called.
    calls = F.array_union(F.array("ml_title"), F.split("ml_title", r" *\("))
    called = items.select("item_id", "ml_title", F.col("ml_year").alias("item_year"), F.explode(calls).alias("called"))
    names = called.select(
        "item_id",
        "item_year",
        F.col("ml_title").startswith(F.col("called")).alias("main"),
        columns.normalized(F.regexp_replace("called", r"^a\.k\.a\. |\)\z", "")).alias("name"),
    )
    named = movies.join(names.where("name != ''"), "name").where(F.abs(F.col("year") - F.col("item_year")) <= 1)
    same_year = F.col("year") == F.col("item_year")
    tier = F.when(F.col("main") & same_year, BY_TITLE).when(F.col("main"), BY_TITLE_YEAR_BESIDE).when(same_year, BY_OTHER_TITLE)
    ids = items.select("item_id", F.col("link").alias("tmdb_id")).join(tmdb_movies.select("tmdb_id"), "tmdb_id")
    found = named.select("tmdb_id", "item_id", tier.alias("tier")).where("tier is not null")
    return found.unionByName(ids.select("tmdb_id", "item_id", F.lit(BY_ID).alias("tier")))


def _flag(condition: Column) -> Column:
    return F.when(condition, 1).otherwise(0)


def _sum(column: str, over: str) -> Column:
    return F.sum(column).over(Window.partitionBy(over))


if __name__ == "__main__":
    job.run(transform, SCHEMA)
