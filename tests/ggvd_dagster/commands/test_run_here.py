"""A command runs although an earlier one was killed while it held the place of a table."""

import subprocess
import sys

import dagster as dg

from ggvd_dagster import pipeline_line
from ggvd_dagster.commands import run_here


@dg.op
def nothing():
    pass


@dg.job
def quick():
    nothing()


def test_the_place_that_a_killed_command_held_is_given_back(monkeypatch, tmp_path):
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    gone = subprocess.run(
        [sys.executable, "-c", "from ggvd_dagster import pipeline_line; print(pipeline_line.this_process())"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    with run_here.instance("to test") as instance:
        runs = {"dead": gone, "alive": pipeline_line.this_process()}
        for pool, process in runs.items():
            run = instance.create_run_for_job(quick, tags={pipeline_line.PROCESS_TAG: process}, status=dg.DagsterRunStatus.STARTED)
            instance.event_log_storage.initialize_concurrency_limit_to_default(pool)
            assert instance.event_log_storage.claim_concurrency_slot(pool, run.run_id, "step").is_claimed
        assert run_here.execute(instance, quick, "It runs").success
        held = {pool: instance.event_log_storage.get_concurrency_info(pool).active_slot_count for pool in runs}
        assert held == {"dead": 0, "alive": 1}
