"""A backfill of fifty partitions in one run, killed at the 23rd: it resumes, and each partition is materialized exactly once."""

import contextlib
import os
import signal
from collections import Counter

import boto3
import dagster as dg
import pytest

from ggvd_dagster import names as naming
from ggvd_dagster.sensors import s3_events
from ggvd_dagster.sensors.ledger import recorded
from local_aws.deploy import events, glue, queues, storage
from local_aws.deploy.context import Deployment
from tests.end_to_end import attempt, daemon
from tests.end_to_end.killing import HALT_AT, ROOT, TABLE, YEARS, Fifty, until

ONCE = Counter(YEARS)
FAR = "2013"  # no neighbour of the fifty: a run of its own


@pytest.fixture(scope="module")
def fifty(platform, tmp_path_factory):
    """An environment of its own beside the platform's, after one run that nobody killed."""
    home = tmp_path_factory.mktemp("fifty")
    names = naming.Names("fifty", platform.names.account)
    config = (ROOT / "ggvd_dagster/instance/dagster.yaml").read_text().replace("_seconds: 5", "_seconds: 1")
    (home / "dagster.yaml").write_text(
        config.replace("QueuedRunCoordinator}", "QueuedRunCoordinator, config: {dequeue_interval_seconds: 1}}")
    )
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        for name, value in {"GGVD_ENV": names.env, "DAGSTER_HOME": str(home)}.items():
            patch.setenv(name, value)
        to = Deployment(names, {}, "")
        for step in (storage.buckets, queues.queues, storage.code, events.manifest_events, glue.jobs):
            step(to)
        instance = stack.enter_context(dg.DagsterInstance.from_config(str(home)))
        script = storage.script_path(to, TABLE).read_text()
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        world = Fifty(names, instance, home, environment, script, lambda role: boto3.resource("s3").Bucket(names.bucket(role)))
        world.land("2026-03-01")
        assert attempt.main(f"{YEARS[0]}-{YEARS[-1]}") == 0
        assert (world.materialized(), world.commits()) == (ONCE, 1)
        yield world


@pytest.fixture
def same(fifty):
    """Afterwards the table is what the run that nobody killed made of the same movies, with one commit and one event a partition more."""
    before = fifty.rows()
    assert len(before) == 3 * len(YEARS)
    yield
    assert fifty.rows() == before
    assert (fifty.materialized(), fifty.commits()) == (ONCE, 1)


def test_the_glue_worker_is_killed(fifty, same, tmp_path):
    fifty.land("2026-03-02")
    with fifty.halting(tmp_path) as (halted_at, _), fifty.attempt() as first:
        os.kill(until(halted_at, f"the job is at partition {HALT_AT}"), signal.SIGKILL)
        assert first.wait(timeout=60) == 1
    dead = fifty.newest()
    assert fifty.glue_runs()[0]["JobRunState"] == "FAILED"
    assert sum(fifty.materialized().values()) == fifty.commits() == 0
    assert attempt.main(f"{YEARS[0]}-{YEARS[-1]}", dead.run_id) == 0


def test_the_run_worker_is_killed(fifty, same, tmp_path):
    fifty.land("2026-03-03")
    known = len(fifty.glue_runs())
    with fifty.halting(tmp_path) as (halted_at, go_on):
        with fifty.attempt():
            until(halted_at, f"the job is at partition {HALT_AT}")
        dead = fifty.newest()
        fifty.instance.report_run_failed(dead)  # as run monitoring does, both
        fifty.instance.event_log_storage.free_concurrency_slots_for_run(dead.run_id)
        with fifty.attempt(dead.run_id) as second:
            until(lambda: fifty.attached(dead.run_id), "the next attempt attaches")
            go_on()
            assert second.wait(timeout=200) == 0
    assert len(fifty.glue_runs()) == known + 1


def test_daemon_and_worker_are_killed(fifty, tmp_path):
    """What lands leads to one run for each run key, although the daemon dies around the sensor's tick; and again with the run's worker."""
    sqs = boto3.client("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=fifty.names.manifests_queue())["QueueUrl"])
    before = fifty.rows()
    fifty.land("2026-03-04", [*YEARS, FAR])
    with fifty.halting(tmp_path) as (halted_at, go_on), daemon.code_server(fifty) as start:
        with start():
            until(lambda: daemon.asked(fifty), "the sensor asked for a run")
        daemon.half_a_minute_passes(fifty)
        with start():
            until(halted_at, f"the job is at partition {HALT_AT}")
        (run,) = daemon.asked(fifty)[YEARS[0], YEARS[-1]]
        daemon.kill_worker(fifty, run)
        with start():
            until(lambda: len(daemon.asked(fifty)[YEARS[0], YEARS[-1]]) == 2, "the run is tried again")
            # Which of the two runs has the pool now is open: the retry attaches, or finds later that nothing is left to write.
            go_on()
            until(lambda: all(r.is_finished for runs in daemon.asked(fifty).values() for r in runs), "all runs ended")
    found = daemon.asked(fifty)
    first = {ends: sum(run.parent_run_id is None for run in runs) for ends, runs in found.items()}
    assert first == {(YEARS[0], YEARS[-1]): 1, (FAR, FAR): 1}
    assert all(runs[0].is_success for runs in found.values())  # the newest of each
    assert (fifty.materialized(), fifty.commits()) == (ONCE + Counter([FAR]), 2)
    assert [row for row in fifty.rows() if row["release_year"] != int(FAR)] == before
    assert len(recorded(fifty.instance, s3_events.NAME).identities) == len(YEARS) + 1
