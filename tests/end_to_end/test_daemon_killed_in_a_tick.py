"""The daemon dies by SIGKILL within a tick of the bronze sensor: the next one asks for what landed exactly once."""

import os
import subprocess
import sys
from collections import Counter

import boto3
import dagster as dg
import pytest

from ggvd_dagster import names as naming
from ggvd_dagster.sensors import s3_events
from ggvd_dagster.sensors.ledger import recorded
from local_aws.deploy import events, storage
from local_aws.deploy.context import Deployment
from tests.end_to_end import bronze_objects, daemon
from tests.end_to_end.killing import ROOT, Fifty, until

pytestmark = pytest.mark.faults

MOVIE = {"id": 1, "title": "x", "release_date": "1950-01-01"}
QUEUED = "run_coordinator: {module: dagster.core.run_coordinator, class: QueuedRunCoordinator}\ntelemetry: {enabled: false}\n"


@pytest.fixture(scope="module")
def ticks(platform, tmp_path_factory):
    """An environment whose runs wait in Dagster's queue, with a code server; gives it and a function that makes a daemon tick."""
    home, names = tmp_path_factory.mktemp("tick"), naming.Names("tick", platform.names.account)
    (home / "dagster.yaml").write_text(QUEUED)
    with pytest.MonkeyPatch.context() as patch, dg.DagsterInstance.from_config(str(home)) as instance:
        for name, value in {"GGVD_ENV": names.env, "DAGSTER_HOME": str(home)}.items():
            patch.setenv(name, value)
        to = Deployment(names, {}, "")
        storage.buckets(to)
        events.manifest_events(to)
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        world = Fifty(names, instance, home, environment, "", lambda role: boto3.resource("s3").Bucket(names.bucket(role)))
        with daemon.code_server(world):
            yield world, ticking(world)


def ticking(world):
    port = (world.home / "workspace.yaml").read_text().split("port: ")[1].split(",")[0]
    command = [sys.executable, "-W", "ignore", "tests/end_to_end/ticks.py", port]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=world.environment)

    def tick(point=""):
        daemon.half_a_minute_passes(world)
        process.stdin.write(f"{point}\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    return tick


POINTS = ["TICK_CREATED", "RUN_IDS_RESERVED", "RUN_CREATED", "RUN_LAUNCHED"]


@pytest.mark.parametrize("point", POINTS)
def test_what_landed_is_asked_for_once(ticks, point):
    """Two years that are no neighbours are two runs: the daemon dies at the first of them."""
    (world, tick), years = ticks, ["1950", "1970"]
    for year in years:
        bronze_objects.land(world.bucket("bronze"), year, f"2026-03-{1 + POINTS.index(point):02}", [MOVIE])
    queue = boto3.resource("sqs").get_queue_by_name(QueueName=world.names.manifests_queue())
    until(lambda: _waiting(queue) >= len(years), "S3 told of what landed")
    before = keys(world)
    assert tick(point) == -9
    assert (tick(), tick()) == (0, 0)
    asked = keys(world) - before
    assert len(asked) == len(years)
    assert set(asked.values()) == {1}
    assert all(run.status is dg.DagsterRunStatus.QUEUED for run in world.instance.get_runs())
    assert len(recorded(world.instance, s3_events.NAME).identities) == sum(keys(world).values())


def keys(world):
    return Counter(run.tags["dagster/run_key"] for run in world.instance.get_runs())


def _waiting(queue):
    queue.load()
    return int(queue.attributes["ApproximateNumberOfMessages"])
