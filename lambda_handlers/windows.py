"""Cuts a range of days until the source lets each piece be read whole, and the pages of a piece into intervals. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lambda_handlers.errors import SourceRejected

MAXIMUM_PAGES = 500  # https://developer.themoviedb.org/docs/errors, status 22
MAXIMUM_RESULTS = 10_000  # 500 pages of 20; a query with more has rows on no page


@dataclass(frozen=True)
class Window:
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    def halves(self) -> tuple[Window, Window]:
        middle = self.first + (self.last - self.first) // 2
        return Window(self.first, middle), Window(middle + timedelta(days=1), self.last)

    def __str__(self) -> str:
        return f"{self.first}_{self.last}"


@dataclass(frozen=True)
class Count:
    """What the source says about a window."""

    pages: int
    results: int

    def fits(self) -> bool:
        return self.pages <= MAXIMUM_PAGES and self.results <= MAXIMUM_RESULTS


def year(value: str) -> Window:
    return Window(date(int(value), 1, 1), date(int(value), 12, 31))


def readable(window: Window, count: Callable[[Window], Count]) -> Iterator[tuple[Window, Count]]:
    """Disjoint windows, in order of days, that cover `window` and that the source lets be read whole.

    Raises SourceRejected when a single day has more than fits: cutting it further needs another criterion than the date.
    """
    counted = count(window)
    if counted.fits():
        yield window, counted
    elif window.first == window.last:
        raise SourceRejected(
            f"{window.first} alone has {counted.results} results on {counted.pages} pages, more than the {MAXIMUM_RESULTS} on "
            f"{MAXIMUM_PAGES} pages that can be read; nothing was planned, cut this day by another criterion"
        )
    else:
        for half in window.halves():
            yield from readable(half, count)


def intervals(pages: int, size: int) -> Iterator[tuple[int, int]]:
    """First and last page (both included, from 1) of each run of at most `size` pages."""
    for first in range(1, pages + 1, size):
        yield first, min(first + size - 1, pages)
