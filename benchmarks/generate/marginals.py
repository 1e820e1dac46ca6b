"""What the real data of the sample sources looks like (titles, years, people, stars, popularity, times); what is made is drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from local_aws.sources import content, data

Array = Any  # numpy arrays


@dataclass(frozen=True)
class Marginals:
    """`popularity[r]` is the number of ratings of the movie at rank r; `times` are epoch seconds, sorted; `corpus` ASCII words, bytes."""

    titles: list[str]
    years: Array
    genre_ids: list[str]
    directors: list[str]
    casts: list[str]
    tags: list[str]
    stars: list[str]
    popularity: Array
    times: Array
    corpus: Array


CORPUS_BYTES = 8_000_000  # far more than the window of gzip, so that text compresses as text does


@cache
def load(seed: int) -> Marginals:
    """Read the packages. Raises SourceDataError when one cannot be read."""
    movies = data.movies()
    ratings = content.frame("dslabs", "movielens")
    others = content.frame("ggplot2movies", "movies")["title"]
    rng = np.random.default_rng([seed, 99])
    titles = rng.permutation(sorted({*map(_plain, [*(movie["Title"] for movie in movies), *others])} - {""})).tolist()
    genre_ids = ["[" + ",".join(str(data.GENRES[g]) for g in data.split(movie["Genre"]) if g in data.GENRES) + "]" for movie in movies]
    words = rng.permutation(sorted({word for title in titles for word in title.split() if word.isascii() and word.isalpha()}))
    drawn = words[(rng.pareto(0.9, CORPUS_BYTES // 5) * 40).astype(np.int64) % len(words)]
    text = " ".join(drawn.tolist()).encode()[:CORPUS_BYTES]
    return Marginals(
        titles=titles,
        years=np.sort(np.array([movie["Year"] for movie in movies], dtype=np.int64)),
        genre_ids=genre_ids,
        directors=[_plain(movie["Director"]) for movie in movies],
        casts=[_plain(movie["Cast"]) for movie in movies],
        tags=[*content.genres(content.items(ratings)), *words[:: max(1, len(words) // 1094)].tolist()][:1094],
        stars=sorted(map(str, ratings["rating"].astype(float))),
        popularity=np.sort(ratings.groupby("movieId").size().to_numpy())[::-1].astype(np.float64),
        times=np.sort(ratings["timestamp"].to_numpy().astype(np.int64)),
        corpus=np.frombuffer(text, dtype=np.uint8),
    )


def _plain(text: Any) -> str:
    """Without what would have to be escaped in JSON, so that lines are put together as bytes."""
    return " ".join(str(text or "").replace('"', "").replace("\\", "").split())


def drawn(rng: np.random.Generator, sorted_values: Array, size: int) -> Array:
    """Values that follow the empirical distribution of `sorted_values`."""
    return sorted_values[rng.integers(0, len(sorted_values), size)]


@cache
def cumulative_popularity(seed: int, movies: int) -> Array:
    """Cumulative share of the ratings by rank of movie, the sample's curve stretched to `movies` of them."""
    curve = load(seed).popularity
    weights = np.interp(np.linspace(0, len(curve) - 1, movies), np.arange(len(curve)), curve)
    total = np.cumsum(weights)
    return total / total[-1]
