"""Chunks of the archives' members: each function returns lines behind an opening, and how many of them are repeated and bad."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.generate import marginals, movies
from benchmarks.generate.lines import instead, join, slices, text
from benchmarks.generate.shape import TAGS, Shape, bad, duplicates

Made = tuple[pa.Array, int, int]
YEAR_SECONDS = 31_556_952


def _rng(shape: Shape, *numbers: int) -> np.random.Generator:
    return np.random.default_rng([shape.seed, *numbers])


def _pairs(shape: Shape, table: str, rows: int, chunk: int, rng: np.random.Generator) -> tuple[Any, Any]:
    """Distinct pairs of user and item: users of the chunk's own range, items as popular as the sample's movies are."""
    each = max(20, shape.users(table) // len(shape.chunks(table)))
    popularity = marginals.cumulative_popularity(shape.seed, shape.items)
    ids = movies.item_ids(shape)
    found = np.empty(0, dtype=np.int64)
    while len(found) < rows:
        size = int(rows * 1.3)
        users = chunk * each + (each * rng.random(size) ** 2).astype(np.int64)
        ranks = np.minimum(np.searchsorted(popularity, rng.random(size)), shape.items - 1)
        found = np.unique(np.concatenate([found, users * shape.items + ranks]))
    kept = np.sort(rng.permutation(found)[:rows])
    return kept // shape.items + 1, ids[kept % shape.items]


def _repeat(rng: np.random.Generator, rows: int) -> tuple[Any, int, int]:
    """Positions of the lines: every row once, some again, and some to be spoiled; the last `bad` are those."""
    again, spoiled = duplicates(rows), bad(rows)
    return np.concatenate([np.arange(rows), rng.integers(0, rows, again + spoiled)]), again, spoiled


def _stars(shape: Shape, rng: np.random.Generator, size: int) -> pa.Array:
    known = marginals.load(shape.seed).stars
    return pa.array(known).take(pa.array(rng.integers(0, len(known), size)))


def movielens_ratings(shape: Shape, opening: str, rows: int, chunk: int) -> Made:
    rng = _rng(shape, 1, chunk)
    users, items = _pairs(shape, "movielens_ratings", rows, chunk, rng)
    order, again, spoiled = _repeat(rng, rows)
    stars = _stars(shape, rng, len(order))
    stars = instead(stars, np.arange(len(order) - spoiled, len(order)), "null")
    return join(opening, '"item_id": ', items[order], ', "user_id": ', users[order], ', "rating": ', stars, "}\n"), again, spoiled


def movielens_rating_events(shape: Shape, opening: str, rows: int, chunk: int) -> Made:
    rng = _rng(shape, 2, chunk)
    users, items = _pairs(shape, "movielens_rating_events", rows, chunk, rng)
    order, again, spoiled = _repeat(rng, rows)
    # a user rates within some days
    first = marginals.drawn(rng, marginals.load(shape.seed).times, int(users.max() - users.min()) + 1)
    seconds = first[users - users.min()] + rng.integers(0, 500_000, rows)
    stars = _stars(shape, rng, len(order))
    when = instead(text(seconds[order]), np.arange(len(order) - spoiled, len(order)), "soon")
    parts = ('"userId":"', users[order], '","movieId":"', items[order], '","rating":"', stars, '","timestamp":"', when, '"}\n')
    return join(opening, *parts), again, spoiled


def imdb_reviews(shape: Shape, opening: str, rows: int, chunk: int) -> Made:
    rng = _rng(shape, 3, chunk)
    corpus = marginals.load(shape.seed).corpus
    order, again, spoiled = _repeat(rng, rows)
    lengths = np.clip(rng.lognormal(6.3, 0.7, rows), 40, 6000).astype(np.int64)
    texts = slices(corpus, rng.integers(0, len(corpus) - 6000, rows), lengths)
    # the number makes each text another one, so that repeated ones are those that are repeated here
    numbered = join(np.arange(rows) + chunk * 1_000_000, ". ", texts)
    items = movies.item_ids(shape)[rng.integers(0, shape.items, rows)]
    ids = instead(text(items[order]), np.arange(len(order) - spoiled, len(order)), "null")
    return join(opening, '"item_id": ', ids, ', "txt": "', numbered.take(pa.array(order)), '\\n(spoilers: \\"none\\")"}\n'), again, spoiled


def movielens_tag_count(shape: Shape, opening: str, rows: int, chunk: int) -> Made:
    rng = _rng(shape, 4, chunk)
    found = np.empty(0, dtype=np.int64)
    while len(found) < rows:
        tags = (TAGS * rng.random(rows) ** 6).astype(np.int64)
        found = np.unique(np.concatenate([found, rng.integers(0, shape.items, rows) * TAGS + tags]))
    pairs = np.sort(rng.permutation(found)[:rows])
    order, again, spoiled = _repeat(rng, rows)
    num = instead(text(rng.geometric(0.4, len(order))), np.arange(len(order) - spoiled, len(order)), "0")
    items = movies.item_ids(shape)[pairs // TAGS]
    return join(opening, '"item_id": ', items[order], ', "tag_id": ', (pairs % TAGS + 1)[order], ', "num": ', num, "}\n"), again, spoiled


def movielens_tags(shape: Shape, opening: str, rows: int, chunk: int) -> Made:
    order, again, spoiled = _repeat(_rng(shape, 5), rows)
    words = pa.array(marginals.load(shape.seed).tags).take(pa.array(order))
    words = instead(words, np.arange(len(order) - spoiled, len(order)), " ")
    return join(opening, '"tag": "', words, '", "id": ', order + 1, "}\n"), again, spoiled


def imdb_metadata(shape: Shape, opening: str, rows: int, chunk: int) -> Made:
    rng, known = _rng(shape, 6), marginals.load(shape.seed)
    order, again, spoiled = _repeat(rng, rows)
    person = pa.array(order % len(known.directors))
    titles = movies.item_titles(shape, order)
    fields = ('"title": "', titles, '", "directedBy": "', pa.array(known.directors).take(person))
    fields += ('", "starring": "', pa.array(known.casts).take(person), '", "dateAdded": null, "avgRating": ')
    average, imdb = (np.sin(order) + 1.5) * 1.5, text(order * 7 + 11)
    lines = join(opening, *fields, np.round(average, 5), ', "imdbId": "', imdb, '", "item_id": ', movies.item_ids(shape)[order], "}\n")
    # What no reader can take: the first of the spoiled lines is cut off, in the others the id is missing.
    cut = join(opening, '"title": "cut off in the mid\n')
    rest = join(opening, '"title": "', titles, '", "item_id": null}\n')
    mask = np.arange(len(order))
    lines = pa.compute.if_else(pa.array(mask >= len(order) - spoiled), rest, lines)
    return pa.compute.if_else(pa.array(mask == len(order) - spoiled), cut, lines), again, spoiled


def movielens_links(shape: Shape, opening: str, rows: int, chunk: int) -> Made:
    order, again, spoiled = _repeat(_rng(shape, 7), rows)
    known = pa.array(order % 12 != 0)
    tmdb = pa.compute.if_else(known, text(movies.linked(shape, order)), "")
    ids = instead(text(movies.item_ids(shape)[order]), np.arange(len(order) - spoiled, len(order)), "?")
    return join(opening, '"movieId":"', ids, '","imdbId":"', order * 7 + 11, '","tmdbId":"', tmdb, '"}\n'), again, spoiled
