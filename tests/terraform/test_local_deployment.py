"""What Terraform plans and what the local deployer makes from the same spec are the same resources."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from ggvd_dagster import questions
from ggvd_dagster.names import LOCAL_ACCOUNT, Names
from terraform.checks import plan
from terraform.checks.platform_module import WITHOUT_TERRAFORM, terraform_is_here
from tests.conftest import running_aws

pytestmark = pytest.mark.skipif(not terraform_is_here(), reason=WITHOUT_TERRAFORM)
NAMES = Names(env="dev", account=LOCAL_ACCOUNT)


@pytest.fixture(scope="module")
def planned(checks: Path) -> list[tuple[str, dict[str, Any]]]:
    with plan.workspace() as folder:
        found = plan.resources(plan.plan(folder, "-var=env=dev", "-var=manifest_events=true", f"-var=account={LOCAL_ACCOUNT}"))
    return [(next(part for part in address.split(".") if part.startswith("aws_")), values) for address, values in found.items()]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[boto3.Session]:
    """An AWS of its own: what is there must be what is planned, and nothing else."""
    from local_aws import deployer

    with running_aws(tmp_path_factory.mktemp("deployed")):
        deployer.deploy(NAMES, {}, "token")
        yield boto3.Session(region_name=NAMES.platform.region)


def of_type(planned, resource_type: str, name: str) -> dict[str, dict[str, Any]]:
    return {values[name]: values for kind, values in planned if kind == resource_type}


def decoded(settings: dict[str, str]) -> dict[str, Any]:
    return {name: json.loads(value) if value.startswith(("{", "[")) else value for name, value in settings.items()}


def test_buckets(planned, deployed):
    made = {bucket["Name"] for bucket in deployed.client("s3").list_buckets()["Buckets"]}
    assert made == set(of_type(planned, "aws_s3_bucket", "bucket"))


def test_queues(planned, deployed):
    sqs = deployed.client("sqs")
    wanted = of_type(planned, "aws_sqs_queue", "name")
    made = {url.rsplit("/", 1)[1]: url for url in sqs.list_queues()["QueueUrls"]}
    assert set(made) == set(wanted)
    for name, url in made.items():
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert int(attributes["MessageRetentionPeriod"]) == wanted[name]["message_retention_seconds"]
        if wanted[name]["visibility_timeout_seconds"]:
            assert int(attributes["VisibilityTimeout"]) == wanted[name]["visibility_timeout_seconds"]
    for name, queue in NAMES.platform.queues.items():
        attributes = sqs.get_queue_attributes(QueueUrl=made[NAMES.queue(name)], AttributeNames=["RedrivePolicy"])["Attributes"]
        assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == queue.max_receives


def test_functions(planned, deployed):
    client = deployed.client("lambda")
    wanted = of_type(planned, "aws_lambda_function", "function_name")
    made = {function["FunctionName"]: function for function in client.list_functions()["Functions"]}
    assert set(made) == set(wanted)
    for name, function in made.items():
        assert (function["Handler"], function["Timeout"], function["MemorySize"]) == (
            wanted[name]["handler"],
            wanted[name]["timeout"],
            wanted[name]["memory_size"],
        )
        environment = decoded(function["Environment"]["Variables"])
        assert set(environment.pop("QUEUE_URLS")) == set(NAMES.platform.queues)  # the plan does not know them yet
        planned_environment = decoded({k: v for k, v in wanted[name]["environment"][0]["variables"].items() if v})
        assert {k: v for k, v in environment.items() if k in planned_environment} == planned_environment


def test_jobs(planned, deployed):
    wanted = of_type(planned, "aws_glue_job", "name")
    made = {job["Name"]: job for page in deployed.client("glue").get_paginator("get_jobs").paginate() for job in page["Jobs"]}
    assert set(made) == set(wanted)
    for name, job in made.items():
        assert decoded(job["DefaultArguments"]) == decoded(wanted[name]["default_arguments"])
        assert job["Command"]["ScriptLocation"] == wanted[name]["command"][0]["script_location"]
        assert (job["GlueVersion"], job["WorkerType"], job["NumberOfWorkers"], job["Timeout"]) == tuple(
            wanted[name][key] for key in ("glue_version", "worker_type", "number_of_workers", "timeout")
        )
        assert job["ExecutionProperty"]["MaxConcurrentRuns"] == wanted[name]["execution_property"][0]["max_concurrent_runs"]


def test_crawlers_and_workgroup(planned, deployed):
    wanted = of_type(planned, "aws_glue_crawler", "name")
    made = {crawler["Name"]: crawler for crawler in deployed.client("glue").get_crawlers()["Crawlers"]}
    assert set(made) == set(wanted)
    for name, crawler in made.items():
        assert crawler["DatabaseName"] == wanted[name]["database_name"]
        assert sorted(crawler["Targets"]["DeltaTargets"][0]["DeltaTables"]) == sorted(wanted[name]["delta_target"][0]["delta_tables"])
    workgroup = deployed.client("athena").get_work_group(WorkGroup=NAMES.workgroup())["WorkGroup"]["Configuration"]
    (planned_workgroup,) = of_type(planned, "aws_athena_workgroup", "name").values()
    assert workgroup["BytesScannedCutoffPerQuery"] == planned_workgroup["configuration"][0]["bytes_scanned_cutoff_per_query"]
    output = planned_workgroup["configuration"][0]["result_configuration"][0]["output_location"]
    assert workgroup["ResultConfiguration"]["OutputLocation"].rstrip("/") == output.rstrip("/")


def test_named_queries(planned, deployed):
    athena = deployed.client("athena")
    numbers = [
        number
        for page in athena.get_paginator("list_named_queries").paginate(WorkGroup=NAMES.workgroup())
        for number in page["NamedQueryIds"]
    ]
    made = {query["Name"]: query for query in (athena.get_named_query(NamedQueryId=number)["NamedQuery"] for number in numbers)}
    wanted = of_type(planned, "aws_athena_named_query", "name")
    assert len(numbers) == len(made)
    assert set(made) == set(wanted) == set(questions.all_names())
    for name, query in made.items():
        planned_query = tuple(wanted[name][key] for key in ("description", "query"))
        assert (query["Description"], query["QueryString"]) == planned_query
        assert query["Database"] == wanted[name]["database"]
