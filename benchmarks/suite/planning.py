"""A million movies planned: the days of a catalogue as uneven as TMDB's, cut by the functions' own planner, without reading a page."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from benchmarks import result
from ggvd_dagster import spec
from lambda_handlers import windows

MOVIES, PAGE = 1_000_000, 20
FIRST_YEAR, LAST_YEAR = 1940, 2026
NEW_YEAR_SHARE = 0.12  # of a year's movies: a year is known, a day is not, and the source then says January 1


class Catalogue:
    """How many movies came out until each day; years grow by 4 %, so that the last ones have over 40,000."""

    def __init__(self) -> None:
        self.first = date(FIRST_YEAR, 1, 1)
        self.days = (date(LAST_YEAR, 12, 31) - self.first).days + 1
        growth = [1.04 ** (year - FIRST_YEAR) for year in range(FIRST_YEAR, LAST_YEAR + 1)]
        counts: list[int] = []
        for weight, year in zip(growth, range(FIRST_YEAR, LAST_YEAR + 1), strict=True):
            movies = round(MOVIES * weight / sum(growth))
            length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
            new_year = round(movies * NEW_YEAR_SHARE)
            each, rest = divmod(movies - new_year, length)
            counts += [each + (day < rest) + (new_year if day == 0 else 0) for day in range(length)]
        self.until = [0, *accumulate(counts)]
        self.asked = 0

    def count(self, window: windows.Window) -> windows.Count:
        """What the source would answer; counted as a request."""
        self.asked += 1
        results = self.until[(window.last - self.first).days + 1] - self.until[(window.first - self.first).days]
        return windows.Count(-(-results // PAGE), results)


def plan() -> dict[str, int]:
    """Plan every year; `gaps` are days that no window or two windows have."""
    catalogue, found = Catalogue(), []
    per_message = spec.load().sources["tmdb"].pages_per_message or 1
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        found += list(windows.readable(windows.year(str(year)), catalogue.count))
    days = sorted(day for window, _ in found for day in (window.first, window.last + timedelta(days=1)))
    borders = {day for day in days if bisect_right(days, day) - bisect_left(days, day) != 2}
    return {
        "windows": len(found),
        "truncated": sum(not count.fits() for _, count in found),
        "gaps": len(borders - {catalogue.first, date(LAST_YEAR + 1, 1, 1)}),
        "movies": sum(count.results for _, count in found),
        "pages": sum(count.pages for _, count in found),
        "messages": sum(len(list(windows.intervals(count.pages, per_message))) for _, count in found),
        "requests": catalogue.asked,
    }


def rows() -> list[dict[str, Any]]:
    made = plan()
    share = made["requests"] / (made["requests"] + made["pages"])
    return [
        result.row("movies planned", made["movies"], "", at_least=MOVIES * 0.999, note=f"{made['windows']} windows"),
        result.row("windows that are truncated, or days missed", made["truncated"] + made["gaps"], "", at_most=0),
        result.row("requests for planning, share of all", share, "", at_most=0.02, note=f"{made['requests']} requests"),
    ]
