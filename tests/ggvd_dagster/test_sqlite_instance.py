"""Events on SQLite are cheap, and all of them are there for whoever looks."""

import sqlite3
import subprocess
import sys

import dagster as dg
import pytest

from ggvd_dagster import sqlite_instance

READ = """
import sys
import dagster as dg
with dg.DagsterInstance.local_temp(sys.argv[1]) as instance:
    (run,) = instance.get_runs()
    print(run.status.value, len(instance.all_logs(run.run_id)))
"""


@dg.asset
def small():
    return dg.MaterializeResult(metadata={"rows": 1})


@pytest.fixture
def instance(tmp_path):
    sqlite_instance.install()
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


def test_a_run_keeps_its_databases_open_and_leaves_nothing_out(instance, tmp_path):
    assert dg.materialize([small], instance=instance).success
    runs = tmp_path / "history" / "runs"
    # the log of a database is folded into it, and deleted, when its last connection closes
    assert (runs / "index.db-wal").exists()
    said = subprocess.run([sys.executable, "-c", READ, str(tmp_path)], check=True, capture_output=True, text=True).stdout.split()
    assert said == ["SUCCESS", str(len(instance.all_logs(instance.get_runs()[0].run_id)))]


def test_commits_do_not_wait_for_the_disk(instance):
    with instance.event_log_storage.index_connection() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 1  # NORMAL


def test_no_more_databases_stay_open_than_a_run_writes(tmp_path):
    sqlite_instance.install()
    for number in range(20):
        file = sqlite3.connect(tmp_path / f"{number}.db")
        file.execute("PRAGMA journal_mode=WAL")
        sqlite_instance._connected(file, None)
        file.close()
    assert len(sqlite_instance._open) == sqlite_instance.MOST_OPEN
    assert len(list(tmp_path.glob("*-wal"))) == sqlite_instance.MOST_OPEN


def test_a_database_that_keeps_no_log_stays_as_it_is(tmp_path):
    file = sqlite3.connect(tmp_path / "plain.db")
    sqlite_instance._connected(file, None)
    assert file.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert str(tmp_path / "plain.db") not in sqlite_instance._open
