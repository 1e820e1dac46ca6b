"""What outlives the server process, and what does not."""

import json
import os
import signal
from http.client import HTTPConnection
from pathlib import Path

import boto3
import psutil
import pytest

from tests.conftest import running_aws
from tests.local_aws.conftest import ROLE, until


def test_state_survives_a_killed_server_and_its_runs_are_over(tmp_path):
    state = tmp_path / "aws"
    with running_aws(state) as aws:
        s3, glue, sqs = (boto3.client(name) for name in ("s3", "glue", "sqs"))
        s3.create_bucket(Bucket="kept")
        s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket="kept", Key="script.py", Body=b"import time; time.sleep(60)", Metadata={"rows": "3"})
        glue.create_database(DatabaseInput={"Name": "kept"})
        glue.create_table(DatabaseName="kept", TableInput={"Name": "table", "PartitionKeys": []})
        glue.create_job(Name="job", Role=ROLE, Command={"Name": "glueetl", "ScriptLocation": "s3://kept/script.py"})
        queue = sqs.create_queue(QueueName="kept")["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody="hello")
        run_id = glue.start_job_run(JobName="job")["JobRunId"]
        until(lambda: glue.get_job_run(JobName="job", RunId=run_id)["JobRun"]["JobRunState"] == "RUNNING")
        until(lambda: saved(state, "glue", run_id, "RUNNING") and saved(state, "sqs", "hello") and saved(state, "s3", "Enabled"))
        os.kill(aws["pid"], signal.SIGKILL)
    with running_aws(state):
        s3, glue, sqs = (boto3.client(name) for name in ("s3", "glue", "sqs"))
        kept = s3.get_object(Bucket="kept", Key="script.py")
        assert (kept["Body"].read(), kept["Metadata"]) == (b"import time; time.sleep(60)", {"rows": "3"})
        assert s3.get_bucket_versioning(Bucket="kept")["Status"] == "Enabled"
        assert glue.get_table(DatabaseName="kept", Name="table")["Table"]["Name"] == "table"
        queue = sqs.get_queue_url(QueueName="kept")["QueueUrl"]
        assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "hello"
        run = glue.get_job_run(JobName="job", RunId=run_id)["JobRun"]
        assert (run["JobRunState"], run["ErrorMessage"]) == ("ERROR", "The local AWS ended while the run was alive.")


def saved(state, service, *words):
    path = state / "services" / f"{service}.json"
    return path.exists() and all(word in path.read_text() for word in words)


@pytest.mark.parametrize("name", ["StartJobRun"])
def test_a_killed_server_leaves_no_job_behind(tmp_path, name):
    state = tmp_path / "aws"
    with running_aws(state) as aws:
        boto3.client("s3").create_bucket(Bucket="kept")
        script = f"import os, pathlib, time; pathlib.Path({str(tmp_path / 'pid')!r}).write_text(str(os.getpid())); time.sleep(60)"
        boto3.client("s3").put_object(Bucket="kept", Key="script.py", Body=script.encode())
        glue = boto3.client("glue")
        glue.create_job(Name="job", Role=ROLE, Command={"Name": "glueetl", "ScriptLocation": "s3://kept/script.py"})
        glue.start_job_run(JobName="job")
        pid = int(until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text()))
        os.kill(aws["pid"], signal.SIGKILL)
        until(lambda: not runs(pid), seconds=10)


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_state_files_are_json(tmp_path):
    state = tmp_path / "aws"
    with running_aws(state):
        boto3.client("sqs").create_queue(QueueName="q")
        until(lambda: saved(state, "sqs", "/q"))
    assert json.loads((state / "services" / "sqs.json").read_text())


def test_a_connection_ends_with_its_client(tmp_path):
    """Also one whose client is gone before it is answered; a long run would be out of descriptors otherwise."""
    with running_aws(tmp_path / "aws") as aws:
        server, port = psutil.Process(aws["pid"]), int(aws["AWS_ENDPOINT_URL"].rpartition(":")[2])
        before = server.num_fds()
        for number in range(40):
            client = HTTPConnection("127.0.0.1", port)
            client.request("GET", "/_ministack/health")
            if number % 2:
                assert client.getresponse().read()
            client.close()
        until(lambda: server.num_fds() <= before + 2, seconds=10)
