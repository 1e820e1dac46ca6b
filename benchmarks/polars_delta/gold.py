"""Gold by Polars: each function takes the tables made before it, by name, and gives its own."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from benchmarks.polars_delta import matching

Tables = Mapping[str, pl.LazyFrame]
C = pl.col


def movies(t: Tables) -> pl.LazyFrame:
    links = t["movielens_links"].select(C("movie_id").alias("item_id"), C("imdb_id").alias("link_imdb_id"), C("tmdb_id").alias("link"))
    items = (
        t["imdb_metadata"]
        .select("item_id", C("title").alias("ml_title"), C("release_year").alias("ml_year"), "directors", "starring", "imdb_id")
        .join(links, on="item_id", how="left")
    )
    tmdb = t["tmdb_movies"].select("tmdb_id", "title", "release_year", "genres", "popularity", "vote_average", "vote_count")
    joined = tmdb.join(matching.matches(tmdb, items), on="tmdb_id", how="left").join(items, on="item_id", how="full", coalesce=True)
    key = pl.when(C("tmdb_id").is_not_null()).then("tmdb:" + C("tmdb_id").cast(pl.String)).otherwise("ml:" + C("item_id").cast(pl.String))
    no_names = pl.lit([], dtype=pl.List(pl.String))
    return joined.select(
        key.alias("movie_key"), pl.coalesce("title", "ml_title").alias("title"),
        pl.coalesce("release_year", "ml_year").alias("release_year"), "tmdb_id",
        pl.coalesce("imdb_id", "link_imdb_id").alias("imdb_id"), C("item_id").alias("movielens_id"),
        C("matched_by").fill_null("none"), C("genres").fill_null(no_names), C("directors").fill_null(no_names),
        C("starring").fill_null(no_names), "popularity", "vote_average", "vote_count",
    )  # fmt: skip


def _rated(t: Tables) -> pl.LazyFrame:
    positive = (C("rating") > 3).sum().cast(pl.Int64).alias("positive")
    return (
        t["movielens_ratings"].group_by("item_id").agg(pl.len().cast(pl.Int64).alias("ratings"), C("rating").sum().alias("stars"), positive)
    )


def _mean() -> pl.Expr:
    return (C("stars") / C("ratings")).round(6).alias("average_rating")


def _decade() -> pl.Expr:
    return (C("release_year") // 10 * 10).cast(pl.Int32)


def movies_analytics(t: Tables) -> pl.LazyFrame:
    reviewed = t["imdb_reviews"].group_by("item_id").agg(C("copies").sum().alias("reviews"))
    rows = t["movies"].join(_rated(t).filter(C("ratings") >= 5), left_on="movielens_id", right_on="item_id")
    rows = rows.join(reviewed, left_on="movielens_id", right_on="item_id", how="left")
    balance = ((2 * C("positive") - C("ratings")) / C("ratings")).round(6).alias("positive_balance")
    return rows.select("movie_key", "title", "release_year", "ratings", _mean(), balance, C("reviews").fill_null(0))


def best_rated_movies(t: Tables) -> pl.LazyFrame:
    rated = _rated(t)
    prior = rated.select((C("stars").sum() / C("ratings").sum()).alias("prior"))
    rows = t["movies"].join(rated, left_on="movielens_id", right_on="item_id").join(prior, how="cross")
    rows = rows.with_columns(weighted_rating=((C("stars") + 25 * C("prior")) / (C("ratings") + 25)).round(6))
    rows = rows.sort("weighted_rating", "ratings", "movie_key", descending=[True, True, False]).with_row_index("rank", 1)
    return rows.select("movie_key", "title", "release_year", C("rank").cast(pl.Int64), "weighted_rating", "ratings", _mean())


def most_popular_movies(t: Tables) -> pl.LazyFrame:
    rows = t["movies"].filter(C("tmdb_id").is_not_null() & C("popularity").is_not_null())
    rows = rows.sort(C("popularity"), C("vote_count").fill_null(0), C("movie_key"), descending=[True, True, False]).with_row_index(
        "rank", 1
    )
    return rows.select("movie_key", "title", "release_year", C("rank").cast(pl.Int64), "popularity", "vote_average", "vote_count")


def genre_popularity(t: Tables) -> pl.LazyFrame:
    one = t["tmdb_movies"].select(C("genres").list.unique().alias("genre"), "release_year", "popularity", "vote_average", "vote_count")
    return one.explode("genre").filter(C("genre").is_not_null()).group_by("genre", "release_year").agg(
        pl.len().cast(pl.Int64).alias("movies"), C("popularity").mean().round(6), C("vote_average").mean().round(6),
        C("vote_count").sum().alias("votes"),
    )  # fmt: skip


def ratings_over_time(t: Tables) -> pl.LazyFrame:
    month = C("rated_at").dt.date().dt.truncate("1mo").alias("rating_month")
    monthly = (
        t["movielens_rating_events"]
        .group_by("movie_id", month)
        .agg(pl.len().cast(pl.Int64).alias("ratings"), C("rating").sum().alias("stars"))
    )
    items = t["movies"].filter(C("movielens_id").is_not_null()).select("movielens_id", _decade().alias("release_decade"))
    joined = monthly.join(items, left_on="movie_id", right_on="movielens_id", how="left")
    total = joined.group_by("rating_month", "release_decade").agg(C("ratings").sum(), C("stars").sum())
    return total.select("rating_month", "release_decade", "ratings", _mean())


def tag_ratings_over_years(t: Tables) -> pl.LazyFrame:
    tagged = t["movielens_tag_count"].filter(C("num") > 0).join(t["movielens_tags"], on="tag_id").select("tag", "item_id").unique()
    items = (
        t["movies"]
        .filter(C("movielens_id").is_not_null() & C("release_year").is_not_null())
        .select(C("movielens_id").alias("item_id"), "release_year")
    )
    total = tagged.join(items.join(_rated(t), on="item_id"), on="item_id").group_by("tag", "release_year").agg(
        pl.len().cast(pl.Int64).alias("movies"), C("ratings").sum(), C("stars").sum()
    )  # fmt: skip
    return total.filter(C("movies") >= 5).select("tag", "release_year", "movies", "ratings", _mean())


def popular_people_by_decade(t: Tables) -> pl.LazyFrame:
    dated = t["imdb_metadata"].filter(C("release_year").is_not_null())
    roles = [
        dated.select("item_id", _decade().alias("decade"), pl.lit(role).alias("role"), C(names).list.unique().alias("name")).explode("name")
        for role, names in (("director", "directors"), ("actor", "starring"))
    ]
    people = pl.concat(roles).filter(C("name").is_not_null()).join(_rated(t), on="item_id", how="left")
    total = people.group_by("role", "name", "decade").agg(
        pl.len().cast(pl.Int64).alias("movies"), C("ratings").sum().alias("ratings"), C("stars").sum().alias("stars")
    )
    total = total.sort("ratings", "movies", "name", descending=[True, True, False])
    average = pl.when(C("ratings") > 0).then(_mean()).alias("average_rating")
    return total.select(
        "role", "name", "decade", pl.int_range(1, pl.len() + 1).over("role", "decade").alias("rank"), "movies", "ratings", average
    )


TABLES = (
    movies, movies_analytics, best_rated_movies, most_popular_movies, genre_popularity, ratings_over_time, tag_ratings_over_years,
    popular_people_by_decade,
)  # fmt: skip
