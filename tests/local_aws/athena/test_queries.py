"""Athena over Delta with stock clients, after an overwrite that left stale files behind."""

import datetime as dt

import awswrangler
import boto3
import numpy as np
import pyarrow as pa
import pyathena
import pytest
from botocore.exceptions import ClientError
from deltalake import DeltaTable, write_deltalake

from tests.local_aws.athena.conftest import DATABASE
from tests.local_aws.conftest import until


def test_the_crawler_made_a_native_delta_table(glue, movies):
    table = glue.get_table(DatabaseName=DATABASE, Name="movies")["Table"]
    assert [(column["Name"], column["Type"]) for column in table["StorageDescriptor"]["Columns"]] == [
        ("movie_id", "bigint"), ("title", "string"), ("rating", "double"), ("votes", "int"),
        ("genres", "array<string>"), ("released", "date"),
    ]  # fmt: skip
    assert [(key["Name"], key["Type"]) for key in table["PartitionKeys"]] == [("year", "int")]
    assert table["StorageDescriptor"]["Location"] == f"{movies}/"
    assert (table["Parameters"]["table_type"], table["Parameters"]["spark.sql.sources.provider"]) == ("DELTA", "delta")


def test_a_second_crawl_changes_nothing_and_the_missing_table_was_logged(glue, movies):
    before = glue.get_table(DatabaseName=DATABASE, Name="movies")["Table"]
    glue.start_crawler(Name="questions")
    crawler = until(lambda: (found := glue.get_crawler(Name="questions")["Crawler"])["State"] == "READY" and found)
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    assert glue.get_table(DatabaseName=DATABASE, Name="movies")["Table"]["VersionId"] == before["VersionId"]
    events = boto3.client("logs").get_log_events(logGroupName="/aws-glue/crawlers", logStreamName="questions")["events"]
    assert any("tables/none could not be read" in event["message"] for event in events)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("SELECT movie_id, votes FROM movies ORDER BY 1", [(1, 10), (2, 21), (3, 30), (4, 40)]),
        ("SELECT count(*) FROM questions.movies", [(4,)]),
        ("SELECT questions.movies.title FROM questions.movies WHERE movie_id = 1", [("Alien",)]),
        ("SELECT title FROM movies WHERE movie_id = 3", [(None,)]),
        ("SELECT year(released), date_trunc('year', released) FROM movies WHERE movie_id = 1", [(1979, dt.date(1979, 1, 1))]),
        ("SELECT approx_distinct(year) FROM movies", [(3,)]),
        ("SELECT element_at(genres, 1) FROM movies WHERE movie_id = 1", [("horror",)]),
        (
            "SELECT movie_id, genre FROM movies CROSS JOIN UNNEST(genres) AS g(genre) ORDER BY 1, 2",
            [(1, "horror"), (1, "scifi"), (4, "comedy")],
        ),
        ("SELECT try_cast('x' AS integer), cast('7' AS bigint)", [(None, 7)]),
        ("SELECT format_datetime(released, 'dd MMM yyyy') FROM movies WHERE movie_id = 1", [("25 May 1979",)]),
        ("SELECT date_format(released, '%Y-%m') FROM movies WHERE movie_id = 1", [("1979-05",)]),
        ("SELECT 7 / 2, 7.0 / 2", [(3, 3.5)]),
        (
            "SELECT cardinality(genres), array_join(genres, '+'), contains(genres, 'scifi') FROM movies WHERE movie_id = 1",
            [(2, "horror+scifi", True)],
        ),
        ("SELECT max_by(title, votes), arbitrary(1), count_if(votes > 15) FROM movies", [("O'Brother", 1, 3)]),
        ("WITH old AS (SELECT * FROM movies WHERE year < 1990) SELECT sum(votes) FROM old", [(61,)]),
        ("SELECT movie_id, row_number() OVER (ORDER BY votes DESC) FROM movies ORDER BY 2 LIMIT 1", [(4, 1)]),
        ("SELECT regexp_like('abc', 'b.'), strpos('abc', 'c'), split('a,b', ',')[2]", [(True, 3, "b")]),
        ("SELECT coalesce(title, '?') || '!' FROM movies WHERE movie_id = 3", [("?!",)]),
        (
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'movies' ORDER BY ordinal_position LIMIT 1",
            [("movie_id",)],
        ),
        ("SHOW TABLES", [("movies",)]),
        ("SHOW DATABASES LIKE 'quest*'", [("questions",)]),
    ],
)
def test_trino_sql(cursor, sql, rows):
    assert cursor.execute(sql).fetchall() == rows


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT x FROM nothing", "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.questions.nothing' does not exist"),
        ("SELECT x FROM nowhere.movies", "SCHEMA_NOT_FOUND: line 1:23: Schema 'nowhere' does not exist"),
        ("SELECT\n nope FROM movies", "COLUMN_NOT_FOUND: line 2:2: Column 'nope' cannot be resolved"),
        ("SELECT nofunc(1)", "FUNCTION_NOT_FOUND: line 1:8: Function 'nofunc' not registered"),
        ("SELECT cast('x' AS integer)", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to INT"),
        ("SELECT cast('x' AS bigint)", "INVALID_CAST_ARGUMENT: Cannot cast 'x' to BIGINT"),
        ("SELECT cast('x' AS date)", "INVALID_CAST_ARGUMENT: Value cannot be cast to date: x"),
        ("SELECT cast('x' AS decimal(5, 2))", "INVALID_CAST_ARGUMENT: Cannot cast VARCHAR 'x' to DECIMAL(5, 2). Value is not a number."),
        ("SELECT cast(300 AS tinyint)", "INVALID_CAST_ARGUMENT: Out of range for tinyint: 300"),
        ("SELECT 1 / 0", "DIVISION_BY_ZERO: Division by zero"),
    ],
)
def test_errors_are_worded_as_athena_words_them(cursor, sql, reason):
    with pytest.raises(pyathena.error.OperationalError) as caught:
        cursor.execute(sql)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    "sql",
    [
        "SELEC 1",
        "SELECT 1; SELECT 2",
        "CREATE TABLE a AS SELECT 1",
        "INSERT INTO movies VALUES (1)",
        "UNLOAD (SELECT 1) TO 's3://x/' WITH (format='PARQUET')",
        "DROP TABLE movies",
    ],
)
def test_what_is_no_query_is_refused_at_once(movies, bucket, sql):
    with pytest.raises(ClientError, match="InvalidRequestException"):
        boto3.client("athena").start_query_execution(QueryString=sql, ResultConfiguration={"OutputLocation": f"s3://{bucket}/results/"})


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Alien", [1]),
        ("O'Brother", [4]),
        ("' OR 1=1 --", []),
        ("x'; DROP TABLE movies; --", []),
        ("\u2019 OR \u20181\u2019=\u20181", []),
        ("?", []),
    ],
)
def test_parameters_are_data(cursor, title, found):
    quoted = "'" + title.replace("'", "''") + "'"
    cursor.execute("SELECT movie_id FROM movies WHERE title = ?", [quoted], paramstyle="qmark")
    assert [row[0] for row in cursor.fetchall()] == found


@pytest.mark.parametrize("parameter", ["' OR 1=1 --", "(SELECT 1)", "1; DROP TABLE movies", "title"])
def test_a_parameter_that_is_no_constant_is_refused(cursor, parameter):
    with pytest.raises(pyathena.error.OperationalError, match="not a constant"):
        cursor.execute("SELECT movie_id FROM movies WHERE title = ?", [parameter], paramstyle="qmark")


def test_every_client_sees_what_delta_sees(cursor, movies, bucket):
    expected = DeltaTable(movies).to_pyarrow_table().select(["movie_id", "title", "votes"]).sort_by("movie_id").to_pylist()
    sql = "SELECT movie_id, title, votes FROM movies ORDER BY movie_id"
    frame = awswrangler.athena.read_sql_query(
        sql, database=DATABASE, ctas_approach=False, s3_output=f"s3://{bucket}/results/", athena_query_wait_polling_delay=0.02
    )
    assert [tuple(row.values()) for row in expected] == cursor.execute(sql).fetchall()
    assert [(row.movie_id, None if row.title is frame.title.dtype.na_value else row.title, row.votes) for row in frame.itertuples()] == [
        tuple(row.values()) for row in expected
    ]


def test_results_are_stored_as_athena_stores_them(cursor, movies):
    cursor.execute("SELECT title, genres, rating FROM movies ORDER BY movie_id")
    location = cursor.output_location.removeprefix("s3://").split("/", 1)
    text = boto3.client("s3").get_object(Bucket=location[0], Key=location[1])["Body"].read().decode()
    assert text.splitlines() == [
        '"title","genres","rating"',
        '"Alien","[horror, scifi]","4.5"',
        '"Brazil","[]","3.25"',
        ',,"1.0E8"',
        '"O\'Brother","[comedy]","1.0E-4"',
    ]
    assert cursor.data_scanned_in_bytes > 0


def test_results_come_in_pages(movies, cursor):
    cursor.execute("SELECT movie_id FROM movies ORDER BY 1")
    pages = (
        boto3.client("athena")
        .get_paginator("get_query_results")
        .paginate(QueryExecutionId=cursor.query_id, PaginationConfig={"PageSize": 2})
    )
    rows = [[row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]] for page in pages]
    assert rows == [["movie_id", "1"], ["2", "3"], ["4"]]


def test_a_workgroup_limits_what_a_query_scans(movies, bucket, glue):
    uri = f"s3://{bucket}/tables/noise"
    noise = pa.table({"wide": np.random.default_rng(0).random(1_500_000), "narrow": np.zeros(1_500_000, np.int8)})
    write_deltalake(uri, noise)  # 12 MB of doubles that do not compress
    table = {"Name": "noise", "Parameters": {"table_type": "DELTA"}, "StorageDescriptor": {"Columns": [], "Location": uri}}
    glue.create_table(DatabaseName=DATABASE, TableInput=table)
    athena = boto3.client("athena")
    location = {"OutputLocation": f"s3://{bucket}/limited/"}
    athena.create_work_group(Name="limited", Configuration={"BytesScannedCutoffPerQuery": 10_000_000, "ResultConfiguration": location})
    limited = pyathena.connect(work_group="limited", schema_name=DATABASE, region_name="us-east-1", poll_interval=0.02).cursor()
    with pytest.raises(pyathena.error.OperationalError, match="Bytes scanned limit was exceeded"):
        limited.execute("SELECT sum(wide) FROM noise")
    assert limited.execute("SELECT max(narrow) FROM noise").fetchall() == [(0,)]
    assert limited.output_location.startswith(f"s3://{bucket}/limited/")


def test_a_prepared_statement_is_executed_with_its_parameters(movies, cursor):
    boto3.client("athena").create_prepared_statement(
        StatementName="by_year", WorkGroup="primary", QueryStatement="SELECT title FROM movies WHERE year = ? AND votes > ?"
    )
    assert cursor.execute("EXECUTE by_year USING 1985, 5").fetchall() in ([("Brazil",), (None,)], [(None,), ("Brazil",)])
