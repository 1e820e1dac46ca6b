"""The code location: what Dagit shows before anything has run."""

import subprocess
import sys

import dagster as dg
import pytest

from ggvd_dagster import asset_checks, spec
from ggvd_dagster.definitions import defs

TABLES = list(spec.load().tables.values())
GRAPH = defs.resolve_asset_graph()


def node(name):
    return GRAPH.get(dg.AssetKey(name.split("/")))


def test_loads():
    dg.Definitions.validate_loadable(defs)


def test_loading_imports_no_engine():
    code = "import sys, ggvd_dagster.definitions; print([m for m in ('pyspark', 'deltalake', 'pandas') if m in sys.modules])"
    environment = {"PATH": "", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}  # an AWS that nobody may call
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_an_asset_as_the_spec_says(table):
    asset = node(table.name)
    assert asset.group_name == table.layer
    assert asset.kinds == ({"lambda", "sqs", "s3", "json"} if table.layer == "bronze" else {"glue", "deltalake", "pyspark"})
    assert list(asset.owners) == [spec.load().owner]
    assert asset.description == table.description
    assert {key.to_user_string() for key in asset.parent_keys} == {*table.inputs, *table.foreign_keys.values()}
    assert {key.name for key in asset.check_keys} == set(asset_checks.names(table))
    assert (asset.partitions_def is not None) is (table.partitions is not None)
    assert asset.pools == {table.name.replace("/", "_")}


@pytest.mark.parametrize(
    ("downstream", "upstream", "mapping"),
    [
        ("silver/tmdb_movies", "bronze/tmdb_movies", dg.IdentityPartitionMapping),
        ("gold/movies", "silver/tmdb_movies", dg.AllPartitionMapping),
        ("silver/movielens_rating_events", "bronze/movielens_rating_events", dg.AllPartitionMapping),
    ],
)
def test_partition_mappings_are_explicit(downstream, upstream, mapping):
    assert isinstance(node(downstream).partition_mappings[dg.AssetKey(upstream.split("/"))], mapping)
