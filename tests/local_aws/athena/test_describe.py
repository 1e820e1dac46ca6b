"""DESCRIBE as Athena answers it: lines of padded cells, partition columns once more in a section of their own."""

import awswrangler
import pyathena
import pytest

from tests.local_aws.athena.conftest import DATABASE

COLUMNS = {
    "movie_id": "bigint", "title": "string", "rating": "double", "votes": "int", "genres": "array<string>", "released": "date",
    "year": "int",
}  # fmt: skip


def test_lines_are_one_cell_each(movies, cursor):
    lines = [line for (line,) in cursor.execute("DESCRIBE movies").fetchall()]
    assert [column[0] for column in cursor.description] == ["col_name", "data_type", "comment"]
    assert lines[0] == "movie_id            \tbigint              \t                    "
    assert [tuple(cell.strip() for cell in line.split("\t")[:2]) for line in lines[: len(COLUMNS)]] == list(COLUMNS.items())
    assert [line.split("\t")[0].strip() for line in lines[len(COLUMNS) :]] == ["", "# Partition Information", "# col_name", "", "year"]


def test_a_client_finds_columns_comments_and_partitions(movies, bucket, glue):
    table = glue.get_table(DatabaseName=DATABASE, Name="movies")["Table"]
    storage = table["StorageDescriptor"] | {"Columns": [{"Name": "a", "Type": "int", "Comment": "An a,\tand\nmore."}]}
    glue.create_table(DatabaseName=DATABASE, TableInput={"Name": "commented", "StorageDescriptor": storage, "PartitionKeys": []})
    try:
        for name, expected in (("movies", ("year", "int", True, "")), ("commented", ("a", "int", False, "An a, and more."))):
            frame = awswrangler.athena.describe_table(name, database=DATABASE, s3_output=f"s3://{bucket}/results/")
            assert tuple(frame.itertuples(index=False, name=None))[-1] == expected
    finally:
        glue.delete_table(DatabaseName=DATABASE, Name="commented")


def test_a_table_that_is_not_there_is_said(movies, cursor):
    with pytest.raises(pyathena.error.OperationalError, match=r"TABLE_NOT_FOUND: line 1:10: Table 'awsdatacatalog\.questions\.nothing'"):
        cursor.execute("DESCRIBE nothing")
