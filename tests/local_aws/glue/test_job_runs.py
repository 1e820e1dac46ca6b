"""Glue jobs run as processes: what the script is given, how runs end, what they leave in CloudWatch."""

import io
import json
import zipfile

import boto3
import pytest
from botocore.exceptions import ClientError
from deltalake import DeltaTable

from tests.local_aws.conftest import until

SLEEP = "import time; time.sleep(60)"


def lines(group, run_id):
    events = boto3.client("logs").get_log_events(logGroupName=group, logStreamName=run_id, startFromHead=True)["events"]
    return [event["message"] for event in events]


def test_a_script_writes_delta_to_s3_with_the_engine(make_job, run_job, bucket, local_aws):
    job = make_job(
        f"""
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.range(10).write.format("delta").mode("overwrite").save("s3://{bucket}/numbers")
print(spark.read.format("delta").load("s3://{bucket}/numbers").count(), "rows")
"""
    )
    run = run_job(job)
    assert run["JobRunState"] == "SUCCEEDED", run.get("ErrorMessage")
    assert DeltaTable(f"s3://{bucket}/numbers").to_pyarrow_table().num_rows == 10
    assert lines("/aws-glue/jobs/output", run["Id"]) == ["10 rows"]
    assert run["Id"].startswith("jr_")
    assert run["CompletedOn"] >= run["StartedOn"]


def test_arguments_reach_the_script_as_glue_gives_them(make_job, run_job):
    own = {"--extra-py-files": "", "--conf": "a=b", "--datalake-formats": "delta", "--enable-metrics": "true"}
    job = make_job("import json, sys; print(json.dumps(sys.argv[1:]))", DefaultArguments={"--a": "1", "--b": "2", **own})
    run = run_job(job, Arguments={"--b": "3", "--c": "x y"})
    given = json.loads(lines("/aws-glue/jobs/output", run["Id"])[0])
    assert dict(zip(given[::2], given[1::2], strict=True)) == {
        "--JOB_NAME": job, "--JOB_RUN_ID": run["Id"], "--a": "1", "--b": "3", "--c": "x y",
    }  # fmt: skip
    assert run["Arguments"] == {"--b": "3", "--c": "x y"}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"DefaultArguments": {"--additional-python-modules": "boto3,boto3==0.1"}}, "no module boto3==0.1 ", id="version"),
        pytest.param({"DefaultArguments": {"--additional-python-modules": "no-such-module"}}, "no module no-such-module ", id="module"),
        pytest.param(
            {"DefaultArguments": {"--extra-files": "s3://b/x", "--extra-jars": "s3://b/y"}}, "--extra-files, --extra-jars", id="files"
        ),
        pytest.param({"MaxRetries": 1}, "MaxRetries to 0", id="retries"),
    ],
)
def test_what_a_job_would_not_get_here_is_refused(make_job, run_job, fields, reason):
    run = run_job(make_job("print('ran')", **fields))
    assert run["JobRunState"] == "FAILED"
    assert reason in run["ErrorMessage"]


def test_a_module_that_is_here_in_its_version_is_provided(make_job, run_job):
    modules = f"boto3=={boto3.__version__},deltalake>=0.1"
    assert run_job(make_job("import boto3", DefaultArguments={"--additional-python-modules": modules}))["JobRunState"] == "SUCCEEDED"


def test_conf_sets_the_session_and_the_script_may_set_it_again(make_job, run_job):
    conf = "spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension --conf spark.sql.session.timeZone=Asia/Tokyo"
    job = make_job(
        """
from pyspark.sql import SparkSession
hour = "SELECT hour(timestamp '2020-01-01 00:00:00 UTC') AS hour"
print(SparkSession.builder.getOrCreate().sql(hour).first().hour)
print(SparkSession.builder.config("spark.sql.session.timeZone", "UTC").getOrCreate().sql(hour).first().hour)
""",
        DefaultArguments={"--conf": conf},
    )
    assert lines("/aws-glue/jobs/output", run_job(job)["Id"]) == ["9", "0"]


def test_the_package_of_extra_py_files_can_be_imported(make_job, run_job, bucket):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("a_package_of_the_job/__init__.py", "ANSWER = 42")
    boto3.client("s3").put_object(Bucket=bucket, Key="package.zip", Body=package.getvalue())
    job = make_job("import a_package_of_the_job as p; print(p.ANSWER)", DefaultArguments={"--extra-py-files": f"s3://{bucket}/package.zip"})
    assert lines("/aws-glue/jobs/output", run_job(job)["Id"]) == ["42"]


@pytest.mark.parametrize(
    ("script", "message"),
    [
        pytest.param("raise ValueError('no such thing')", "ValueError: no such thing", id="exception"),
        pytest.param("import sys; sys.exit(3)", "Command failed with exit code 3", id="exit code"),
        pytest.param("import sys; sys.exit('gave up')", "gave up", id="exit text"),
        pytest.param("import os; os.kill(os.getpid(), 9)", "Command failed with exit code -9", id="killed"),
        pytest.param("def broken(", "SyntaxError: '(' was never closed", id="syntax"),
    ],
)
def test_a_failed_script_fails_the_run_with_its_reason(make_job, run_job, script, message):
    run = run_job(make_job(script))
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"].splitlines()[-1] == message


def test_the_traceback_is_in_the_error_stream(make_job, run_job):
    run = run_job(make_job("raise ValueError('no such thing')"))
    assert lines("/aws-glue/jobs/error", run["Id"])[-1] == "ValueError: no such thing"


def test_a_script_that_is_not_there_fails_the_run(glue, make_job, run_job, bucket):
    job = make_job("")
    boto3.client("s3").delete_object(Bucket=bucket, Key=f"{job}.py")
    run = run_job(job)
    assert (run["JobRunState"], f"s3://{bucket}/{job}.py" in run["ErrorMessage"]) == ("FAILED", True)


def test_a_run_over_its_time_out_is_ended(make_job, run_job):
    run = run_job(make_job(SLEEP), Timeout=1)
    assert run["JobRunState"] == "TIMEOUT"


def test_logs_come_while_the_job_runs_and_a_stop_ends_it(glue, make_job, state_of):
    job = make_job(f"print('begun'); {SLEEP}")
    run_id = glue.start_job_run(JobName=job)["JobRunId"]
    logs = boto3.client("logs")
    until(lambda: logs.describe_log_streams(logGroupName="/aws-glue/jobs/output", logStreamNamePrefix=run_id)["logStreams"])
    until(lambda: lines("/aws-glue/jobs/output", run_id) == ["begun"])
    assert state_of(job, run_id)["JobRunState"] == "RUNNING"
    answer = glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id, "jr_unknown"])
    assert answer["SuccessfulSubmissions"] == [{"JobName": job, "JobRunId": run_id}]
    assert answer["Errors"][0]["ErrorDetail"]["ErrorCode"] == "EntityNotFoundException"
    until(lambda: state_of(job, run_id)["JobRunState"] == "STOPPED")
    again = glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert again["Errors"][0]["ErrorDetail"]["ErrorCode"] == "InvalidInputException"


def test_no_more_runs_at_once_than_the_job_allows(glue, make_job):
    job = make_job(SLEEP, ExecutionProperty={"MaxConcurrentRuns": 1})
    assert glue.get_job(JobName=job)["Job"]["ExecutionProperty"] == {"MaxConcurrentRuns": 1}
    run_id = glue.start_job_run(JobName=job)["JobRunId"]
    with pytest.raises(glue.exceptions.ConcurrentRunsExceededException):
        glue.start_job_run(JobName=job)
    glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])


def test_a_run_waits_until_a_slot_is_free(glue, make_job, state_of):
    jobs = [make_job(SLEEP) for _ in range(4)]
    runs = [(job, glue.start_job_run(JobName=job)["JobRunId"]) for job in jobs[:2]]
    until(lambda: all(state_of(*run)["JobRunState"] == "RUNNING" for run in runs))
    runs += [(job, glue.start_job_run(JobName=job)["JobRunId"]) for job in jobs[2:]]
    until(lambda: all(state_of(*run)["JobRunState"] == "WAITING" for run in runs[2:]))
    stop(glue, *runs[2])
    until(lambda: state_of(*runs[2])["JobRunState"] == "STOPPED")
    stop(glue, *runs[0])
    until(lambda: state_of(*runs[3])["JobRunState"] == "RUNNING")
    for run in (runs[1], runs[3]):
        stop(glue, *run)
    until(lambda: all(state_of(*run)["JobRunState"] == "STOPPED" for run in runs))


def stop(glue, job, run_id):
    assert glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])["SuccessfulSubmissions"]


def test_runs_are_listed_newest_first_in_pages(glue, make_job, run_job):
    job = make_job("print(1)")
    ids = [run_job(job)["Id"] for _ in range(3)]
    first = glue.get_job_runs(JobName=job, MaxResults=2)
    rest = glue.get_job_runs(JobName=job, MaxResults=2, NextToken=first["NextToken"])
    assert [run["Id"] for run in first["JobRuns"] + rest["JobRuns"]] == ids[::-1]


@pytest.mark.parametrize("call", [{"JobName": "none"}], ids=["unknown job"])
def test_an_unknown_job_is_not_found(glue, call):
    with pytest.raises(ClientError, match="EntityNotFoundException"):
        glue.start_job_run(**call)


def test_tags_of_a_job_are_kept(glue, make_job):
    job = make_job("", Tags={"team": "data"})
    assert glue.get_tags(ResourceArn=f"arn:aws:glue:us-east-1:000000000000:job/{job}")["Tags"] == {"team": "data"}
