"""A table of movies in the catalog, and a cursor over it."""

import datetime as dt

import boto3
import pyarrow as pa
import pyathena
import pytest
from deltalake import DeltaTable, write_deltalake

from tests.local_aws.conftest import ROLE, until

DATABASE = "questions"
LOCAL = ("NOT_SUPPORTED: ", "NOT_SUPPORTED: line 1:1: in the local Athena, ")  # short and whole start of a refusal


@pytest.fixture(scope="session")
def movies(local_aws, bucket, glue):
    """A partitioned Delta table, overwritten and cut, crawled into the catalog."""
    uri = f"s3://{bucket}/tables/movies"
    rows = {
        "movie_id": [1, 2, 3, 4],
        "title": ["Alien", "Brazil", None, "O'Brother"],
        "rating": [4.5, 3.25, 1e8, 0.0001],
        "votes": pa.array([10, 20, 30, 40], pa.int32()),
        "year": pa.array([1979, 1985, 1985, 2000], pa.int32()),
        "genres": [["horror", "scifi"], [], None, ["comedy"]],
        "released": [dt.date(1979, 5, 25), dt.date(1985, 2, 20), None, dt.date(2000, 10, 19)],
    }
    write_deltalake(uri, pa.table(rows).slice(0, 2), mode="overwrite", partition_by=["year"])
    write_deltalake(uri, pa.table(rows), mode="overwrite", partition_by=["year"])
    DeltaTable(uri).update(predicate="movie_id = 2", updates={"votes": "21"})
    glue.create_database(DatabaseInput={"Name": DATABASE})
    targets = {
        "DeltaTargets": [{"DeltaTables": [uri, f"s3://{bucket}/tables/none"], "CreateNativeDeltaTable": True, "WriteManifest": False}]
    }
    glue.create_crawler(Name="questions", Role=ROLE, DatabaseName=DATABASE, Targets=targets)
    glue.start_crawler(Name="questions")
    until(lambda: glue.get_crawler(Name="questions")["Crawler"]["State"] == "READY")
    return uri


@pytest.fixture(scope="session")
def cursor(movies, bucket):
    return pyathena.connect(
        s3_staging_dir=f"s3://{bucket}/results/", schema_name=DATABASE, region_name="us-east-1", poll_interval=0.02
    ).cursor()


@pytest.fixture(scope="session")
def answer(cursor):
    """What Athena answers to `SELECT <text>`: its first row as texts, NULL as None."""

    def ask(text):
        cursor.execute(f"SELECT {text}")
        rows = boto3.client("athena").get_query_results(QueryExecutionId=cursor.query_id)["ResultSet"]["Rows"]
        return [cell.get("VarCharValue") for cell in rows[1]["Data"]]

    return ask
