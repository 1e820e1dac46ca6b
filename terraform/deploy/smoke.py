"""One small table all the way on resources that are there: extraction, Glue job, crawler, Athena. The proof of a deployment."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from ggvd_dagster.names import MANIFEST, Names
from terraform.deploy.preflight import DeployError

TABLE = "movielens_links"  # the smallest that passes through every step
SECONDS = 900


def run(session: Any, names: Names) -> int:
    """Rows that Athena counts in silver/movielens_links. Raises DeployError that names the step which did not end well."""
    for step in (_extract, _job, _crawl):
        started = time.monotonic()
        step(session, names)
        sys.stdout.write(f"{step.__name__.strip('_')}: {time.monotonic() - started:.1f} s\n")
    rows = _count(session, names)
    if rows == 0:
        raise DeployError(f"Athena finds no rows in {names.database('silver')}.{TABLE}")
    sys.stdout.write(f"Athena counts {rows} rows in {names.database('silver')}.{TABLE}\n")
    return rows


def _extract(session: Any, names: Names) -> None:
    body = json.dumps({"table": TABLE, "partitions": None, "snapshot": None})
    client = session.client("lambda")
    try:
        answer = client.invoke(FunctionName=names.function("start-extraction"), Payload=body)
    except client.exceptions.ResourceNotFoundException as error:
        raise DeployError(f"no function {names.function('start-extraction')}: deploy first") from error
    payload = json.loads(answer["Payload"].read())
    if answer.get("FunctionError"):
        raise DeployError(f"{names.function('start-extraction')}: {payload.get('errorMessage', payload)}")
    s3, prefix = session.client("s3"), payload["snapshots"][0]["prefix"]
    key = f"{prefix.rstrip('/')}/{MANIFEST}"
    _wait(f"s3://{names.bucket('bronze')}/{key}", lambda: bool(_listed(s3, names.bucket("bronze"), key)))


def _listed(s3: Any, bucket: str, key: str) -> list[Any]:
    return list(s3.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents", []))


def _job(session: Any, names: Names) -> None:
    glue, job = session.client("glue"), names.job(f"silver/{TABLE}")
    run_id = glue.start_job_run(JobName=job)["JobRunId"]

    def ended() -> bool:
        found = glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
        if found["JobRunState"] in ("FAILED", "ERROR", "TIMEOUT", "STOPPED", "EXPIRED"):
            raise DeployError(f"job {job}: {found['JobRunState']} {found.get('ErrorMessage', '')}")
        return bool(found["JobRunState"] == "SUCCEEDED")

    _wait(f"job {job}", ended)


def _crawl(session: Any, names: Names) -> None:
    glue, crawler = session.client("glue"), names.crawler("silver")
    glue.start_crawler(Name=crawler)
    _wait(f"crawler {crawler}", lambda: bool(glue.get_crawler(Name=crawler)["Crawler"]["State"] == "READY"))


def _count(session: Any, names: Names) -> int:
    athena = session.client("athena")
    query = f"SELECT count(*) FROM {names.database('silver')}.{TABLE}"  # noqa: S608 (names of the spec)
    query_id = athena.start_query_execution(QueryString=query, WorkGroup=names.workgroup())["QueryExecutionId"]

    def ended() -> bool:
        status = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if status["State"] in ("FAILED", "CANCELLED"):
            raise DeployError(f"query: {status.get('StateChangeReason', status['State'])}")
        return bool(status["State"] == "SUCCEEDED")

    _wait("query", ended)
    return int(athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"][1]["Data"][0]["VarCharValue"])


def _wait(what: str, ended: Callable[[], bool]) -> None:
    until = time.monotonic() + SECONDS
    while not ended():
        if time.monotonic() > until:
            raise DeployError(f"{what}: not there after {SECONDS} s")
        time.sleep(1)
