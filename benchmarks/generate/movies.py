"""Movies by their number: the first `items` of them are in MovieLens too, under the same title and year. And TMDB's objects."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.generate import marginals
from benchmarks.generate.lines import instead, join, slices, text
from benchmarks.generate.shape import PAGES_AN_OBJECT, ROWS_A_PAGE, Shape

ROWS_AN_OBJECT = ROWS_A_PAGE * PAGES_AN_OBJECT


def item_ids(shape: Shape) -> Any:
    """MovieLens ids: with gaps, and popularity does not follow them."""
    return _ids(shape.seed, shape.items, 1)


def tmdb_ids(shape: Shape) -> Any:
    return _ids(shape.seed, shape.tmdb_movies, 2)


@cache
def _ids(seed: int, size: int, which: int) -> Any:
    return np.random.default_rng([seed, 50 + which]).permutation(size) * 3 + 2


@cache
def _years(seed: int, size: int) -> Any:
    return marginals.drawn(np.random.default_rng([seed, 60]), marginals.load(seed).years, size)


def years(shape: Shape) -> Any:
    """Release year of each movie."""
    return _years(shape.seed, shape.tmdb_movies)


def titles(shape: Shape, numbers: Any) -> pa.Array:
    """The sample's titles; when they are used up, again with a number. One in 50 stays as it is, a title that two movies have."""
    known = marginals.load(shape.seed).titles
    first = pa.array(known).take(pa.array(numbers % len(known)))
    plain = (numbers < len(known)) | (numbers % 50 == 0)
    return pa.compute.if_else(pa.array(plain), first, join(first, " ", numbers // len(known) + 1))


def item_titles(shape: Shape, numbers: Any) -> pa.Array:
    """What MovieLens calls its movies.

    Of each 96, a dozen has another movie's title and TMDB's in parentheses, a dozen the reverse, and a dozen a year more: one in twelve
    has no published id and is found by that, or mistaken for the other movie.
    """
    own, other, turn = titles(shape, numbers), titles(shape, (numbers + shape.items) % shape.tmdb_movies), numbers // 12 % 8
    other_first, own_first = join(other, " (", own, ")"), join(own, " (a.k.a. ", other, ")")
    called = pa.compute.case_when(
        pa.StructArray.from_arrays([pa.array(turn == 1), pa.array(turn == 2)], ["1", "2"]), other_first, own_first, own
    )
    return join(called, " (", years(shape)[numbers] + (turn == 3), ")")


def linked(shape: Shape, numbers: Any) -> Any:
    """TMDB ids that MovieLens publishes of its movies: one in 500 has that of the movie before it."""
    return tmdb_ids(shape)[numbers - (numbers % 500 == 5)]


@cache
def _by_year(seed: int, size: int) -> dict[int, Any]:
    found = _years(seed, size)
    return {int(year): np.flatnonzero(found == year) for year in np.unique(found)}


def by_year(shape: Shape) -> dict[int, Any]:
    return _by_year(shape.seed, shape.tmdb_movies)


def tmdb_object(shape: Shape, year: int, number: int, opening: str, version: int) -> tuple[pa.Array, int, int]:
    """25 pages of a year, without the page in the opening. Another version has other votes."""
    known = marginals.load(shape.seed)
    rows = by_year(shape)[year][number * ROWS_AN_OBJECT :][:ROWS_AN_OBJECT]
    rng = np.random.default_rng([shape.seed, 8, year, number, version])
    again, spoiled = max(1, len(rows) // 100), int(number % 4 == 0)
    order = np.concatenate([rows, rows[:again], rows[:spoiled]])
    count = len(order)
    pages = number * PAGES_AN_OBJECT + 1 + np.minimum(np.arange(count) // ROWS_A_PAGE, PAGES_AN_OBJECT)
    pages[len(rows) :] += 1  # a movie that drifted to a later page
    overview = slices(known.corpus, rng.integers(0, len(known.corpus) - 500, count), rng.integers(80, 450, count))
    dates = join(str(year), "-", _two(order * 7 % 12 + 1), "-", _two(order * 13 % 28 + 1))
    dates = instead(dates, np.arange(count - spoiled, count), "soon")
    popularity, votes = np.round(rng.pareto(1.2, count) * 3 + 0.6, 3), (rng.pareto(0.8, count) * 20).astype(np.int64)
    genres = pa.array(known.genre_ids).take(pa.array(order % len(known.genre_ids)))
    head = (
        opening,
        pages,
        ',"_extracted_at":"2026-11-24T21:30:00Z","_partition":"',
        str(year),
        '","adult":false,"backdrop_path":null,"genre_ids":',
    )
    name = titles(shape, order)
    body = (genres, ',"id":', tmdb_ids(shape)[order], ',"original_language":"en","original_title":"', name, '","overview":"', overview)
    tail = ('","popularity":', popularity, ',"poster_path":"/p', order, '.jpg","release_date":"', dates, '","title":"', name)
    end = ('","video":false,"vote_average":', np.round(rng.normal(6.2, 1.3, count).clip(0, 10), 1), ',"vote_count":', votes, "}\n")
    return join(*head, *body, *tail, *end), again, spoiled


def _two(numbers: Any) -> pa.Array:
    return pa.compute.utf8_lpad(text(numbers), 2, "0")
