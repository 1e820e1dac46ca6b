"""What the deployed platform answers is what DuckDB computes from the sample's raw files, table by table and question by question."""

from pathlib import Path

import pytest

from ggvd_dagster import questions, spec
from ggvd_dagster.resources.athena import Athena
from tests.answers import oracle
from tests.end_to_end.conftest import YEARS

pytestmark = pytest.mark.timeout(600)
ASKED = oracle.questions()
CLOSE = {"rel": 1e-6, "abs": 0.0051}  # answers are rounded to cents; a half may fall to either side
EXACT = {"rel": 1e-6, "abs": 1e-6}


@pytest.fixture(scope="module")
def computed(lake, tmp_path_factory):
    (archives,) = (path.parent for path in Path(lake.environment["GGVD_HOME"]).glob("sources/*/genome_2021.zip"))
    with oracle.build(archives, tmp_path_factory.mktemp("oracle"), YEARS) as connection:
        yield connection


def same(found, expected, **tolerance):
    assert len(found) == len(expected) > 0
    for row, other in zip(found, expected, strict=True):
        assert [close(value, **tolerance) for value in other] == list(row)


def close(value, **tolerance):
    return pytest.approx(value, **tolerance) if isinstance(value, float) else value


@pytest.mark.parametrize("table", spec.load().layer("gold"), ids=lambda table: table.table)
def test_every_row_of_the_table(computed, lake, table):
    from deltalake import DeltaTable

    answer = computed.execute(f"SELECT * FROM gold_{table.table} ORDER BY {', '.join(f'{name} NULLS FIRST' for name in table.key)}")
    columns = [column[0] for column in answer.description]
    read = DeltaTable(lake.names.table_uri(table.name)).to_pyarrow_table(columns=columns).to_pylist()
    read.sort(key=lambda row: [(row[name] is not None, row[name]) for name in table.key])
    same([tuple(row.values()) for row in read], answer.fetchall(), **EXACT)


@pytest.mark.parametrize("name", ASKED)
def test_every_named_question(computed, lake, name):
    found = Athena().answer(questions.load(name)).rows
    same([tuple(row) for row in found], computed.execute(ASKED[name]).fetchall(), **CLOSE)


def test_every_question_is_checked(lake):
    assert set(ASKED) | {"data_date"} == set(questions.all_names())


def test_date_and_count_of_the_data(computed, lake):
    snapshots = {item.key.split("snapshot=")[1][:10] for item in lake.bucket("bronze").objects.filter(Prefix="tmdb_movies/")}
    ((snapshot, movies),) = Athena().answer(questions.load("data_date")).rows
    assert (str(snapshot), movies) == (max(snapshots), computed.execute("SELECT count(*) FROM tmdb").fetchone()[0])
