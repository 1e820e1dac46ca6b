"""Up, up again, down, and ports that others hold."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from ggvd_dagster.names import Names
from local_aws import launcher
from tests.conftest import free_port

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory):
    """A launched local AWS with the spec deployed."""
    state = tmp_path_factory.mktemp("launched")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TMDB_TOKEN", raising=False)
        running = launcher.up(state, free_port(), free_port())
        for name, value in running.environment.items():
            patch.setenv(name, value)
        yield state, running
        launcher.down(state)


def test_everything_of_the_spec_is_there(deployed):
    names = Names("dev", "000000000000")
    jobs = {job["Name"]: job for job in boto3.client("glue").get_jobs(MaxResults=100)["Jobs"]}
    assert set(jobs) == {names.job(table.name) for table in names.platform.tables.values() if table.layer != "bronze"}
    assert all(job["ExecutionProperty"] == {"MaxConcurrentRuns": 1} for job in jobs.values())
    client = boto3.client("lambda")
    for function, entry in names.platform.functions.items():
        if entry.queue:
            (mapping,) = client.list_event_source_mappings(FunctionName=names.function(function))["EventSourceMappings"]
            assert mapping["ScalingConfig"] == {"MaximumConcurrency": entry.maximum_concurrency}
            assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    buckets = {bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]}
    assert buckets == {names.bucket(role) for role in names.platform.buckets}
    workgroup = boto3.client("athena").get_work_group(WorkGroup=names.workgroup())["WorkGroup"]["Configuration"]
    assert workgroup["BytesScannedCutoffPerQuery"] == names.platform.workgroup.bytes_limit


def test_a_second_deployment_changes_nothing(deployed):
    from local_aws import deployer, sources

    _, running = deployed
    port = int(running.sources.rsplit(":", 1)[1])
    assert running.changes
    assert deployer.deploy(Names("dev", "000000000000"), sources.urls(port), launcher.LOCAL_TOKEN) == []


def test_up_finds_what_runs(deployed):
    state, running = deployed
    ports = [int(url.rsplit(":", 1)[1]) for url in (running.endpoint, running.sources)]
    before = launcher.status(state)
    again = launcher.up(state, *ports)
    assert (again.changes, launcher.status(state)) == ([], before)
    assert launcher.environment(state) == running.environment


def test_a_port_that_another_program_holds_is_said_in_one_line(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "local_aws",
            "up",
            "--state-dir",
            str(tmp_path),
            "--port",
            str(port),
            "--sources-port",
            str(free_port()),
        ]
        answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60)
    assert answer.returncode == 2
    assert answer.stderr == f"port {port} is used by another program: stop it, or choose another port for aws\n"


def test_no_environment_before_up(tmp_path):
    with pytest.raises(launcher.NotRunningError, match="local_aws up"):
        launcher.environment(tmp_path)
    assert launcher.down(tmp_path) is False
