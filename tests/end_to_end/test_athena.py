"""The Athena resource against the local Athena: what comes back, what is refused, what is cancelled."""

import time

import pytest

from ggvd_dagster.resources.athena import Athena, QueryFailed, QueryTooSlow

HOSTILE = ["it's", "'; DROP TABLE movies; --", "' OR '1'='1", 'say "hi"', "a?b", "\\'", "naïve ☃", "line\nbreak", "${x}", "%s"]


@pytest.mark.parametrize("text", HOSTILE)
def test_parameters_are_data_whatever_they_hold(platform, text):
    assert Athena().query("SELECT ? AS x, ? AS y", [text, "after"]).rows == [(text, "after")]


def test_values_are_typed_and_null_is_none(platform):
    answer = Athena().query("SELECT 1 AS i, 2.5E0 AS d, true AS b, CAST(NULL AS varchar) AS n, '' AS e, 'x' AS s")
    assert answer.rows == [(1, 2.5, True, None, "", "x")]
    assert answer.columns == ["i", "d", "b", "n", "e", "s"]


def test_all_pages_are_read(platform):
    answer = Athena().query("SELECT n FROM UNNEST(sequence(1, 2500)) AS t(n) ORDER BY n")
    assert answer.rows == [(n,) for n in range(1, 2501)]


def test_a_refused_query_says_why_in_athenas_words(platform):
    with pytest.raises(QueryFailed, match="no_such_table"):
        Athena().query("SELECT * FROM no_such_table")


def test_a_query_nobody_waits_for_is_cancelled(platform):
    slow = "SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a(n) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(m) WHERE n * m % 7 = 3"
    with pytest.raises(QueryTooSlow, match="was cancelled") as caught:
        Athena(deadline_seconds=0).query(slow)
    query = str(caught.value).split()[1]
    assert wait_for_end(platform, query) == "CANCELLED"


def wait_for_end(platform, query):
    """The state in which a query ended."""
    for _ in range(100):
        execution = platform.client("athena").get_query_execution(QueryExecutionId=query)["QueryExecution"]
        if execution["Status"]["State"] != "RUNNING":
            return execution["Status"]["State"]
        time.sleep(0.1)
    return pytest.fail("it still runs")
