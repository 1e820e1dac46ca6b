"""The process that jobs are forked from dies: no job goes on alone, for the next run of the same job would be a second writer."""

import os
import signal

import boto3
import psutil
import pytest

from tests.conftest import running_aws
from tests.local_aws.conftest import ROLE, until

TOLD = "import os, pathlib, time; pathlib.Path({path!r}).write_text(str(os.getpid())); time.sleep(60)"


@pytest.fixture
def started(tmp_path):
    """A server whose one job runs: its pid, the host's, the job's, and the run's id."""
    with running_aws(tmp_path / "aws", GGVD_GLUE_SLOTS="1") as aws:
        s3, glue, told = boto3.client("s3"), boto3.client("glue"), tmp_path / "pid"
        s3.create_bucket(Bucket="code")
        s3.put_object(Bucket="code", Key="long.py", Body=TOLD.format(path=str(told)).encode())
        s3.put_object(Bucket="code", Key="short.py", Body=b"")
        for name in ("long", "short"):
            glue.create_job(Name=name, Role=ROLE, Command={"Name": "glueetl", "ScriptLocation": f"s3://code/{name}.py"})
        run = glue.start_job_run(JobName="long")["JobRunId"]
        job = psutil.Process(int(until(lambda: told.exists() and told.read_text())))
        yield aws["pid"], job.parent().pid, job, run


def state_of(job, run):
    return boto3.client("glue").get_job_run(JobName=job, RunId=run)["JobRun"]


def gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_job_ends_with_its_host_and_the_next_one_runs(started):
    _, host, job, run = started
    os.kill(host, signal.SIGKILL)
    ended = until(lambda: (found := state_of("long", run))["JobRunState"] != "RUNNING" and found)
    until(lambda: gone(job), seconds=5)  # else the run is over and its process still works
    assert (ended["JobRunState"], ended["ErrorMessage"]) == ("ERROR", "The process that runs jobs ended (-9), and the job with it.")
    again = boto3.client("glue").start_job_run(JobName="short")["JobRunId"]
    assert until(lambda: (found := state_of("short", again)["JobRunState"]) not in ("STARTING", "RUNNING") and found) == "SUCCEEDED"


def test_a_job_ends_when_server_and_host_are_killed_at_once(started):
    server, host, job, _ = started
    for pid in (host, server):
        os.kill(pid, signal.SIGSTOP)  # so that neither sees the other die
    for pid in (host, server):
        os.kill(pid, signal.SIGKILL)
    until(lambda: gone(job), seconds=10)
