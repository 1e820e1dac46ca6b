from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_handlers.errors import SourceRejected
from lambda_handlers.windows import MAXIMUM_PAGES, MAXIMUM_RESULTS, Count, Window, intervals, readable, year

START = date(2010, 1, 1)
crowds = st.lists(st.integers(0, MAXIMUM_RESULTS), min_size=1, max_size=400)


def days(window):
    return [window.first + timedelta(days=n) for n in range((window.last - window.first).days + 1)]


@given(crowds)
def test_windows_cover_every_day_once_in_order_and_each_can_be_read(crowd):
    per_day = {START + timedelta(days=n): results for n, results in enumerate(crowd)}

    def count(window):
        results = sum(per_day[day] for day in days(window))
        return Count(pages=-(-results // 20), results=results)

    found = list(readable(Window(START, max(per_day)), count))
    assert [day for window, _ in found for day in days(window)] == list(per_day)
    assert all(counted.pages <= MAXIMUM_PAGES and counted.results <= MAXIMUM_RESULTS for _, counted in found)
    assert sum(counted.results for _, counted in found) == sum(crowd)


@pytest.mark.parametrize("counted", [Count(501, 10_000), Count(500, 10_001)], ids=["pages", "results"])
def test_a_day_over_either_limit_fails(counted):
    with pytest.raises(SourceRejected, match="2010-01-01 alone has"):
        list(readable(Window(START, START), lambda window: counted))


@given(st.integers(0, MAXIMUM_PAGES), st.integers(1, 60))
def test_intervals_cover_every_page_once(pages, size):
    found = list(intervals(pages, size))
    assert [page for first, last in found for page in range(first, last + 1)] == list(range(1, pages + 1))
    assert all(last - first < size for first, last in found)


@pytest.mark.parametrize(("value", "length"), [("2012", 366), ("2010", 365), ("1900", 365)], ids=["leap", "common", "century"])
def test_a_year_has_all_its_days(value, length):
    assert len(days(year(value))) == length
