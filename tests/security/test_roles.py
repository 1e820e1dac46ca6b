"""Least privilege by a whole run: from the sources to SQL, everybody with a role of its own, and then nothing else."""

import time

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.terraform.test_policies import DENIED, EVERYBODY, cases

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]  # the first test waits for the whole pipeline


def ask(session, names, sql):
    athena = session.client("athena")
    query = athena.start_query_execution(QueryString=sql, WorkGroup=names.workgroup())["QueryExecutionId"]
    while (status := athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"])["State"] in ("QUEUED", "RUNNING"):
        time.sleep(0.05)
    if status["State"] != "SUCCEEDED":
        return status["StateChangeReason"]
    return [
        [cell.get("VarCharValue") for cell in row["Data"]] for row in athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    ]


def test_this_aws_knows_who_asks(enforced):
    assert f":assumed-role/{enforced.names.role('dagster')}/" in boto3.client("sts").get_caller_identity()["Arn"]


def test_every_table_is_made_by_roles_alone(lake):
    from ggvd_dagster.resources.glue import read_report
    from ggvd_dagster.resources.lake import Lake

    tables = [table for table in lake.names.platform.tables.values() if table.layer != "bronze"]
    for table in tables:
        report = read_report(Lake(), lake.names, table.name)
        assert report.status == "written"
        assert report.checks.rows > 0 or table.may_be_empty


def test_the_analyst_reads_gold_and_silver_by_sql(lake):
    for database, table in (("gold", "best_rated_movies"), ("silver", "tmdb_movies")):
        rows = ask(lake.sessions["analysts"], lake.names, f"SELECT count(*) FROM {lake.names.database(database)}.{table}")
        assert int(rows[1][0]) > 0


def test_a_query_has_no_more_rights_than_its_caller(lake):
    """The function's role may start no query; one that may, but lacks the table's objects, is told so."""
    with pytest.raises(ClientError, match="AccessDenied"):
        ask(lake.sessions["extract-tmdb"], lake.names, "SELECT 1")
    iam, statement = lake.root.client("iam"), '{"Effect": "Allow", "Action": ["athena:*", "glue:*"], "Resource": "*"}'
    iam.create_user(UserName="eve")
    iam.put_user_policy(UserName="eve", PolicyName="p", PolicyDocument=f'{{"Version": "2012-10-17", "Statement": [{statement}]}}')
    key = iam.create_access_key(UserName="eve")["AccessKey"]
    eve = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name=lake.names.platform.region)
    reason = ask(eve, lake.names, f"SELECT count(*) FROM {lake.names.database('gold')}.movies")
    assert "AccessDenied" in reason or "403" in reason


def test_a_job_has_no_more_rights_than_its_role(lake):
    """The same script with the other layer's role cannot write its table."""
    glue, job = lake.root.client("glue"), lake.names.job("silver/movielens_links")
    kept = {key: value for key, value in glue.get_job(JobName=job)["Job"].items() if key in ("Command", "DefaultArguments", "Role")}
    glue.create_job(Name="misplaced", **{**kept, "Role": lake.names.role("gold-jobs")})
    run = glue.start_job_run(JobName="misplaced")["JobRunId"]
    while (found := glue.get_job_run(JobName="misplaced", RunId=run)["JobRun"])["JobRunState"] in ("STARTING", "WAITING", "RUNNING"):
        time.sleep(0.1)
    assert found["JobRunState"] == "FAILED"
    assert "403" in found["ErrorMessage"] or "Forbidden" in found["ErrorMessage"] or "AccessDenied" in found["ErrorMessage"]


@pytest.mark.parametrize(("principal", "call"), cases({name: {**calls, **EVERYBODY} for name, calls in DENIED.items()}))
def test_a_role_does_nothing_else_after_it_too(lake, principal, call):
    with pytest.raises(ClientError) as refusal:
        call(lake.sessions[principal])
    assert refusal.value.response["Error"]["Code"].startswith(("AccessDenied", "AuthorizationError"))  # SNS says the latter
