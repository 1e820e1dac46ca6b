"""Columns as the contract, the Delta log, the catalog and Athena have them, on a real local AWS: what agrees, and each planted drift."""

import json

import boto3
import dagster as dg
import pytest
from deltalake import DeltaTable, Schema

from ggvd_dagster import names as naming
from ggvd_dagster import spec
from ggvd_dagster.assets import catalog
from ggvd_dagster.lineage import contract, drift, views
from ggvd_dagster.resources.athena import Athena
from ggvd_dagster.resources.crawler import Crawlers

FLAT, PARTITIONED = spec.load().table("gold/genre_popularity"), spec.load().table("silver/movielens_rating_events")
DELTA = {"int": "integer", "bigint": "long"}


def make(names, table, change=lambda field: field, partition_by=None):
    """The empty table as its contract says, each field changed by `change`; replaces one that is there."""
    fields = [
        {"name": n, "type": DELTA.get(c.type, c.type), "nullable": True, "metadata": {"comment": c.comment}}
        for n, c in contract.load()[table.name].columns.items()
    ]
    schema = Schema.from_json(json.dumps({"type": "struct", "fields": [f for f in map(change, fields) if f]}))
    keys = [table.partitions] if table.partitions and partition_by is None else partition_by or []
    DeltaTable.create(names.table_uri(table.name), schema, mode="overwrite", partition_by=keys)


@pytest.fixture(scope="module")
def deployed(local_aws):
    """Buckets, databases, a workgroup and crawlers of an environment of its own."""
    names = naming.Names(env="drift", account=naming.LOCAL_ACCOUNT)
    s3, glue = boto3.client("s3"), boto3.client("glue")
    for role in ("silver", "gold", "athena"):
        s3.create_bucket(Bucket=names.bucket(role))
    for layer, table in (("silver", PARTITIONED), ("gold", FLAT)):
        make(names, table)
        glue.create_database(DatabaseInput={"Name": names.database(layer)})
        tables = [names.table_uri(t.name) for t in names.platform.layer(layer)]
        targets = {"DeltaTargets": [{"DeltaTables": tables, "CreateNativeDeltaTable": True, "WriteManifest": False}]}
        glue.create_crawler(Name=names.crawler(layer), Role="arn:aws:iam::0:role/any", DatabaseName=names.database(layer), Targets=targets)
    location = {"OutputLocation": f"s3://{names.bucket('athena')}/"}
    boto3.client("athena").create_work_group(Name=names.workgroup(), Configuration={"ResultConfiguration": location})
    return names


@pytest.fixture
def names(deployed, monkeypatch):
    monkeypatch.setenv("GGVD_ENV", deployed.env)
    monkeypatch.setenv("GGVD_ACCOUNT_ID", deployed.account)
    for layer, table in (("silver", PARTITIONED), ("gold", FLAT)):
        if views.of_delta(deployed.table_uri(table.name)) != views.declared(table):
            make(deployed, table)
        Crawlers().crawl(deployed.crawler(layer))
    return deployed


def found(names, table):
    return [(d.text, d.grave) for d in drift.differences(table, names, Crawlers(), Athena())]


def change(field, **changes):
    return lambda f: {**f, **changes} if f["name"] == field else f


@pytest.mark.parametrize("table", [FLAT, PARTITIONED], ids=lambda table: table.name)
def test_after_a_crawl_all_agree(names, table):
    assert found(names, table) == []
    (result,) = drift.results(dg.AssetKey("c"), [table], names, Crawlers(), Athena())
    assert (result.passed, result.check_name, result.metadata["differences"].value) == (True, f"{table.table}_columns_agree", [])


def test_drift_of_the_delta_log(names):
    make(names, FLAT, lambda f: {"movies": None, "genre": {**f, "metadata": {}}, "votes": {**f, "type": "string"}}.get(f["name"], f))
    assert found(names, FLAT) == [
        ("the Delta log lacks movies", True),
        ("the Delta log describes genre as '', SCHEMA as \"TMDB's genre.\"", False),
        ("the Delta log has votes as string, SCHEMA says bigint", True),
    ]


def test_drift_of_partitions(names):
    make(names, PARTITIONED, partition_by=["user_id"])
    Crawlers().crawl(names.crawler("silver"))
    assert [(text, grave) for text, grave in found(names, PARTITIONED)] == [
        ("the Delta log is partitioned by user_id, the spec says rating_year", True),
        ("the catalog is partitioned by user_id, the spec says rating_year", False),
        ("Athena is partitioned by user_id, the spec says rating_year", False),
    ]


def test_drift_of_the_catalog_and_of_athena_that_reads_it(names):
    alter(names.database("gold"), FLAT.table, lambda columns: [*columns[1:], {"Name": "old", "Type": "int"}])
    lost, extra = "lacks genre", "has old, which SCHEMA has not"
    assert found(names, FLAT) == [(f"{place} {what}", True) for place in ("the catalog", "Athena") for what in (lost, extra)]


def test_drift_of_athena_alone(names):
    """Athena asks another database than the one that was crawled, in which the table is an older one."""
    databases = names.platform.databases | {"gold": "crawled_elsewhere"}
    good = naming.Names(names.env, names.account, names.platform.model_copy(update={"databases": databases}))
    glue = boto3.client("glue")
    entry = glue.get_table(DatabaseName=names.database("gold"), Name=FLAT.table)["Table"]
    glue.create_database(DatabaseInput={"Name": "crawled_elsewhere"})
    glue.create_table(DatabaseName="crawled_elsewhere", TableInput={k: entry[k] for k in ("Name", "StorageDescriptor", "PartitionKeys")})
    alter(names.database("gold"), FLAT.table, lambda columns: [{**c, "Type": "int"} if c["Name"] == "votes" else c for c in columns])
    assert found(good, FLAT) == [("Athena has votes as int, SCHEMA says bigint", True)]


def test_drift_of_the_script_itself(names, monkeypatch):
    changed = contract.load()[FLAT.name].columns | {"mean": contract.Column(type="double", comment="A mean.")}
    monkeypatch.setattr(contract, "load", lambda: {FLAT.name: contract.Contract(columns=changed)})
    assert found(names, FLAT) == [(f"{place} lacks mean", True) for place in ("the Delta log", "the catalog", "Athena")]


def test_a_table_that_a_crawl_missed_is_grave_and_one_that_no_job_wrote_is_not(names):
    boto3.client("glue").delete_table(DatabaseName=names.database("gold"), Name=FLAT.table)
    assert found(names, FLAT) == [(f"the catalog has no table {names.database('gold')}.{FLAT.table}", True)]
    (result,) = drift.results(dg.AssetKey("c"), [spec.load().table("gold/movies")], names, Crawlers(), Athena())
    assert (result.passed, result.description) == (True, "gold/movies: no job has written it yet")


def test_the_catalog_s_asset_crawls_compares_and_fails_only_for_what_is_grave(names):
    def materialize():
        resources = {"crawlers": Crawlers(), "athena": Athena()}
        result = dg.materialize([catalog.build("gold")], resources=resources, raise_on_error=False)
        return result.success, {e.check_name: e for e in result.get_asset_check_evaluations() if not e.passed}

    assert materialize() == (True, {})
    make(names, FLAT, change("votes", metadata={"comment": "Other words."}))
    success, failed = materialize()
    assert success
    assert failed["genre_popularity_columns_agree"].severity is dg.AssetCheckSeverity.WARN
    make(names, FLAT, change("votes", type="string"))
    success, failed = materialize()
    assert not success
    assert (
        "gold/genre_popularity: the Delta log has votes as string, SCHEMA says bigint"
        in failed["genre_popularity_columns_agree"].description
    )


def alter(database, name, change_columns):
    glue = boto3.client("glue")
    table = glue.get_table(DatabaseName=database, Name=name)["Table"]
    storage = table["StorageDescriptor"] | {"Columns": change_columns(table["StorageDescriptor"]["Columns"])}
    known = {key: table[key] for key in ("Name", "PartitionKeys", "Parameters", "TableType") if key in table}
    glue.update_table(DatabaseName=database, TableInput={**known, "StorageDescriptor": storage})
