"""Which TMDB movie is which MovieLens item, by Polars."""

from __future__ import annotations

import polars as pl

from glue_scripts.columns import ACCENTED, PLAIN

C = pl.col
TIERS = SAME_YEAR, YEAR_BESIDE, OTHER_NAME = 2, 3, 4


def _normalized(title: pl.Expr) -> pl.Expr:
    folded = (
        title.str.strip_chars().str.to_lowercase().str.replace_many(list(ACCENTED), list(PLAIN)).str.replace_all("&", " and ", literal=True)
    )
    ordered = folded.str.replace("^(.*), (the|an|a|la|le|les|el|il|der|die|das)$", "$2 $1")
    return ordered.str.replace_all(r"[^\p{L}\p{N}\s]", "").str.replace_all(r"\s+", " ").str.strip_chars()


def matches(tmdb: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """By the published ids, then tier by tier by what the titles say; what either side has twice in a tier stays unmatched."""
    linked = items.join(tmdb, left_on="link", right_on="tmdb_id", how="semi").group_by(C("link").alias("tmdb_id")).agg(C("item_id").min())
    candidates = _candidates(_without(tmdb, linked, "tmdb_id"), _without(items, linked, "item_id")).collect().lazy()
    found = [linked.with_columns(matched_by=pl.lit("links"))]
    for tier in TIERS:
        of_tier = candidates.filter(C("tier") == tier)
        alone = of_tier.filter((pl.len().over("tmdb_id") == 1) & (pl.len().over("item_id") == 1))
        found.append(alone.select("tmdb_id", "item_id", matched_by=pl.lit("title_year")))
        candidates = _without(_without(candidates, of_tier, "tmdb_id"), of_tier, "item_id")
    return pl.concat(found)


def _without(rows: pl.LazyFrame, others: pl.LazyFrame, key: str) -> pl.LazyFrame:
    return rows.join(others, on=key, how="anti")


def _candidates(tmdb: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """Pairs by a name and a year, with the best of TIERS: a main name, a main name and a year beside, what is in parentheses."""
    parts = C("ml_title").str.split("(").list.eval(pl.element().str.strip_chars_end(" "))
    called = items.select("item_id", "ml_title", "ml_year", called=pl.concat_list("ml_title", parts)).explode("called")
    name = _normalized(C("called").str.replace_all(r"^a\.k\.a\. |\)$", ""))
    names = called.select("item_id", "ml_year", name=name, main=C("ml_title").str.starts_with(C("called"))).filter(C("name") != "")
    exact = names.select("item_id", "name", year="ml_year", tier=pl.when("main").then(SAME_YEAR).otherwise(OTHER_NAME))
    beside = [names.filter("main").select("item_id", "name", year=C("ml_year") + by, tier=pl.lit(YEAR_BESIDE)) for by in (-1, 1)]
    movies = tmdb.select("tmdb_id", name=_normalized(C("title")), year="release_year")
    pairs = movies.join(pl.concat([exact, *beside], how="vertical_relaxed"), on=["name", "year"])
    return pairs.group_by("tmdb_id", "item_id").agg(C("tier").min())
