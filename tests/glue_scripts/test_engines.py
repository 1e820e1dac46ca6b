"""Every job on Sail and on Spark: the same rows and the same schema, read by delta-rs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from deltalake import DeltaTable
from lakehouse import Lake, rows

from ggvd_dagster import spec

TABLES = [table.name for table in spec.load().tables.values() if table.layer != "bronze"]
pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def lakes(tmp_path_factory):
    made = {}
    for engine in ("sail", "spark"):
        folder = tmp_path_factory.mktemp(engine)
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "AWS_"))}
        script = Path(__file__).with_name("engine_run.py")
        done = subprocess.run([sys.executable, script, engine, folder], env=environment, capture_output=True, text=True, timeout=280)
        assert done.returncode == 0, done.stderr[-4000:]
        made[engine] = Lake(folder)
    return made


@pytest.mark.parametrize("table", TABLES)
def test_engines_agree(lakes, table):
    sail, spark = (lakes[engine] for engine in ("sail", "spark"))
    assert rows(sail.uri(table))
    assert without_record(rows(sail.uri(table))) == without_record(rows(spark.uri(table)))
    assert columns(sail.uri(table)) == columns(spark.uri(table))
    assert sail.report(table)["checks"] == spark.report(table)["checks"]


def without_record(found):
    return sorted(({k: v for k, v in row.items() if k not in ("record", "quarantine_id")} for row in found), key=str)


def columns(uri):
    return [(field.name, str(field.type)) for field in DeltaTable(uri).schema().fields]
