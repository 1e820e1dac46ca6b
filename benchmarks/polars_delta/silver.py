"""Silver by Polars: each function takes the bronze folder and gives the usable rows' table and the count of the others by reason."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from benchmarks.polars_delta.source import Made, imdb, names, no_digits, no_id, no_text, scan, scan_bad, split, unfit, whole
from glue_scripts.columns import GENRES

S, I, F = pl.String, pl.Int64, pl.Float64  # noqa: E741
C = pl.col


def tmdb_movies(bronze: Path) -> Made:
    raw = scan(
        bronze, "tmdb_movies/*/*/*.ndjson.gz", _snapshot=S, _page=I, _extracted_at=S, _partition=S, id=I, title=S, original_title=S,
        original_language=S, overview=S, release_date=S, genre_ids=pl.List(I), popularity=F, vote_average=F, vote_count=I,
        adult=pl.Boolean, video=pl.Boolean, poster_path=S, backdrop_path=S,
    )  # fmt: skip
    date = pl.col("release_date").str.to_date("%Y-%m-%d", strict=False)
    no_date = pl.when(date.is_null()).then(pl.lit("release_date is no date"))
    outside = pl.when(pl.col("release_date").str.slice(0, 4) != pl.col("_partition")).then(pl.lit("release_date is outside the partition"))
    good, bad = split(raw, "tmdb_movies", no_id("id"), no_text("title"), no_date, outside)
    order = ["_snapshot", "_object", "_page", "popularity", "vote_count", "title", "release_date", "overview"]
    newest = good.sort(order, descending=True, nulls_last=True).unique(["_partition", "id"], keep="first", maintain_order=True)
    genres = pl.col("genre_ids").list.eval(pl.element().replace_strict(GENRES, default=None, return_dtype=S).drop_nulls())
    return newest.select(
        pl.col("id").alias("tmdb_id"), "title", "original_title", "original_language", "overview", date.alias("release_date"),
        genres.alias("genres"), "genre_ids", "popularity", "vote_average", "vote_count", "adult", "video", "poster_path", "backdrop_path",
        pl.col("_snapshot").alias("snapshot"), pl.col("_extracted_at").str.to_datetime(time_zone="UTC").alias("extracted_at"),
        date.dt.year().alias("release_year"),
    ), bad  # fmt: skip


def imdb_metadata(bronze: Path) -> Made:
    raw = scan_bad(bronze, "imdb_metadata/*/*.ndjson.gz", item_id=I, title=S, directedBy=S, starring=S, dateAdded=S, avgRating=F, imdbId=S)
    good, bad = split(raw, "imdb_metadata", no_id("item_id"), no_text("title"))
    newest = good.sort("_object", "title", "avgRating", "imdbId", descending=True, nulls_last=True).unique("item_id", keep="first")
    year = r"\(([0-9]{4})\)\s*$"
    short = pl.col("title").str.replace(year, "").str.strip_chars()
    return newest.select(
        "item_id", pl.when(short == "").then(pl.col("title").str.strip_chars()).otherwise(short).alias("title"),
        pl.col("title").str.extract(year).cast(pl.Int32).alias("release_year"), names("directedBy").alias("directors"),
        names("starring").alias("starring"), pl.col("dateAdded").alias("date_added"), pl.col("avgRating").alias("avg_rating"),
        imdb("imdbId").alias("imdb_id"),
    ), bad  # fmt: skip


def imdb_reviews(bronze: Path) -> Made:
    good, bad = split(scan(bronze, "imdb_reviews/*/*.ndjson.gz", item_id=I, txt=S), "imdb_reviews", no_id("item_id"), no_text("txt"))
    # Polars has no SHA-256: the id is made of the distinct texts
    return good.group_by("item_id", pl.col("txt").alias("text")).agg(copies=pl.len().cast(I)), bad


def movielens_ratings(bronze: Path) -> Made:
    raw = scan(bronze, "movielens_ratings/*/*.ndjson.gz", user_id=I, item_id=I, rating=F)
    good, bad = split(raw, "movielens_ratings", no_id("user_id"), no_id("item_id"), unfit(pl.col("rating")))
    return good.group_by("user_id", "item_id").agg(pl.col("rating").max()), bad


def movielens_tags(bronze: Path) -> Made:
    good, bad = split(scan(bronze, "movielens_tags/*/*.ndjson.gz", id=I, tag=S), "movielens_tags", no_id("id"), no_text("tag"))
    return good.group_by(pl.col("id").alias("tag_id")).agg(pl.col("tag").str.strip_chars().max()), bad


def movielens_tag_count(bronze: Path) -> Made:
    raw = scan(bronze, "movielens_tag_count/*/*.ndjson.gz", item_id=I, tag_id=I, num=I)
    good, bad = split(raw, "movielens_tag_count", no_id("item_id"), no_id("tag_id"), no_id("num"))
    return good.group_by("item_id", "tag_id").agg(pl.col("num").max()), bad


def movielens_rating_events(bronze: Path) -> Made:
    raw = scan(bronze, "movielens_rating_events/*/*.ndjson.gz", userId=S, movieId=S, rating=S, timestamp=S)
    stars = pl.when(pl.col("rating").str.contains(r"^ *[0-9](\.[0-9]+)? *$")).then(pl.col("rating")).str.strip_chars().cast(F)
    no_time = pl.when(~pl.col("timestamp").str.contains("^ *[0-9]{1,10} *$").fill_null(False)).then(pl.lit("timestamp is no epoch second"))
    good, bad = split(raw, "movielens_rating_events", no_digits("userId"), no_digits("movieId"), unfit(stars), no_time)
    when = pl.from_epoch(whole("timestamp"), time_unit="s").dt.replace_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
    rows = good.select(
        whole("userId").alias("user_id"), whole("movieId").alias("movie_id"), when.alias("rated_at"),
        pl.col("rating").str.strip_chars().cast(F),
    ).with_columns(rating_year=pl.col("rated_at").dt.year())  # fmt: skip
    # the last rating of a year and the higher one of a second, as one number: Polars has no maximum of structs
    both = (C("rated_at").dt.epoch("s") * 100 + (C("rating") * 10).cast(I)).max().alias("both")
    last = rows.group_by("rating_year", "user_id", "movie_id").agg(both)
    moment = pl.from_epoch(C("both") // 100, time_unit="s").cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias("rated_at")
    return last.select("user_id", "movie_id", (C("both") % 100 / 10).alias("rating"), moment, "rating_year"), bad


def movielens_links(bronze: Path) -> Made:
    raw = scan(bronze, "movielens_links/*/*.ndjson.gz", movieId=S, imdbId=S, tmdbId=S)

    def bad_digits(name: str) -> pl.Expr:
        return pl.when(pl.col(name).str.strip_chars() != "").then(no_digits(name))

    good, bad = split(raw, "movielens_links", no_digits("movieId"), bad_digits("imdbId"), bad_digits("tmdbId"))
    number = pl.when(pl.col("tmdbId").str.strip_chars() != "").then(pl.col("tmdbId")).str.strip_chars().cast(I)
    rows = good.select(whole("movieId").alias("movie_id"), imdb("imdbId").alias("imdb_id"), number.alias("tmdb_id"))
    return rows.group_by("movie_id").agg(pl.col("imdb_id").max(), pl.col("tmdb_id").max()), bad


TABLES = (
    tmdb_movies, imdb_metadata, imdb_reviews, movielens_ratings, movielens_tags, movielens_tag_count, movielens_rating_events,
    movielens_links,
)  # fmt: skip
