"""Silver of the usual kind: each function reads its JSON with an inferred schema and gives the table; unusable rows go to quarantine."""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812

from glue_scripts import columns


def read(spark: SparkSession, bronze: str, table: str, good: Column) -> tuple[DataFrame, DataFrame]:
    """Rows for which `good` holds, and the others."""
    path = f"{bronze}/{table}/*/*.ndjson.gz" if table != "tmdb_movies" else f"{bronze}/{table}/*/*/*.ndjson.gz"
    raw = spark.read.json(path)
    usable = F.coalesce(good, F.lit(False))
    bad = raw.filter(~usable).select(F.lit(table).alias("table_name"), F.to_json(F.struct(*raw.columns)).alias("record"))
    return raw.filter(usable), bad


def newest(rows: DataFrame, key: list[str], *order: Column) -> DataFrame:
    place = F.row_number().over(Window.partitionBy(*key).orderBy(*order))
    return rows.withColumn("place", place).filter("place = 1").drop("place")


def tmdb_movies(spark: SparkSession, bronze: str) -> tuple[DataFrame, DataFrame]:
    dated = F.col("release_date").rlike(r"^\d{4}-\d\d-\d\d$") & (F.substring("release_date", 1, 4) == F.col("_partition"))
    rows, bad = read(spark, bronze, "tmdb_movies", F.col("id").isNotNull() & (F.trim("title") != "") & dated)
    rows = newest(rows, ["id"], F.desc("_snapshot"), F.desc("_object"), F.desc("_page"), F.desc("popularity"), F.desc("vote_count"))
    rows = rows.withColumnRenamed("id", "tmdb_id").withColumn("release_date", F.to_date("release_date"))
    rows = rows.withColumn("release_year", F.year("release_date")).withColumn("genres", columns.genres(F.col("genre_ids")))
    rows = rows.withColumn("extracted_at", F.to_timestamp("_extracted_at")).withColumnRenamed("_snapshot", "snapshot")
    return rows.drop("_source", "_object", "_page", "_extracted_at", "_partition"), bad


def imdb_metadata(spark: SparkSession, bronze: str) -> tuple[DataFrame, DataFrame]:
    rows, bad = read(spark, bronze, "imdb_metadata", F.col("item_id").isNotNull() & (F.trim("title") != ""))
    year = r"\(([0-9]{4})\)\s*$"
    found = F.regexp_extract("title", year, 1)
    return rows.dropDuplicates(["item_id"]).select(
        "item_id",
        F.trim(F.regexp_replace("title", year, "")).alias("title"),
        F.when(found != "", found).cast("int").alias("release_year"),
        columns.names(F.col("directedBy")).alias("directors"),
        columns.names(F.col("starring")).alias("starring"),
        F.col("dateAdded").alias("date_added"),
        F.col("avgRating").alias("avg_rating"),
        columns.imdb_id(F.col("imdbId")).alias("imdb_id"),
    ), bad


def imdb_reviews(spark: SparkSession, bronze: str) -> tuple[DataFrame, DataFrame]:
    rows, bad = read(spark, bronze, "imdb_reviews", F.col("item_id").isNotNull() & (F.trim("txt") != ""))
    counted = rows.groupBy("item_id", "txt").count()
    return counted.select("item_id", F.sha2("txt", 256).alias("review_id"), F.col("txt").alias("text"), F.col("count").alias("copies")), bad


def movielens_ratings(spark: SparkSession, bronze: str) -> tuple[DataFrame, DataFrame]:
    good = F.col("user_id").isNotNull() & F.col("item_id").isNotNull() & F.col("rating").between(0.5, 5)
    rows, bad = read(spark, bronze, "movielens_ratings", good)
    return newest(rows, ["user_id", "item_id"], F.desc("rating")).select("user_id", "item_id", "rating"), bad


def movielens_tags(spark: SparkSession, bronze: str) -> tuple[DataFrame, DataFrame]:
    rows, bad = read(spark, bronze, "movielens_tags", F.col("id").isNotNull() & (F.trim("tag") != ""))
    return rows.select(F.col("id").alias("tag_id"), F.trim("tag").alias("tag")).dropDuplicates(["tag_id"]), bad


def movielens_tag_count(spark: SparkSession, bronze: str) -> tuple[DataFrame, DataFrame]:
    rows, bad = read(spark, bronze, "movielens_tag_count", F.col("item_id").isNotNull() & F.col("tag_id").isNotNull() & (F.col("num") > 0))
    return newest(rows, ["item_id", "tag_id"], F.desc("num")).select("item_id", "tag_id", "num"), bad


def movielens_rating_events(spark: SparkSession, bronze: str) -> tuple[DataFrame, DataFrame]:
    digits = F.col("userId").rlike(r"^\d+$") & F.col("movieId").rlike(r"^\d+$") & F.col("timestamp").rlike(r"^\d+$")
    rows, bad = read(spark, bronze, "movielens_rating_events", digits & F.col("rating").cast("double").between(0.5, 5))
    when = F.timestamp_seconds(F.col("timestamp").cast("long"))
    rows = rows.select(
        F.col("userId").cast("long").alias("user_id"),
        F.col("movieId").cast("long").alias("movie_id"),
        F.col("rating").cast("double").alias("rating"),
        when.alias("rated_at"),
        F.year(when).alias("rating_year"),
    )
    return newest(rows, ["rating_year", "user_id", "movie_id"], F.desc("rated_at"), F.desc("rating")), bad


def movielens_links(spark: SparkSession, bronze: str) -> tuple[DataFrame, DataFrame]:
    rows, bad = read(spark, bronze, "movielens_links", F.col("movieId").rlike(r"^\d+$"))
    rows = rows.select(
        F.col("movieId").cast("long").alias("movie_id"),
        columns.imdb_id(F.col("imdbId")).alias("imdb_id"),
        F.when(F.col("tmdbId") != "", F.col("tmdbId")).cast("long").alias("tmdb_id"),
    )
    return rows.dropDuplicates(["movie_id"]), bad
