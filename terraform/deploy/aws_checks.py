"""What only AWS can show: where a local AWS answers from our own code, or not at all. Each check cleans up after itself."""

from __future__ import annotations

import contextlib
import json
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ggvd_dagster.names import Names
from terraform.deploy import smoke
from terraform.deploy.preflight import DeployError

WRITERS = 8


def run(session: Any, names: Names) -> None:
    """The main job, then every check; each says one line. Raises DeployError that names the checks that failed, after all were made."""
    smoke.run(session, names)
    failed = [check.__name__ for check in CHECKS if not _passes(check, session, names)]
    if failed:
        raise DeployError(f"{len(failed)} of {len(CHECKS)} checks failed: {', '.join(failed)}; what each found is above")


def _passes(check: Callable[[Any, Names], str], session: Any, names: Names) -> bool:
    try:
        found, passed = check(session, names), True
    except DeployError as error:
        found, passed = str(error), False
    sys.stdout.write(f"{'ok' if passed else 'FAILED'} {check.__name__}: {found}\n")
    return passed


def one_conditional_put_wins(session: Any, names: Names) -> str:
    """Of many writers of one new key exactly one is told that it wrote; the others get 412 or 409."""
    s3, bucket, key = session.client("s3"), names.bucket("athena"), f"smoke/{uuid.uuid4().hex}"

    def put(number: int) -> str:
        return _code(lambda: s3.put_object(Bucket=bucket, Key=key, Body=str(number).encode(), IfNoneMatch="*"))

    try:
        with ThreadPoolExecutor(WRITERS) as pool:
            codes = sorted(pool.map(put, range(WRITERS)))
    finally:
        s3.delete_object(Bucket=bucket, Key=key)
    if codes.count("") != 1 or set(codes) - {"", "PreconditionFailed", "ConditionalRequestConflict"}:
        raise DeployError(f"{WRITERS} writers were answered {codes}")
    return f"{WRITERS} writers, 1 wrote, {codes.count('ConditionalRequestConflict')} got 409"


def a_short_visibility_is_refused(session: Any, names: Names) -> str:
    """A queue that shows a message again while its function may still run cannot feed it."""
    sqs, client = session.client("sqs"), session.client("lambda")
    with _queue(sqs, f"{names.queue('extract-tmdb')}-smoke-{uuid.uuid4().hex[:8]}") as url:
        target = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        made: dict[str, Any] = {}
        ask = {"EventSourceArn": target, "FunctionName": names.function("extract-tmdb"), "Enabled": False}
        code = _code(lambda: made.update(client.create_event_source_mapping(**ask)))
        if made:
            client.delete_event_source_mapping(UUID=made["UUID"])
    if code != "InvalidParameterValueException":
        raise DeployError(f"a mapping to a queue of 1 s was answered {code or 'with success'}")
    return "InvalidParameterValueException"


def a_second_run_of_a_job_is_refused(session: Any, names: Names) -> str:
    """`MaxConcurrentRuns` of 1: the one writer that each table has."""
    glue, job = session.client("glue"), names.job(f"silver/{smoke.TABLE}")
    run_id = glue.start_job_run(JobName=job)["JobRunId"]
    try:
        code = _code(lambda: glue.start_job_run(JobName=job))
    finally:
        glue.batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    if code != "ConcurrentRunsExceededException":
        raise DeployError(f"a second run of {job} was answered {code or 'with success'}")
    return code


def the_crawler_made_a_native_delta_table(session: Any, names: Names) -> str:
    table = session.client("glue").get_table(DatabaseName=names.database("silver"), Name=smoke.TABLE)["Table"]
    parameters = table.get("Parameters", {})
    if "delta" not in json.dumps(parameters).lower() or not table["StorageDescriptor"]["Columns"]:
        raise DeployError(f"{names.database('silver')}.{smoke.TABLE} has parameters {parameters}")
    return f"{len(table['StorageDescriptor']['Columns'])} columns"


def plain_http_is_refused(session: Any, names: Names) -> str:
    """The bucket's policy, asked over a connection without TLS."""
    code = _code(lambda: session.client("s3", use_ssl=False).list_objects_v2(Bucket=names.bucket("bronze"), MaxKeys=1))
    if code != "AccessDenied":
        raise DeployError(f"reading {names.bucket('bronze')} without TLS was answered {code or 'with success'}")
    return code


CHECKS: tuple[Callable[[Any, Names], str], ...] = (
    one_conditional_put_wins,
    a_short_visibility_is_refused,
    a_second_run_of_a_job_is_refused,
    the_crawler_made_a_native_delta_table,
    plain_http_is_refused,
)


def _code(call: Callable[[], Any]) -> str:
    """The code of the AWS error that `call` ends with; empty when it succeeds."""
    from botocore.exceptions import ClientError

    try:
        call()
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


@contextlib.contextmanager
def _queue(sqs: Any, name: str) -> Iterator[str]:
    url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    try:
        yield str(url)
    finally:
        sqs.delete_queue(QueueUrl=url)
