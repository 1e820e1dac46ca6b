"""Moments as Athena shows them, and arithmetic on dates as Trino does it."""

import datetime as dt

import boto3
import pyarrow as pa
import pyathena
import pytest
from deltalake import write_deltalake

from tests.local_aws.athena.conftest import DATABASE, LOCAL


@pytest.fixture(scope="module")
def moments(movies, bucket, glue):
    uri = f"s3://{bucket}/tables/moments"
    at = dt.datetime(2009, 12, 14, 2, 52, 24, tzinfo=dt.UTC)
    write_deltalake(uri, pa.table({"at": pa.array([at], pa.timestamp("us", "UTC")), "day": [dt.date(2009, 12, 14)]}))
    table = {"Name": "moments", "Parameters": {"table_type": "DELTA"}, "StorageDescriptor": {"Columns": [], "Location": uri}}
    glue.create_table(DatabaseName=DATABASE, TableInput=table)


@pytest.mark.parametrize(
    ("expression", "kind", "text"),
    [
        ("at", "timestamp", "2009-12-14 02:52:24.000"),
        ("date_trunc('month', at)", "timestamp", "2009-12-01 00:00:00.000"),
        ("date_add('hour', 1, at)", "timestamp", "2009-12-14 03:52:24.000"),
        ("at - interval '1' day", "timestamp", "2009-12-13 02:52:24.000"),
        ("at AT TIME ZONE 'UTC'", "timestamp with time zone", "2009-12-14 02:52:24.000 UTC"),
        ("max(at)", "timestamp", "2009-12-14 02:52:24.000"),
        ("date(at)", "date", "2009-12-14"),
        ("date_trunc('month', day)", "date", "2009-12-01"),
        ("date_add('month', 2, day)", "date", "2010-02-14"),
        ("date_add('day', -14, day)", "date", "2009-11-30"),
        ("day + interval '1' month", "date", "2010-01-14"),
        ("day - interval '1' year", "date", "2008-12-14"),
        ("date_diff('day', day, date '2010-01-01')", "bigint", "18"),
        ("cast(day AS timestamp)", "timestamp", "2009-12-14 00:00:00.000"),
        ("cast(at AS varchar)", "varchar", "2009-12-14 02:52:24.000"),
        ("cast(at AT TIME ZONE 'UTC' AS varchar)", "varchar", "2009-12-14 02:52:24.000 UTC"),
        ("cast(day AS varchar)", "varchar", "2009-12-14"),
        ("date_trunc('month', max(day))", "date", "2009-12-01"),
        ("date_add('day', 1, max(day))", "date", "2009-12-15"),
        ("max(day) - interval '7' day", "date", "2009-12-07"),
        ("interval '7' day + day", "date", "2009-12-21"),
        ("day - 2 * interval '1' day", "date", "2009-12-12"),
        ("at - (interval '1' hour * 2)", "timestamp", "2009-12-14 00:52:24.000"),
    ],
)
def test_moments(moments, cursor, expression, kind, text):
    cursor.execute(f"SELECT {expression} AS answer FROM moments")
    result = boto3.client("athena").get_query_results(QueryExecutionId=cursor.query_id)["ResultSet"]
    assert (result["ResultSetMetadata"]["ColumnInfo"][0]["Type"], result["Rows"][1]["Data"][0]["VarCharValue"]) == (kind, text)


def test_a_condition_on_a_moment_is_a_moment_in_utc(moments, cursor):
    sql = "SELECT count(*) FROM moments WHERE at >= timestamp '2009-12-14 02:52:24' AND at < timestamp '2009-12-14 02:52:25'"
    assert cursor.execute(sql).fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        # units that have passed whole
        ("date_diff('year', DATE '2019-12-31', DATE '2020-01-01'), date_diff('month', DATE '2020-01-31', DATE '2020-02-28')", ["0", "0"]),
        ("date_diff('day', TIMESTAMP '2020-01-01 23:00:00', TIMESTAMP '2020-01-02 01:00:00')", ["0"]),
        ("date_diff('second', TIMESTAMP '2020-03-01 00:00:00', TIMESTAMP '2020-03-02 00:00:00')", ["86400"]),
        ("date_diff('day', DATE '2020-03-01', DATE '2020-03-02'), date_diff('day', DATE '2020-03-02', DATE '2020-03-01')", ["1", "-1"]),
        ("date_add('month', 1, DATE '2020-01-31'), date_add('month', -1, DATE '2020-03-31')", ["2020-02-29", "2020-02-29"]),
        # Monday is 1, Sunday is 7; a year may begin in week 53 of the one before
        ("day_of_week(DATE '2020-01-05'), extract(DOW FROM DATE '2020-01-05'), day_of_year(DATE '2020-02-01')", ["7", "7", "32"]),
        ("week(DATE '2021-01-01'), year_of_week(DATE '2021-01-01'), yow(DATE '2021-01-01')", ["53", "2020", "2020"]),
        ("second(TIMESTAMP '2020-01-01 05:06:07.5'), millisecond(TIMESTAMP '2020-01-01 05:06:07.5')", ["7", "500"]),
        (
            "date_trunc('quarter', TIMESTAMP '2001-08-22 03:04:05.321'), date_trunc('week', DATE '2001-08-22')",
            ["2001-07-01 00:00:00.000", "2001-08-20"],
        ),
        ("from_unixtime(0), to_unixtime(TIMESTAMP '1970-01-01 00:00:01')", ["1970-01-01 00:00:00.000 UTC", "1.0"]),
        (
            "date_parse('2001-08-22 03:04', '%Y-%m-%d %H:%i'), parse_datetime('2001-08-22', 'yyyy-MM-dd')",
            ["2001-08-22 03:04:00.000", "2001-08-22 00:00:00.000 UTC"],
        ),
        ("format_datetime(TIMESTAMP '2001-08-22 15:04:05.678', 'yyyy-MM-dd HH:mm:ss.SSS a EEE')", ["2001-08-22 15:04:05.678 PM Wed"]),
        ("DATE '2020-01-02' > DATE '2020-01-01', TIMESTAMP '2020-01-01 00:00:00' >= DATE '2020-01-01'", ["true", "true"]),
    ],
)
def test_functions_of_moments(answer, text, row):
    assert answer(text) == row


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("DATE '2001-01-22' + INTERVAL '3' HOUR", "INVALID_FUNCTION_ARGUMENT: Cannot add hour, minutes or seconds to a date"),
        ("DATE '2020-01-02' - 1", "TYPE_MISMATCH: line 1:1: Cannot apply operator: date - integer"),
        ("DATE '2020-01-02' - DATE '2020-01-01'", "NOT_SUPPORTED: an interval between dates is not supported; use date_diff"),
        ("x = '2020-01-01' FROM (VALUES DATE '2020-01-01') AS t(x)", "TYPE_MISMATCH: line 1:1: Cannot apply operator: date = varchar"),
        (
            "TIMESTAMP '2020-01-02 03:04:05 America/New_York'",
            "NOT_SUPPORTED: moments in zones other than UTC (America/New_York) are not supported",
        ),
        ("now() AT TIME ZONE 'Europe/Lisbon'", "NOT_SUPPORTED: AT TIME ZONE knows no zone but UTC"),
        ("format_datetime(now(), 'w')", "NOT_SUPPORTED: date pattern 'w' is not supported"),
    ],
)
def test_failures_of_moments(answer, text, reason):
    with pytest.raises(pyathena.error.OperationalError) as caught:
        answer(text)
    assert str(caught.value) == reason.replace(*LOCAL)
