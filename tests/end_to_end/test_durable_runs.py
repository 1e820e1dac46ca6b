"""Glue runs outlive the process that started them, and end with the Dagster run that a person ends."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

ROOT = Path(__file__).parents[2]
TABLE = "silver/tmdb_movies"
MAIN = 'if __name__ == "__main__":'


@pytest.fixture
def gate(platform, tmp_path):
    """The job's script waits, after it has said so, until this file is there."""
    file, item = tmp_path / "gate", platform.bucket("assets").Object(platform.names.script_key(TABLE))
    script = item.get()["Body"].read().decode()
    wait = f"import os, time\n\n    while not os.path.exists({str(file)!r}):\n        time.sleep(0.1)"
    item.put(Body=script.replace(MAIN, f"{MAIN}\n    {wait}").encode())
    yield file
    file.touch()
    item.put(Body=script.encode())


@contextlib.contextmanager
def attempt(platform, *arguments):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "GGVD_", "DAGSTER_"))}
    command = [sys.executable, "-W", "ignore", str(ROOT / "tests/end_to_end/attempt.py"), *arguments]
    process = subprocess.Popen(
        command,
        env=kept | platform.environment | {"PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def glue_runs(platform):
    return platform.client("glue").get_job_runs(JobName=platform.names.job(TABLE))["JobRuns"]


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.2)
    return pytest.fail("it did not come to pass")


def started(platform, known):
    """The Glue run that was not among the `known` ones, once its script runs."""
    new = [run for run in glue_runs(platform) if run["Id"] not in known]
    return new[0] if new and new[0]["JobRunState"] == "RUNNING" else None


def attached(platform, parent, glue_run):
    """Whether a re-execution of Dagster run `parent` says that it attached."""
    runs = [run for run in platform.instance.get_runs(limit=2) if run.parent_run_id == parent]
    logs = platform.instance.all_logs(runs[0].run_id) if runs else []
    return any(entry.user_message.startswith(f"attached to run {glue_run}") for entry in logs)


def test_the_next_attempt_attaches_to_the_run_of_a_dead_worker(platform, gate):
    bronze = platform.materialize("bronze/tmdb_movies", years=["1970"])
    assert bronze.success
    known = {run["Id"] for run in glue_runs(platform)}
    with attempt(platform, "1970"):
        run = wait_for(lambda: started(platform, known))
    dead = next(iter(platform.instance.get_run_records(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]), limit=1))).dagster_run
    platform.instance.report_run_failed(dead)
    with attempt(platform, "1970", dead.run_id) as second:
        wait_for(lambda: attached(platform, dead.run_id, run["Id"]))
        gate.touch()
        assert second.wait(timeout=120) == 0
    assert {r["Id"] for r in glue_runs(platform)} - known == {run["Id"]}
    event = platform.instance.get_latest_materialization_event(dg.AssetKey(TABLE.split("/")))
    metadata = event.asset_materialization.metadata
    assert (metadata["attached"].value, metadata["job_run_id"].value) == (True, run["Id"])


def test_terminating_the_dagster_run_stops_the_glue_run(platform, gate):
    assert platform.materialize("bronze/tmdb_movies", years=["1971"]).success
    known = {run["Id"] for run in glue_runs(platform)}
    with attempt(platform, "1971") as worker:
        run = wait_for(lambda: started(platform, known))
        worker.send_signal(signal.SIGINT)
        worker.wait(timeout=60)
    wait_for(lambda: next(r for r in glue_runs(platform) if r["Id"] == run["Id"])["JobRunState"] == "STOPPED")
