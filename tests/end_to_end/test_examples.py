"""The dictionary's examples are real: a platform of its own has the same rows."""

import pytest

from docs.generate import examples
from ggvd_dagster import spec
from ggvd_dagster.lineage import contract

pytestmark = pytest.mark.timeout(600)
WHEN_READ = {"extracted_at", "snapshot", "record", "quarantine_id"}  # they tell when the platform read the sources
# the tests extract three release years: these numbers are about others too
AMONG_ALL_YEARS = {("gold/best_rated_movies", "rank"), ("gold/most_popular_movies", "rank")}
AMONG_ALL_YEARS |= {("gold/ratings_over_time", name) for name in ("rating_month", "ratings", "average_rating")}
AMONG_ALL_YEARS |= {("gold/tag_ratings_over_years", name) for name in ("movies", "ratings", "average_rating")}
# a table that the spec has newly has none until somebody reads the examples again
TABLES = [table for table in spec.load().tables.values() if table.layer != "bronze" and table.name in examples.load()]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_example_is_a_row(lake, table):
    from deltalake import DeltaTable

    wanted = {
        name: examples.shown(value)
        for name, value in examples.load()[table.name].items()
        if name not in WHEN_READ and (table.name, name) not in AMONG_ALL_YEARS
    }
    rows = DeltaTable(lake.names.table_uri(table.name)).to_pyarrow_table(columns=list(wanted)).to_pylist()
    assert any(wanted == {name: examples.shown(value) for name, value in row.items()} for row in rows)


def test_every_example_has_every_column_and_no_other():
    """A bronze record has what its source gave it."""
    for name, row in examples.load().items():
        columns = set(contract.of(name).columns)
        assert set(row) <= columns if name.startswith("bronze/") else set(row) == columns, name
