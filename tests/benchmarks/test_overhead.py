"""Where the seconds of a run go, taken from a Dagster instance's own events."""

import time

import dagster as dg

from benchmarks.suite import overhead

SLEEP = 0.2


@dg.asset(key=["silver", "one"])
def one():
    time.sleep(SLEEP)
    return dg.MaterializeResult(metadata={"job_run_id": "jr_1", "seconds": 0.1})


@dg.asset(key=["silver", "broken"])
def broken():
    raise RuntimeError


def test_steps_that_succeeded_are_found_with_their_jobs_and_seconds(tmp_path):
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        dg.materialize([one, broken], instance=instance, raise_on_error=False)
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    runs, steps = overhead.events(tmp_path)
    assert list(steps) == ["silver__one"]
    assert (steps["silver__one"]["job_run_id"], steps["silver__one"]["seconds"]) == ("jr_1", 0.1)
    assert runs[0][1] - runs[0][0] >= overhead._seconds(steps["silver__one"]) >= SLEEP


def test_parts_add_up_and_the_largest_is_named():
    steps = {"silver__a": {"STEP_START": 0, "STEP_SUCCESS": 4}, "catalog__silver": {"STEP_START": 5, "STEP_SUCCESS": 7}}
    jobs = {"silver/a": {overhead.JOB: 1.0, overhead.GLUE: 0.5, overhead.AROUND: 2.5}}
    lines = {line["what"]: line for line in overhead._per_asset([[0, 8]], steps, jobs)}
    assert lines["overhead of an asset"]["value"] == 0.5 + 2.5 + 1.0
    assert lines[f"{overhead.AROUND}, an asset"]["note"] == "the largest part"
    assert overhead.table(steps, jobs)["rows"] == [["silver/a", "4.00", "1.00", "0.50", "2.50"], ["catalog/silver", "2.00", "", "", ""]]
