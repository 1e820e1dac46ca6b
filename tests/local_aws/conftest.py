"""Clients of a running local AWS and short cuts for jobs and queries."""

import time
import uuid

import boto3
import pytest

from local_aws.sources.__main__ import prepare

END_STATES = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"}
ROLE = "arn:aws:iam::000000000000:role/any"


def until(condition, seconds=30.0):
    """The first true answer of `condition`; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := condition():
            return answer
        time.sleep(0.02)
    return pytest.fail(f"{condition} stayed false for {seconds} s")


@pytest.fixture(scope="session")
def archives(tmp_path_factory):
    """The state of sample sources that have built their archives; a build takes seconds, so there is one for all tests."""
    state = tmp_path_factory.mktemp("sources")
    assert prepare(state)
    return state


@pytest.fixture(scope="session")
def bucket(local_aws):
    name = f"bucket-{uuid.uuid4().hex[:8]}"
    boto3.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="session")
def glue(local_aws):
    return boto3.client("glue")


@pytest.fixture
def make_job(glue, bucket):
    """Create a job of a script's text, with further fields of CreateJob; returns its name."""

    def make(script, **fields):
        name = f"job-{uuid.uuid4().hex[:8]}"
        boto3.client("s3").put_object(Bucket=bucket, Key=f"{name}.py", Body=script.encode())
        command = {"Name": "glueetl", "PythonVersion": "3", "ScriptLocation": f"s3://{bucket}/{name}.py"}
        glue.create_job(Name=name, Role=ROLE, Command=command, GlueVersion="5.1", **fields)
        return name

    return make


@pytest.fixture
def state_of(glue):
    return lambda job, run_id: glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]


@pytest.fixture
def run_job(glue, state_of):
    """Run a job to its end and return the run."""

    def run(job, **fields):
        run_id = glue.start_job_run(JobName=job, **fields)["JobRunId"]
        return until(lambda: (found := state_of(job, run_id))["JobRunState"] in END_STATES and found)

    return run
