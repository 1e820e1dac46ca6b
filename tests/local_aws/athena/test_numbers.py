"""Numbers as Trino computes and casts them: https://trino.io/docs/current/functions/decimal.html, math.html and conversion.html."""

import pyathena
import pytest

from tests.local_aws.athena.conftest import LOCAL


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("7 / 2, -7 / 2, -7 % 3, 7 / 2.0", ["3", "-3", "-1", "3.5"]),
        # a quotient has the greater scale of the two, a product the sum of both
        ("1.0 / 3, 5 / 2.00, 10.00 / 3, 2.5 * 2.50", ["0.3", "2.50", "3.33", "6.250"]),
        ("100.0 * 10 / 101, CAST(1 AS decimal(10, 2)) / 3", ["9.9", "0.33"]),
        ("1e0 / 0, -1e0 / 0, 0e0 / 0, CAST(1 AS double) / 3", ["Infinity", "-Infinity", "NaN", "0.3333333333333333"]),
        ("0.1 + 0.2, 1e0 / 10 + 2e0 / 10", ["0.3", "0.30000000000000004"]),
        ("DECIMAL '1.50', DECIMAL '0012.3400'", ["1.50", "12.3400"]),
        # halves away from zero; a decimal keeps its scale
        ("round(2.5), round(-2.5), round(2.345, 2), round(9.99, 1), round(15, -1)", ["3", "-3", "2.350", "10.00", "20"]),
        ("round(2.5e0), round(0.125e0, 2), truncate(12.345, 1), truncate(-2.7e0)", ["3.0", "0.13", "12.300", "-2.0"]),
        ("sign(-3), sign(-2.5), sign(-2.5e0)", ["-1", "-1", "-1.0"]),
        ("log(2, 8), e(), nan(), infinity()", ["3.0", "2.718281828459045", "NaN", "Infinity"]),
        ("is_nan(nan()), is_finite(1e0), is_infinite(-infinity())", ["true", "true", "true"]),
        ("CAST(0.1 AS real), ARRAY[CAST(0.1 AS real)]", ["0.1", "[0.1]"]),
    ],
)
def test_arithmetic(answer, text, row):
    assert answer(text) == row


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("CAST(2.5 AS integer), CAST(-2.5 AS integer), CAST(2.5e0 AS bigint), CAST(3.5e0 AS integer)", ["3", "-3", "3", "4"]),
        ("CAST('7' AS integer), CAST('-7' AS bigint), try_cast('2.5' AS integer), try_cast(' 7 ' AS integer)", ["7", "-7", None, None]),
        ("CAST('1e3' AS double), CAST(1.005 AS decimal(10, 2)), CAST('1.005' AS decimal(10, 2))", ["1000.0", "1.01", "1.01"]),
        ("CAST(1.6 AS decimal), CAST('12' AS decimal)", ["2", "12"]),
        ("CAST('t' AS boolean), CAST('FALSE' AS boolean), CAST(1 AS boolean), try_cast('yes' AS boolean)", ["true", "false", "true", None]),
        ("CAST(4.5e0 AS varchar), CAST(1e0 AS varchar), CAST(1e10 AS varchar)", ["4.5E0", "1.0E0", "1.0E10"]),
        ("CAST(0e0 AS varchar), CAST(-0.00125e0 AS varchar), CAST(nan() AS varchar)", ["0E0", "-1.25E-3", "NaN"]),
        ("CAST(1.50 AS varchar), CAST(7 AS varchar), CAST(true AS varchar)", ["1.50", "7", "true"]),
        ("CAST('abcdef' AS varchar(3)), CAST(1234 AS varchar(2)), CAST(NULL AS varchar(2))", ["abc", "12", None]),
        ("CAST('abc' AS json), CAST(ARRAY[1, NULL] AS json), CAST(json_parse('\"a\"') AS varchar)", ['"abc"', "[1,null]", "a"]),
    ],
)
def test_casts(answer, text, row):
    assert answer(text) == row


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.0 / 0", "DIVISION_BY_ZERO: Division by zero"),
        ("2147483647 + 1", "NUMERIC_VALUE_OUT_OF_RANGE: integer addition overflow"),
        ("sum(x) FROM (VALUES 9223372036854775807, 1) AS t(x)", "NUMERIC_VALUE_OUT_OF_RANGE: bigint overflow"),
        ("CAST('2.5' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast '2.5' to INT"),
        ("CAST(' 7 ' AS bigint)", "INVALID_CAST_ARGUMENT: Cannot cast ' 7 ' to BIGINT"),
        ("CAST('yes' AS boolean)", "INVALID_CAST_ARGUMENT: Cannot cast 'yes' to BOOLEAN"),
        ("CAST('a' AS char(3))", "NOT_SUPPORTED: char is not supported; use varchar"),
        ("log(100)", "NOT_SUPPORTED: log without a base is not supported"),
    ],
)
def test_failures(answer, text, reason):
    with pytest.raises(pyathena.error.OperationalError) as caught:
        answer(text)
    assert str(caught.value) == reason.replace(*LOCAL)


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (
            "avg(x), avg(CAST(x AS decimal(5, 2))), avg(CAST(x AS double)) FROM (VALUES 1, 2, 2) AS t(x)",
            ["1.6666666666666667", "1.67", "1.6666666666666667"],
        ),
        ("avg(x) FILTER (WHERE x > 1), avg(x) OVER () FROM (VALUES (1.0), (2.5)) AS t(x) GROUP BY x ORDER BY x", [None, "1.8"]),
        ("sum(x) / count(*), sum(x) FROM (VALUES 1, 2, 2) AS t(x)", ["1", "5"]),
        ("count_if(x > 5), array_agg(x), bool_or(x > 5) FROM (VALUES 1) AS t(x) WHERE x > 9", ["0", None, None]),
        # a NULL is a result, but no maximum
        ("max_by(a, b), min_by(b, a) FROM (VALUES (NULL, 5), ('x', 1)) AS t(a, b)", [None, "1"]),
        ("max_by(b, a) FROM (VALUES ('y', 5), (NULL, 1)) AS t(a, b)", ["5"]),
        ("every(x), map_agg(y, 1) FROM (VALUES (true, 'a'), (true, NULL)) AS t(x, y)", ["true", "{a=1}"]),
        ("x, grouping(x) FROM (VALUES 1, 1) AS t(x) GROUP BY GROUPING SETS ((x), ()) ORDER BY x DESC", ["1", "0"]),
    ],
)
def test_aggregates(answer, text, row):
    assert answer(text) == row
