"""How tables are replaced: descriptions of columns, schemas that change, other writers, undone writes."""

import json
import shutil

import pytest
from deltalake import DeltaTable
from lakehouse import rows
from pyspark.sql import types as T  # noqa: N812

from glue_scripts import delta, delta_commits, delta_log, lake
from glue_scripts.columns import described
from glue_scripts.errors import JobError
from glue_scripts.work import session

NUMBER, YEAR = ("number", T.LongType(), "A number."), ("year", T.IntegerType(), "A year.")
SCHEMA = described(NUMBER, ("names", T.ArrayType(T.StringType()), "Some names."), YEAR)


def write(uri, found, *, schema=SCHEMA, partitions=None):
    frame = session().createDataFrame([tuple(row.get(name) for name in schema.names) for row in found], T.StructType(schema.fields))
    return delta.replace(delta.conform(frame, schema), uri, schema, partition_by="year", partitions=partitions)


def columns(uri):
    return [(field.name, field.metadata.get("comment")) for field in DeltaTable(uri).schema().fields]


@pytest.fixture
def uri(tmp_path):
    return str(tmp_path / "table")


@pytest.fixture
def two_years(uri):
    write(uri, [{"number": 1, "names": ["a"], "year": 1999}, {"number": 2, "names": ["b"], "year": 2000}], partitions=["1999", "2000"])
    return uri


def test_descriptions_are_in_the_log_before_the_first_row(two_years):
    expected = [("number", "A number."), ("names", "Some names."), ("year", "A year.")]
    assert columns(two_years) == expected
    assert DeltaTable(two_years).metadata().partition_columns == ["year"]
    assert write(two_years, [{"number": 3, "year": 2000}], partitions=["2000"]) == 2
    assert write(two_years, [{"number": 4, "names": ["c"], "year": 1999}], partitions=["1999"]) == 3
    assert columns(two_years) == expected
    assert [(row["number"], row["names"]) for row in rows(two_years)] == [(3, None), (4, ["c"])]


def test_a_table_reads_the_same_after_a_checkpoint(two_years):
    for number in range(2):
        write(two_years, [{"number": number, "names": ["x"], "year": 2000}], partitions=["2000"])
    table = DeltaTable(two_years)
    table.create_checkpoint()
    state = delta_log.state(two_years, table.version())
    assert sorted(state.files) == sorted(path.removeprefix(f"{two_years}/") for path in table.file_uris())
    assert state.schema == SCHEMA.jsonValue()
    assert state.bytes == sum(lake.sizes(two_years)[path] for path in state.files)


@pytest.fixture
def checkpointed(two_years):
    """At version 2, whose commits a checkpoint replaces."""
    write(two_years, [{"number": 3, "names": ["c"], "year": 2000}], partitions=["2000"])
    DeltaTable(two_years).create_checkpoint()
    lake.delete(f"{two_years}/_delta_log/{1:020d}.json")
    return two_years


def test_columns_are_described_anew_after_a_checkpoint(checkpointed):
    schema = described(("number", T.LongType(), "Another text."), *(("names", T.ArrayType(T.StringType()), "Some names."), YEAR))
    write(checkpointed, [{"number": 4, "names": ["d"], "year": 2000}], schema=schema, partitions=["2000"])
    assert columns(checkpointed)[0] == ("number", "Another text.")
    assert [row["number"] for row in rows(checkpointed)] == [1, 4]
    assert [row.number for row in session().read.format("delta").load(checkpointed).orderBy("number").collect()] == [1, 4]


def test_a_write_after_a_checkpoint_is_undone(checkpointed):
    then = DeltaTable(checkpointed).file_uris()
    write(checkpointed, [{"number": 4, "names": ["d"], "year": 2000}], partitions=["2000"])
    delta.restore(checkpointed, 2)
    assert [row["number"] for row in rows(checkpointed)] == [1, 3]
    assert [row.number for row in session().read.format("delta").load(checkpointed).orderBy("number").collect()] == [1, 3]
    assert sorted(DeltaTable(checkpointed).file_uris()) == sorted(then)


def test_columns_come_and_go_and_partitions_that_stay_follow(two_years):
    schema = described(NUMBER, ("score", T.DoubleType(), "A score."), YEAR)
    write(two_years, [{"number": 5, "score": 0.5, "year": 2000}], schema=schema, partitions=["2000"])
    assert columns(two_years) == [("number", "A number."), ("score", "A score."), ("year", "A year.")]
    assert [(row["number"], row["score"]) for row in rows(two_years)] == [(1, None), (5, 0.5)]


def test_another_type_needs_all_partitions(two_years):
    schema = described(("number", T.StringType(), "A text."), ("names", T.ArrayType(T.StringType()), "Names."), YEAR)
    with pytest.raises(JobError, match=r"number.*all partitions"):
        write(two_years, [{"number": "x", "year": 2000}], schema=schema, partitions=["2000"])
    write(two_years, [{"number": "x", "names": ["n"], "year": 2000}], schema=schema, partitions=["1999", "2000"])
    assert [(row["number"], row["names"]) for row in rows(two_years)] == [("x", ["n"])]
    assert columns(two_years) == [("number", "A text."), ("names", "Names."), ("year", "A year.")]


def test_another_partition_column_needs_the_table_to_go(uri):
    frame = session().createDataFrame([(1, ["a"], 2000)], T.StructType(SCHEMA.fields))
    delta.replace(frame, uri, SCHEMA, partition_by="number", partitions=["1"])
    with pytest.raises(JobError, match=r"is partitioned by number.*by year.*delete the table"):
        write(uri, [{"number": 1, "names": ["a"], "year": 2000}], partitions=["2000"])
    shutil.rmtree(uri)
    assert write(uri, [{"number": 1, "names": ["a"], "year": 2000}], partitions=["2000"]) == 1


def test_a_column_that_went_comes_back_as_another_type_only_for_all_partitions(two_years):
    write(two_years, [{"number": 3, "year": 2000}], schema=described(NUMBER, YEAR), partitions=["2000"])
    DeltaTable(two_years).create_checkpoint()
    schema = described(NUMBER, ("names", T.LongType(), "How many names."), YEAR)
    with pytest.raises(JobError, match=r"names.*all partitions"):
        write(two_years, [{"number": 4, "names": 7, "year": 2000}], schema=schema, partitions=["2000"])
    assert write(two_years, [{"number": 4, "names": ["c"], "year": 2000}], partitions=["2000"]) == 5
    assert [(row["number"], row["names"]) for row in rows(two_years)] == [(1, ["a"]), (4, ["c"])]
    write(two_years, [{"number": 5, "names": 7, "year": 2000}], schema=schema, partitions=["1999", "2000"])
    assert [(row["number"], row["names"]) for row in rows(two_years)] == [(5, 7)]


@pytest.mark.parametrize("moment", ["instead of ours", "after ours"])
def test_another_writer_is_noticed(two_years, monkeypatch, moment):
    read, at = delta_log.commit, f"{two_years}/_delta_log/{2:020d}.json"

    def interfere(uri, number):
        if number == 2:
            theirs = json.dumps({"commitInfo": {"timestamp": 1, "operation": "WRITE", "operationParameters": {}}}) + "\n"
            lake.write_bytes(at if moment == "instead of ours" else at.replace("2.json", "3.json"), theirs.encode())
        return read(uri, number)

    monkeypatch.setattr(delta_log, "commit", interfere)
    with pytest.raises(JobError, match=r"another writer.*run the job again"):
        write(two_years, [{"number": 3, "year": 2000}], partitions=["2000"])


def test_a_log_that_another_writer_began_is_not_overwritten(uri):
    delta_commits.create(uri, SCHEMA.jsonValue(), "year", "theirs")
    with pytest.raises(JobError, match="another writer"):
        delta_commits.create(uri, SCHEMA.jsonValue(), "year", "ours")


@pytest.mark.parametrize("found", [[], [{"number": 9, "names": ["z"], "year": 2000}]], ids=["nothing", "a row"])
def test_a_write_is_undone(two_years, found):
    before = rows(two_years)
    version = write(two_years, found, partitions=["1999", "2000"])
    assert rows(two_years) != before
    delta.restore(two_years, version - 1)
    assert rows(two_years) == before
    assert columns(two_years)[0] == ("number", "A number.")
    write(two_years, [{"number": 3, "year": 2000}], partitions=["2000"])
    assert [row["number"] for row in rows(two_years)] == [1, 3]


def test_nothing_in_the_place_of_nothing(uri):
    assert write(uri, [], partitions=["1999"]) == 0
    assert rows(uri) == []
    write(uri, [{"number": 1, "year": 1999}], partitions=["1999"])
    write(uri, [], partitions=["2000"])
    assert [row["number"] for row in rows(uri)] == [1]


@pytest.mark.parametrize(("mebibytes", "files"), [(0, 1), (127, 1), (255, 1), (256, 2), (690, 5)])
def test_files_by_the_bytes_of_what_is_written(mebibytes, files):
    assert delta.files(mebibytes * 2**20) == files
