"""Up, up again, down, and ports that others hold."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from ggvd_dagster.names import MANIFEST, Names
from local_aws import launcher
from tests.conftest import free_port
from tests.local_aws.conftest import ROLE, until

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory, archives):
    """A launched local AWS with the spec deployed."""
    state = tmp_path_factory.mktemp("launched")
    shutil.copytree(archives, state / "sources")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TMDB_TOKEN", raising=False)
        try:
            running = launcher.up(state, free_port(), free_port())
            for name, value in running.environment.items():
                patch.setenv(name, value)
            yield state, running
        finally:
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


def drift(names):
    """Change one thing of each kind by hand; returns what the deployer must say about it."""
    sqs, glue, functions = boto3.client("sqs"), boto3.client("glue"), boto3.client("lambda")
    s3, athena, table = boto3.client("s3"), boto3.client("athena"), names.platform.layer("silver")[0].name
    queue, function, job = names.queue("extract-tmdb"), names.function("extract-tmdb"), names.job(table)
    sqs.set_queue_attributes(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], Attributes={"VisibilityTimeout": "7"})
    functions.update_function_configuration(FunctionName=function, MemorySize=128)
    functions.update_function_code(FunctionName=names.function("start-extraction"), ZipFile=b"PK\x05\x06" + bytes(18))
    (mapping,) = functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=mapping["UUID"], BatchSize=9)
    kept = glue.get_job(JobName=job)["Job"]
    glue.update_job(JobName=job, JobUpdate={key: kept[key] for key in ("Role", "Command")} | {"DefaultArguments": {"--table": "another"}})
    glue.update_crawler(Name=names.crawler("gold"), DatabaseName="another")
    athena.update_work_group(WorkGroup=names.workgroup(), ConfigurationUpdates={"BytesScannedCutoffPerQuery": 10_000_000})
    s3.put_object(Bucket=names.bucket("assets"), Key=names.script_key(table), Body=b"")
    s3.put_bucket_versioning(Bucket=names.bucket("gold"), VersioningConfiguration={"Status": "Suspended"})
    s3.delete_bucket_lifecycle(Bucket=names.bucket("logs"))
    s3.put_bucket_notification_configuration(Bucket=names.bucket("bronze"), NotificationConfiguration={})
    boto3.client("secretsmanager").put_secret_value(SecretId=names.secret("tmdb"), SecretString="another")
    return {
        f"attributes of queue {queue}",
        f"configuration of function {function}",
        f"code of function {names.function('start-extraction')}",
        f"settings of the event source mapping of {function}",
        f"definition of job {job}",
        f"definition of crawler {names.crawler('gold')}",
        f"configuration of workgroup {names.workgroup()}",
        f"s3://{names.bucket('assets')}/{names.script_key(table)}",
        f"versioning of {names.bucket('gold')}",
        f"lifecycle of {names.bucket('logs')}",
        f"notifications of {names.bucket('bronze')}",
        f"value of secret {names.secret('tmdb')}",
    }


def test_what_was_changed_by_hand_is_put_right(deployed):
    from local_aws import deployer, sources

    names, port = Names("dev", "000000000000"), int(deployed[1].sources.rsplit(":", 1)[1])
    expected = drift(names)
    assert set(deployer.deploy(names, sources.urls(port), launcher.LOCAL_TOKEN)) == expected
    assert deployer.deploy(names, sources.urls(port), launcher.LOCAL_TOKEN) == []
    assert boto3.client("lambda").get_function_configuration(FunctionName=names.function("extract-tmdb"))["MemorySize"] == 256


def test_a_function_of_an_earlier_spec_takes_no_message_any_more(deployed):
    from local_aws import deployer, sources

    names, client, port = Names("dev", "000000000000"), boto3.client("lambda"), int(deployed[1].sources.rsplit(":", 1)[1])
    former, others, now = names.function("extract-movies"), "a-person-s-own", names.function("extract-tmdb")
    zipped = {"ZipFile": b"PK\x05\x06" + bytes(18)}
    queue = f"arn:aws:sqs:us-east-1:000000000000:{names.queue('extract-archive')}"
    for name in (former, others):
        client.create_function(FunctionName=name, Runtime="python3.11", Role=ROLE, Handler="a.b", Code=zipped)
    made = {
        name: client.create_event_source_mapping(FunctionName=name, EventSourceArn=queue, Enabled=False) for name in (former, now, others)
    }
    changes = deployer.deploy(names, sources.urls(port), launcher.LOCAL_TOKEN)
    client.delete_event_source_mapping(UUID=made[others]["UUID"])  # which the deployer leaves alone
    client.delete_function(FunctionName=others)
    taken = {f"removed event source mapping of {name} from {names.queue('extract-archive')}" for name in (former, now)}
    assert set(changes) == taken | {f"removed function {former}"}
    assert deployer.deploy(names, sources.urls(port), launcher.LOCAL_TOKEN) == []


def test_the_bronze_bucket_tells_the_queue_of_manifests_alone(deployed):
    names, s3, sqs = Names("dev", "000000000000"), boto3.client("s3"), boto3.client("sqs")
    for name in ("part-00000.ndjson.gz", MANIFEST):
        s3.put_object(Bucket=names.bucket("bronze"), Key=f"movielens_links/snapshot=s/{name}", Body=b"{}")
    url = sqs.get_queue_url(QueueName=names.manifests_queue())["QueueUrl"]
    found = []
    until(lambda: found.extend(sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])) or keys(found))
    assert keys(found) == [f"movielens_links/snapshot%3Ds/{MANIFEST}"]


def keys(messages):
    records = [record for message in messages for record in json.loads(message["Body"]).get("Records", [])]
    return [record["s3"]["object"]["key"] for record in records]


def test_with_a_token_the_real_sources_are_asked(deployed):
    state, running = deployed
    names, ports = Names("dev", "000000000000"), [int(url.rsplit(":", 1)[1]) for url in (running.endpoint, running.sources)]
    function, secrets = names.function("extract-tmdb"), boto3.client("secretsmanager")

    def asked():
        variables = boto3.client("lambda").get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        addresses = {name: source["url"] for name, source in json.loads(variables["SOURCES"]).items()}
        return addresses, secrets.get_secret_value(SecretId=names.secret("tmdb"))["SecretString"]

    sample = asked()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMDB_TOKEN", "a person's own")
        launcher.up(state, *ports)
        assert asked() == ({name: source.url for name, source in names.platform.sources.items()}, "a person's own")
    launcher.up(state, *ports)
    assert asked() == sample


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
    assert answer.stderr == f"port {port} is used by another program: stop it, or choose another with --port\n"


def test_no_environment_before_up(tmp_path):
    with pytest.raises(launcher.NotRunningError, match="local_aws up"):
        launcher.environment(tmp_path)
    assert launcher.down(tmp_path) is False
