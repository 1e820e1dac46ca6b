"""What DuckDB would answer and Athena does not: functions, syntax and names that a query of Athena cannot use."""

import boto3
import pyathena
import pytest
from botocore.exceptions import ClientError

from tests.local_aws.athena.conftest import LOCAL


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT ifnull(NULL, 1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'ifnull' not registered"),
        ("SELECT left('abc', 1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'left' not registered"),
        ("SELECT 1,\n median(year) FROM movies", "FUNCTION_NOT_FOUND: line 2:2: Function 'median' not registered"),
        ("SELECT string_agg(title, ',') FROM movies", "FUNCTION_NOT_FOUND: line 1:8: Function 'string_agg' not registered"),
        ("SELECT * FROM read_csv('/etc/passwd')", "FUNCTION_NOT_FOUND: line 1:15: Function 'read_csv' not registered"),
        ("SELECT * FROM duckdb_tables()", "FUNCTION_NOT_FOUND: line 1:15: Function 'duckdb_tables' not registered"),
        ("SELECT current_setting('threads')", "FUNCTION_NOT_FOUND: line 1:8: Function 'current_setting' not registered"),
        ("SELECT CAST(1 AS string)", "TYPE_NOT_FOUND: line 1:18: Unknown type: string"),
        # those that Athena does have
        ("SELECT typeof(1)", "NOT_SUPPORTED: function typeof is not supported"),
        ("SELECT st_point(1, 2)", "NOT_SUPPORTED: function st_point is not supported"),
        ("SELECT corr(year, votes) FROM movies", "NOT_SUPPORTED: function corr is not supported"),
        ("SELECT year FROM movies FETCH FIRST 1 ROW WITH TIES", "NOT_SUPPORTED: FETCH FIRST WITH TIES is not supported"),
        ("SELECT current_user", "NOT_SUPPORTED: current_user is not supported"),
    ],
)
def test_functions(cursor, sql, reason):
    with pytest.raises(pyathena.error.OperationalError) as caught:
        cursor.execute(sql)
    assert str(caught.value) == reason.replace(*LOCAL)


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("SELECT year::varchar FROM movies", "1:12: mismatched input '::'"),
        ("SELECT [1, 2]", "1:8: mismatched input '\\['"),
        ("SELECT {'a': 1}", "1:8: mismatched input '{'"),
        ("SELECT 1 == 1", "1:10: mismatched input '=='"),
        ("SELECT 2 ** 3", "mismatched input '3'"),
        ("SELECT 'a' ILIKE 'A'", "1:12: mismatched input 'ILIKE'"),
        ("SELECT 'a' 'b'", "mismatched input 'b'"),
        ("SELECT year FROM movies LIMIT 2 OFFSET 1", "1:33: mismatched input 'OFFSET'"),
        ("FROM movies", "1:1: mismatched input 'FROM'"),
        ("SELECT year FROM movies SEMI JOIN movies USING (year)", "1:25: mismatched input 'SEMI'"),
        ("SELECT DISTINCT ON (year) title FROM movies", "mismatched input 'ON'"),
        ("SELECT * EXCLUDE (year) FROM movies", "mismatched input 'EXCLUDE'"),
        ("SELECT year FROM movies GROUP BY ALL", "mismatched input 'ALL'"),
    ],
)
def test_syntax_is_refused_at_once(movies, bucket, sql, place):
    with pytest.raises(ClientError, match=place):
        boto3.client("athena").start_query_execution(QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"})


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT year AS y FROM movies WHERE y > 1980", "COLUMN_NOT_FOUND: line 1:16: Column 'y' cannot be resolved"),
        ("SELECT year AS y, count(*) FROM movies GROUP BY y", "COLUMN_NOT_FOUND: line 1:16: Column 'y' cannot be resolved"),
        ("SELECT year + 1 AS a, a + 1 AS b FROM movies", "COLUMN_NOT_FOUND: line 1:20: Column 'a' cannot be resolved"),
        ("SELECT year AS y FROM (SELECT year AS z FROM movies WHERE z > 1)", "COLUMN_NOT_FOUND: line 1:39: Column 'z' cannot be resolved"),
        (
            "SELECT DISTINCT year FROM movies ORDER BY votes",
            "EXPRESSION_NOT_IN_DISTINCT: line 1:1: For SELECT DISTINCT, ORDER BY expressions must appear in select list",
        ),
    ],
)
def test_names_of_results_are_for_order_by(cursor, sql, reason):
    with pytest.raises(pyathena.error.OperationalError) as caught:
        cursor.execute(sql)
    assert str(caught.value) == reason.replace(*LOCAL)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT year AS y, sum(votes) AS votes FROM movies GROUP BY year ORDER BY votes, y", [(1979, 10), (2000, 40), (1985, 51)]),
        ("SELECT DISTINCT year AS y FROM movies ORDER BY y DESC LIMIT 1", [(2000,)]),
        ("SELECT DISTINCT year + 1 FROM movies ORDER BY year + 1 LIMIT 1", [(1980,)]),
        ("SELECT votes + 1 AS votes FROM movies WHERE votes > 39", [(41,)]),
        ("SELECT n FROM (SELECT count(*) AS n FROM movies) WHERE n > 3", [(4,)]),
        (
            "SELECT (SELECT max(b.votes) FROM movies b WHERE b.year = a.year) AS votes FROM movies a ORDER BY a.votes LIMIT 2",
            [(10,), (30,)],
        ),
        ("SELECT year FROM movies ORDER BY year OFFSET 1 LIMIT 1", [(1985,)]),
        ('SELECT "year" FROM movies ORDER BY 1 FETCH FIRST 1 ROW ONLY', [(1979,)]),
    ],
)
def test_what_is_alike_in_both_is_answered(cursor, sql, rows):
    assert cursor.execute(sql).fetchall() == rows


@pytest.mark.parametrize(
    ("sql", "parameters", "rows"),
    [
        ("SELECT ? FROM movies WHERE votes > ? ORDER BY votes LIMIT ?", ["'x'", "10", "1"], [("x",)]),
        ("SELECT votes FROM movies ORDER BY votes OFFSET ? LIMIT ?", ["1", "2"], [(21,), (30,)]),
        ("WITH t AS (SELECT ? AS a) SELECT a, ? FROM t WHERE a < ?", ["1", "2", "3"], [(1, 2)]),
        ("SELECT CASE ? WHEN ? THEN ? ELSE ? END", ["1", "2", "'no'", "'yes'"], [("yes",)]),
        (
            "SELECT count(*) FILTER (WHERE votes > ?), date_diff('day', ?, ?) FROM movies WHERE votes BETWEEN ? AND ?",
            ["20", "DATE '2020-01-01'", "DATE '2020-01-03'", "10", "30"],
            [(2, 2)],
        ),
        ("SELECT '?', \"title\" FROM movies -- ?\n WHERE title = ?", ["'Alien'"], [("?", "Alien")]),
    ],
)
def test_parameters_go_to_their_places_in_the_text(cursor, sql, parameters, rows):
    assert cursor.execute(sql, parameters, paramstyle="qmark").fetchall() == rows
