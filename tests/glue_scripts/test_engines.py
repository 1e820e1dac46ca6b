"""Every job on Sail and on Spark: the same rows and the same schema, read by delta-rs. Every transform's cases on Spark, too."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from deltalake import DeltaTable
from lakehouse import Lake, rows

from ggvd_dagster import spec

TABLES = [table.name for table in spec.load().tables.values() if table.layer != "bronze"]
# Spark's process takes about two minutes on two idle cores; on a busy machine it must be slow, not wrong.
SECONDS = 900
pytestmark = [pytest.mark.spark, pytest.mark.timeout(SECONDS + 60)]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Both engines' processes at once, each on its own lake: {engine: (lake, exit code, output)}."""
    folders = {engine: tmp_path_factory.mktemp(engine) for engine in ("sail", "spark")}
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "AWS_", "PYTEST_"))}
    script = Path(__file__).with_name("engine_run.py")
    started = {}
    for engine, folder in folders.items():
        with (folder / "output").open("wb") as output:
            started[engine] = subprocess.Popen([sys.executable, script, engine, folder], env=environment, stdout=output, stderr=output)
    try:
        return {
            engine: (Lake(folders[engine]), process.wait(timeout=SECONDS), (folders[engine] / "output").read_text())
            for engine, process in started.items()
        }
    finally:
        for process in started.values():
            process.kill()


@pytest.mark.parametrize("table", TABLES)
def test_engines_agree(runs, table):
    for engine, (lake, _, output) in runs.items():
        assert lake.report(table), f"{engine}: {output[-4000:]}"
    sail, spark = runs["sail"][0], runs["spark"][0]
    assert rows(sail.uri(table))
    assert without_record(rows(sail.uri(table))) == without_record(rows(spark.uri(table)))
    assert columns(sail.uri(table)) == columns(spark.uri(table))
    assert partitions(sail.report(table)) == partitions(spark.report(table))
    assert sail.report(table)["checks"] == spark.report(table)["checks"]


def test_every_case_of_every_transform_passes_on_spark(runs):
    lake, code, output = runs["spark"]
    assert code == 0, output[-8000:]
    (suite,) = ElementTree.parse(lake.root / "cases.xml").getroot().iter("testsuite")
    found = {case.get("classname").rpartition(".")[2] for case in suite.iter("testcase")}
    assert found >= {f"test_{table.split('/')[1]}" for table in TABLES}
    assert [suite.get(outcome) for outcome in ("failures", "errors", "skipped")] == ["0", "0", "0"]


def without_record(found):
    """Quarantined rows without their record: engines write a number in JSON as 1.0 or 1, and the id is of the record."""
    return sorted(({k: v for k, v in row.items() if k not in ("record", "quarantine_id")} for row in found), key=str)


def columns(uri):
    """Names, types and comments in order."""
    return [(field.name, str(field.type), field.metadata) for field in DeltaTable(uri).schema().fields]


def partitions(report):
    counts = ("rows_read", "rows_written", "duplicates", "quarantined", "snapshot")
    return {name: {count: entry[count] for count in counts} for name, entry in report["partitions"].items()}
