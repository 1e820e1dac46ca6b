"""terraform itself validates and plans the whole code, offline, and the plan holds what the spec says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ggvd_dagster import function_environment, job_arguments, spec
from ggvd_dagster.names import Names
from terraform.checks import plan
from terraform.checks.platform_module import ACCOUNT, WITHOUT_TERRAFORM, evaluate, terraform_is_here

pytestmark = pytest.mark.skipif(not terraform_is_here(), reason=WITHOUT_TERRAFORM)
PLATFORM = spec.load()
NAMES = Names(env="dev", account=ACCOUNT)


@pytest.fixture(scope="module")
def workspace(checks: Path) -> Iterator[Path]:
    with plan.workspace() as folder:
        plan.validate(folder)
        yield folder


@pytest.fixture(scope="module")
def planned(workspace: Path) -> dict[str, dict[str, Any]]:
    """Every optional part switched on."""
    return plan.resources(plan.plan(workspace, "-var-file=checks/everything.tfvars"))


def of_type(planned: dict[str, dict[str, Any]], resource_type: str) -> list[dict[str, Any]]:
    return [values for address, values in planned.items() if f".{resource_type}." in f".{address}"]


def decoded(settings: dict[str, str]) -> dict[str, Any]:
    return {name: json.loads(value) if value.startswith(("{", "[")) else value for name, value in settings.items()}


@pytest.mark.parametrize("env", ["dev", "prod"])
def test_each_environment_plans(workspace: Path, env: str):
    found = plan.resources(plan.plan(workspace, f"-var-file={env}.tfvars", f"-var=account={ACCOUNT}"))
    assert f"ggvd-gold-{env}-{ACCOUNT}" in {bucket["bucket"] for bucket in of_type(found, "aws_s3_bucket")}
    assert not [address for address in found if address.startswith(("module.dagster", "module.networking"))]  # off by default


def test_buckets(planned):
    assert {bucket["bucket"] for bucket in of_type(planned, "aws_s3_bucket")} == {NAMES.bucket(role) for role in PLATFORM.buckets}
    assert not any(bucket["force_destroy"] for bucket in of_type(planned, "aws_s3_bucket"))
    expiring = {
        address: part["expiration"][0]["days"]
        for address, rule in planned.items()
        if "aws_s3_bucket_lifecycle_configuration" in address
        for part in rule["rule"]
        if part["expiration"]
    }
    assert sorted(expiring.values()) == sorted(bucket.expire_days for bucket in PLATFORM.buckets.values() if bucket.expire_days)


def test_no_delta_table_lies_in_a_bucket_that_expires(planned):
    for layer in ("silver", "gold"):
        rules = planned[f'module.buckets["{layer}"].aws_s3_bucket_lifecycle_configuration.this']["rule"]
        assert [rule["id"] for rule in rules if rule["expiration"]] == []


def test_queues(planned):
    queues = {queue["name"]: queue for queue in of_type(planned, "aws_sqs_queue")}
    for name, queue in PLATFORM.queues.items():
        assert queues[NAMES.queue(name)]["visibility_timeout_seconds"] == queue.visibility_seconds
        assert queues[NAMES.queue(name)]["message_retention_seconds"] == queue.retention_days * 86400
        assert queues[NAMES.dead_letter_queue(name)]["message_retention_seconds"] == queue.dead_letter_days * 86400


@pytest.mark.parametrize("function", list(PLATFORM.functions))
def test_functions(planned, function):
    settings = PLATFORM.functions[function]
    values = planned[f'module.functions["{function}"].aws_lambda_function.this']
    assert values["function_name"] == NAMES.function(function)
    assert (values["handler"], values["timeout"], values["memory_size"]) == (settings.handler, settings.timeout_seconds, settings.memory_mb)
    variables = decoded(function_environment.variables(NAMES, function, queue_urls={}))
    planned_variables = decoded({k: v for k, v in (values["environment"][0]["variables"] or {}).items() if v})
    assert planned_variables == {name: value for name, value in variables.items() if name != "QUEUE_URLS"}  # known after apply
    mapping = planned.get(f'module.functions["{function}"].aws_lambda_event_source_mapping.this[0]')
    assert (mapping is None) == (settings.queue is None)
    if mapping:
        assert mapping["batch_size"] == settings.batch_size
        assert mapping["scaling_config"][0]["maximum_concurrency"] == settings.maximum_concurrency
        assert mapping["function_response_types"] == ["ReportBatchItemFailures"]


def test_jobs(planned):
    jobs = {job["name"]: job for job in of_type(planned, "aws_glue_job")}
    tables = [table.name for layer in ("silver", "gold") for table in PLATFORM.layer(layer)]
    assert set(jobs) == {NAMES.job(table) for table in tables}
    for table in tables:
        job = jobs[NAMES.job(table)]
        assert decoded(job["default_arguments"]) == decoded(job_arguments.defaults(NAMES, table))
        assert job["execution_property"] == [{"max_concurrent_runs": 1}]
        assert job["command"][0]["script_location"] == job_arguments.script_uri(NAMES, table)
        assert (job["glue_version"], job["worker_type"]) == (PLATFORM.glue.version, PLATFORM.glue.worker_type)


def test_every_script_is_uploaded_where_its_job_looks(planned):
    uploaded = {f"s3://{NAMES.bucket('assets')}/{item['key']}" for item in of_type(planned, "aws_s3_object")}
    wanted = {job["command"][0]["script_location"] for job in of_type(planned, "aws_glue_job")}
    assert wanted | {job["default_arguments"]["--extra-py-files"] for job in of_type(planned, "aws_glue_job")} == uploaded


def test_crawlers_and_databases(planned):
    for layer, database in PLATFORM.databases.items():
        crawler = planned[f'module.glue.aws_glue_crawler.this["{layer}"]']
        assert (crawler["name"], crawler["database_name"]) == (NAMES.crawler(layer), database)
        target = crawler["delta_target"][0]
        assert sorted(target["delta_tables"]) == sorted(NAMES.table_uri(table.name) for table in PLATFORM.layer(layer))
        assert (target["create_native_delta_table"], target["write_manifest"]) == (True, False)


def test_workgroup(planned):
    workgroup = planned["module.athena.aws_athena_workgroup.this"]
    assert workgroup["name"] == NAMES.workgroup()
    assert workgroup["configuration"][0]["bytes_scanned_cutoff_per_query"] == PLATFORM.workgroup.bytes_limit


def test_the_policies_are_those_of_the_platform_module(planned):
    documents = evaluate("local.policies")
    attached = {address.split('"')[1]: values["policy"] for address, values in planned.items() if ".aws_iam_role_policy.this[" in address}
    attached["analysts"] = planned["module.iam.aws_iam_group_policy.analysts"]["policy"]
    assert {name: json.loads(policy) for name, policy in attached.items()} == {
        name: json.loads(policy) for name, policy in documents.items()
    }


@pytest.mark.parametrize(
    ("variable", "line"),
    [
        ("env=Production!", 'env is 2 to 10 lower-case letters and digits and starts with a letter (dev, prod), not "Production!"'),
        ("account=12", 'account is the 12 digits of an AWS account, not "12"'),
        ("execution_class=FAST", "execution_class is STANDARD or FLEX, not FAST"),
        ('source_urls={"tmdb":"ftp://x"}', "source_urls: each address starts with http:// or https://"),
        (
            'dagster={"zones":["us-east-1a"],"certificate_arn":"c","allowed_cidrs":["0.0.0.0/0"],"image_tag":"1"}',
            "allowed_cidrs: 0.0.0.0/0 would let everybody in",
        ),
    ],
    ids=["environment", "account", "execution class", "source", "open to everybody"],
)
def test_a_wrong_variable_gives_one_line(workspace: Path, variable: str, line: str):
    with pytest.raises(plan.PlanError) as refusal:
        plan.plan(workspace, "-var=env=dev", f"-var=account={ACCOUNT}", f"-var={variable}")
    assert line in " ".join(part.strip("│ ") for part in str(refusal.value).splitlines())
