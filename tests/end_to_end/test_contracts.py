"""Lineage, contracts and fields of the sources, on the whole lake."""

import pytest

from ggvd_dagster import spec
from ggvd_dagster.lineage import contract, shown
from tests.end_to_end.conftest import key

pytestmark = pytest.mark.timeout(600)  # the first test waits for the whole pipeline
TABLES = [table for table in spec.load().tables.values() if table.layer != "bronze"]


def latest(platform, name):
    return platform.instance.get_latest_materialization_event(key(name)).asset_materialization.metadata


def evaluations(platform, name):
    """The latest evaluation of each check of an asset."""
    from ggvd_dagster.definitions import defs

    keys = [check for check in defs.resolve_asset_graph().asset_check_keys if check.asset_key == key(name)]
    found = platform.instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    return {check.name: record.event.dagster_event.event_specific_data for check, record in found.items()}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_each_materialization_carries_lineage_and_columns(lake, table):
    metadata = latest(lake, table.name)
    assert metadata["dagster/column_lineage"].value == shown.column_lineage(table.name)
    written = {column.name: (column.type, column.description) for column in metadata["dagster/column_schema"].value.columns}
    assert written == {name: (c.type, c.comment) for name, c in contract.load()[table.name].columns.items()}


@pytest.mark.parametrize("layer", ["silver", "gold"])
def test_all_places_agree_on_all_columns(lake, layer):
    found = evaluations(lake, f"catalog/{layer}")
    assert set(found) == {f"{table.table}_columns_agree" for table in TABLES if table.layer == layer}
    assert {name: check.metadata["differences"].value for name, check in found.items()} == {name: [] for name in found}
    assert all(check.passed for check in found.values())


@pytest.mark.parametrize("table", [t.name for t in TABLES if any(i.startswith("bronze/") for i in t.inputs)])
def test_the_sources_send_what_the_scripts_read(lake, table):
    check = evaluations(lake, table)["source_fields"]
    assert (check.metadata["unknown"].value, check.metadata["absent"].value) == ({}, {})
