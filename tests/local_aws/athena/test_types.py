"""Moments as Athena shows them, and arithmetic on dates as Trino does it."""

import datetime as dt

import boto3
import pyarrow as pa
import pytest
from deltalake import write_deltalake

from tests.local_aws.athena.conftest import DATABASE


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
    ],
)
def test_moments(moments, cursor, expression, kind, text):
    cursor.execute(f"SELECT {expression} AS answer FROM moments")
    result = boto3.client("athena").get_query_results(QueryExecutionId=cursor.query_id)["ResultSet"]
    assert (result["ResultSetMetadata"]["ColumnInfo"][0]["Type"], result["Rows"][1]["Data"][0]["VarCharValue"]) == (kind, text)


def test_a_condition_on_a_moment_is_a_moment_in_utc(moments, cursor):
    sql = "SELECT count(*) FROM moments WHERE at >= timestamp '2009-12-14 02:52:24' AND at < timestamp '2009-12-14 02:52:25'"
    assert cursor.execute(sql).fetchall() == [(1,)]
