"""Gold of the usual kind: facts are joined with their movies first, and aggregated then."""

from __future__ import annotations

from collections.abc import Callable

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F  # noqa: N812

from glue_scripts import columns

Load = Callable[[str], DataFrame]


def movies(load: Load) -> DataFrame:
    tmdb, links = load("silver/tmdb_movies"), load("silver/movielens_links")
    links = links.select(F.col("movie_id").alias("item_id"), F.col("imdb_id").alias("link_imdb_id"), F.col("tmdb_id").alias("link"))
    items = load("silver/imdb_metadata").withColumnRenamed("title", "ml_title").withColumnRenamed("release_year", "ml_year")
    items = items.join(links, "item_id", "left")
    matched = _matches(tmdb, items)
    joined = tmdb.join(matched, "tmdb_id", "left").join(items, "item_id", "full")
    none = F.array().cast("array<string>")
    return joined.select(
        F.coalesce(F.concat(F.lit("tmdb:"), F.col("tmdb_id")), F.concat(F.lit("ml:"), F.col("item_id"))).alias("movie_key"),
        F.coalesce("title", "ml_title").alias("title"),
        F.coalesce("release_year", "ml_year").alias("release_year"),
        "tmdb_id",
        F.coalesce("imdb_id", "link_imdb_id").alias("imdb_id"),
        F.col("item_id").alias("movielens_id"),
        F.coalesce("matched_by", F.lit("none")).alias("matched_by"),
        *(F.coalesce(name, none).alias(name) for name in ("genres", "directors", "starring")),
        "popularity",
        "vote_average",
        "vote_count",
    )


def _matches(tmdb: DataFrame, items: DataFrame) -> DataFrame:
    linked = items.withColumnRenamed("link", "tmdb_id").join(tmdb.select("tmdb_id"), "tmdb_id")
    linked = linked.groupBy("tmdb_id").agg(F.min("item_id").alias("item_id"))
    found = linked.withColumn("matched_by", F.lit("links"))
    free = _without(_pairs(tmdb, items), linked)
    for rule in ("main and year = ml_year", "main", "year = ml_year"):
        pairs = free.filter(rule).select("tmdb_id", "item_id").dropDuplicates()
        found = found.unionByName(_alone(pairs).withColumn("matched_by", F.lit("title_year")))
        free = _without(free, pairs)
    return found


def _pairs(tmdb: DataFrame, items: DataFrame) -> DataFrame:
    """Of one name and at most a year apart; `main` where it is the item's title, not what follows in parentheses."""
    named = tmdb.select("tmdb_id", columns.normalized(F.col("title")).alias("name"), F.col("release_year").alias("year"))
    parts = F.explode(F.array_union(F.array("ml_title"), F.split("ml_title", r" *\(")))
    others = items.withColumn("part", parts).withColumn("main", F.col("ml_title").startswith(F.col("part")))
    others = others.withColumn("name", columns.normalized(F.regexp_replace("part", r"^a\.k\.a\. |\)$", "")))
    return named.join(others.filter("name != ''"), "name").filter("abs(year - ml_year) <= 1")


def _without(pairs: DataFrame, taken: DataFrame) -> DataFrame:
    return pairs.join(taken, "tmdb_id", "left_anti").join(taken, "item_id", "left_anti")


def _alone(pairs: DataFrame) -> DataFrame:
    for side in ("tmdb_id", "item_id"):
        pairs = pairs.withColumn(f"n_{side}", F.count("*").over(Window.partitionBy(side)))
    return pairs.filter("n_tmdb_id = 1 and n_item_id = 1").select("tmdb_id", "item_id")


def _rated(load: Load) -> DataFrame:
    """Every rating with its movie."""
    return load("silver/movielens_ratings").join(load("gold/movies"), F.col("item_id") == F.col("movielens_id"))


def _mean() -> Column:
    return F.round(F.avg("rating"), 6).alias("average_rating")


def movies_analytics(load: Load) -> DataFrame:
    positive = F.sum(F.when(F.col("rating") > 3, 1).otherwise(-1))
    rated = _rated(load).groupBy("movie_key", "title", "release_year", "item_id").agg(
        F.count("*").alias("ratings"), _mean(), F.round(positive / F.count("*"), 6).alias("positive_balance")
    )  # fmt: skip
    reviews = load("gold/movies").join(load("silver/imdb_reviews"), F.col("item_id") == F.col("movielens_id"))
    reviews = reviews.groupBy("movie_key").agg(F.sum("copies").alias("reviews"))
    return rated.filter("ratings >= 5").drop("item_id").join(reviews, "movie_key", "left").fillna(0, ["reviews"])


def best_rated_movies(load: Load) -> DataFrame:
    prior = load("silver/movielens_ratings").agg(F.avg("rating").alias("prior"))
    rated = _rated(load).groupBy("movie_key", "title", "release_year").agg(
        F.count("*").alias("ratings"), F.sum("rating").alias("stars"), _mean()
    )  # fmt: skip
    weighted = F.round((F.col("stars") + 25 * F.col("prior")) / (F.col("ratings") + 25), 6)
    rows = rated.crossJoin(prior).withColumn("weighted_rating", weighted)
    best = Window.orderBy(F.desc("weighted_rating"), F.desc("ratings"), "movie_key")
    return rows.withColumn("rank", F.row_number().over(best).cast("long")).drop("stars", "prior")


def most_popular_movies(load: Load) -> DataFrame:
    rows = load("gold/movies").filter("tmdb_id is not null and popularity is not null")
    order = Window.orderBy(F.desc("popularity"), F.desc(F.coalesce("vote_count", F.lit(0))), "movie_key")
    rank = F.row_number().over(order).cast("long").alias("rank")
    return rows.select("movie_key", "title", "release_year", rank, "popularity", "vote_average", "vote_count")


def genre_popularity(load: Load) -> DataFrame:
    rows = load("silver/tmdb_movies").withColumn("genre", F.explode(F.array_distinct("genres")))
    return rows.groupBy("genre", "release_year").agg(
        F.count("*").alias("movies"), F.round(F.avg("popularity"), 6).alias("popularity"),
        F.round(F.avg("vote_average"), 6).alias("vote_average"), F.coalesce(F.sum("vote_count"), F.lit(0)).alias("votes"),
    )  # fmt: skip


def ratings_over_time(load: Load) -> DataFrame:
    rows = load("silver/movielens_rating_events").join(load("gold/movies"), F.col("movie_id") == F.col("movielens_id"), "left")
    decade = (F.floor(F.col("release_year") / 10) * 10).cast("int").alias("release_decade")
    month = F.trunc(F.to_date("rated_at"), "month").alias("rating_month")
    return rows.groupBy(month, decade).agg(F.count("*").alias("ratings"), _mean())


def tag_ratings_over_years(load: Load) -> DataFrame:
    tagged = load("silver/movielens_tag_count").filter("num > 0").join(load("silver/movielens_tags"), "tag_id")
    tagged = tagged.select("tag", "item_id").dropDuplicates()
    rows = tagged.join(_rated(load).filter("release_year is not null"), "item_id")
    total = rows.groupBy("tag", "release_year").agg(F.countDistinct("item_id").alias("movies"), F.count("*").alias("ratings"), _mean())
    return total.filter("movies >= 5")


def popular_people_by_decade(load: Load) -> DataFrame:
    dated = load("silver/imdb_metadata").filter("release_year is not null")
    decade = (F.floor(F.col("release_year") / 10) * 10).cast("int").alias("decade")
    people = [
        dated.select("item_id", decade, F.lit(role).alias("role"), F.explode(F.array_distinct(names)).alias("name"))
        for role, names in (("director", "directors"), ("actor", "starring"))
    ]
    rows = people[0].unionByName(people[1]).join(load("silver/movielens_ratings"), "item_id", "left")
    total = rows.groupBy("role", "name", "decade").agg(
        F.countDistinct("item_id").alias("movies"), F.count("rating").alias("ratings"), _mean()
    )  # fmt: skip
    order = Window.partitionBy("role", "decade").orderBy(F.desc("ratings"), F.desc("movies"), "name")
    return total.withColumn("rank", F.row_number().over(order).cast("long"))
