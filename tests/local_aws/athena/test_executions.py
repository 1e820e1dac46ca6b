"""What a query costs, and how it is stopped."""

import boto3
import pyathena
import pytest
import sqlglot
from deltalake import DeltaTable

from local_aws.athena.columns import by_table
from tests.local_aws.athena.conftest import DATABASE
from tests.local_aws.conftest import until

ENDLESS = """SELECT count(*) FROM UNNEST(sequence(1, 1000000)) AS a(x) CROSS JOIN UNNEST(sequence(1, 1000000)) AS b(y)
WHERE (x * y) % 7 = 3"""


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("SELECT a FROM t", {"t": {"a"}}, id="one"),
        pytest.param("SELECT T.A, t.a, a FROM t", {"t": {"a"}}, id="once"),
        pytest.param("SELECT x.a, y.b FROM t x JOIN t y ON x.k = y.k", {"t": {"a", "b", "k"}}, id="a table twice"),
        pytest.param("SELECT x.a, y.b FROM t x JOIN u y ON x.k = y.j", {"t": {"a", "k"}, "u": {"b", "j"}}, id="by qualifier"),
        pytest.param("SELECT a FROM t JOIN u USING (k)", {"t": {"a", "k"}, "u": {"a", "k"}}, id="shared by two tables"),
        pytest.param("SELECT count(*) FROM t", {"t": set()}, id="count of rows"),
        pytest.param("SELECT * FROM t", {"t": None}, id="star"),
        pytest.param("SELECT t.* FROM t JOIN u ON t.k = u.k", {"t": None, "u": {"k"}}, id="star of one"),
        pytest.param("SELECT r.field FROM t", {"t": {"r"}}, id="field of a row"),
        pytest.param("SELECT d.t.a FROM d.t", {"t": {"a"}}, id="full name"),
        pytest.param("WITH c AS (SELECT a FROM t) SELECT b FROM c JOIN u ON c.a = u.a", {"t": {"a"}, "u": {"a", "b"}}, id="common table"),
        pytest.param(
            "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.k = t.k)", {"t": {"a", "k"}, "u": {"k"}}, id="correlated subquery"
        ),
        pytest.param("SELECT a FROM t UNION ALL SELECT b FROM t", {"t": {"a", "b"}}, id="union"),
        pytest.param("SELECT g FROM t CROSS JOIN UNNEST(l) AS u(g)", {"t": {"l", "g"}}, id="unnest"),
    ],
)
def test_columns_by_table(sql, expected):
    assert {table: columns for (_, table), columns in by_table(sqlglot.parse_one(sql, read="athena")).items()} == expected


def chunks(uri, *columns):
    fragments = DeltaTable(uri).to_pyarrow_dataset().get_fragments()
    groups = [fragment.metadata.row_group(i) for fragment in fragments for i in range(fragment.metadata.num_row_groups)]
    columns_of = [group.column(i) for group in groups for i in range(group.num_columns)]
    return sum(column.total_compressed_size for column in columns_of if column.path_in_schema in columns)


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELECT title FROM movies", ["title"]),
        ("SELECT a.title FROM movies a JOIN movies b ON a.movie_id = b.movie_id", ["title", "movie_id"]),
        ("SELECT title FROM movies WHERE rating > 1 UNION ALL SELECT title FROM questions.movies", ["title", "rating"]),
    ],
    ids=["one column", "a table joined to itself", "a table by two names"],
)
def test_bytes_scanned_count_each_column_chunk_once(cursor, movies, sql, columns):
    assert cursor.execute(sql).data_scanned_in_bytes == chunks(movies, *columns)


def state(query_id):
    return boto3.client("athena").get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]["State"]


def test_stopped_queries_end_and_make_room(movies, bucket):
    athena = boto3.client("athena")
    location = {"OutputLocation": f"s3://{bucket}/stopped/"}

    def start(sql):
        context = {"Database": DATABASE}
        return athena.start_query_execution(QueryString=sql, ResultConfiguration=location, QueryExecutionContext=context)[
            "QueryExecutionId"
        ]

    running = [start(ENDLESS) for _ in range(4)]
    until(lambda: all(state(query_id) == "RUNNING" for query_id in running))
    waiting = start("SELECT count(*) FROM movies")
    queued = start(ENDLESS)
    assert {state(waiting), state(queued)} == {"QUEUED"}
    athena.stop_query_execution(QueryExecutionId=queued)
    until(lambda: state(queued) == "CANCELLED")
    for query_id in running:
        athena.stop_query_execution(QueryExecutionId=query_id)
    until(lambda: all(state(query_id) == "CANCELLED" for query_id in running))
    until(lambda: state(waiting) == "SUCCEEDED")
    athena.stop_query_execution(QueryExecutionId=waiting)
    assert state(waiting) == "SUCCEEDED"


def test_a_cancelled_cursor_raises(cursor, movies, bucket):
    other = pyathena.connect(s3_staging_dir=f"s3://{bucket}/results/", region_name="us-east-1", poll_interval=0.02, kill_on_interrupt=True)
    query_id = other.cursor()._execute(ENDLESS)
    boto3.client("athena").stop_query_execution(QueryExecutionId=query_id)
    until(lambda: state(query_id) == "CANCELLED")
    with pytest.raises(boto3.client("athena").exceptions.InvalidRequestException, match="Final query state: CANCELLED"):
        boto3.client("athena").get_query_results(QueryExecutionId=query_id)
