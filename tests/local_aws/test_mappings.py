"""Queues that feed functions: what AWS refuses, and how many invocations run at once."""

import io
import json
import uuid
import zipfile

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.local_aws.conftest import ROLE, until

SLOW = """
import json, pathlib, time
def handler(event, context):
    for record in event["Records"]:
        order = json.loads(record["body"])
        begun = time.time()
        time.sleep(0.4)
        pathlib.Path(order["folder"], order["name"]).write_text(f"{begun} {time.time()}")
"""


@pytest.fixture
def make_function(local_aws):
    """Create a function of Python source with a time-out; returns its name."""

    def make(source, timeout):
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("code_of_the_function.py", source)
        name = f"function-{uuid.uuid4().hex[:8]}"
        boto3.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.11",
            Role=ROLE,
            Handler="code_of_the_function.handler",
            Timeout=timeout,
            Code={"ZipFile": package.getvalue()},
        )
        return name

    return make


@pytest.fixture
def make_queue(local_aws):
    """Create a queue with a visibility time-out; returns its URL and ARN."""

    def make(visibility):
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName=f"queue-{uuid.uuid4().hex[:8]}", Attributes={"VisibilityTimeout": str(visibility)})["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    return make


@pytest.mark.parametrize(
    ("visibility", "timeout", "problem"),
    [
        pytest.param(59, 60, "Queue visibility timeout: 59 seconds is less than Function timeout: 60 seconds", id="shorter"),
        pytest.param(60, 60, None, id="equal"),
        pytest.param(360, 60, None, id="six times"),
    ],
)
def test_a_queue_must_hide_a_message_as_long_as_its_function_may_run(make_function, make_queue, visibility, timeout, problem):
    client, function, (_, arn) = boto3.client("lambda"), make_function("", timeout), make_queue(visibility)
    try:
        client.create_event_source_mapping(FunctionName=function, EventSourceArn=arn)
        refused = None
    except ClientError as error:
        refused = (error.response["Error"]["Code"], error.response["Error"]["Message"])
    assert refused == (problem and ("InvalidParameterValueException", problem))
    assert len(client.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]) == (problem is None)


def test_a_mapping_of_an_unknown_function_says_so(make_queue):
    with pytest.raises(boto3.client("lambda").exceptions.ResourceNotFoundException, match="Function not found"):
        boto3.client("lambda").create_event_source_mapping(FunctionName="nobody", EventSourceArn=make_queue(30)[1])


def test_no_more_invocations_at_once_than_the_mapping_allows(make_function, make_queue, tmp_path):
    (url, arn), function, sqs = make_queue(60), make_function(SLOW, 10), boto3.client("sqs")
    for number in range(8):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"folder": str(tmp_path), "name": str(number)}))
    boto3.client("lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=arn, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2}
    )
    until(lambda: len(list(tmp_path.iterdir())) == 8 and all(path.read_text() for path in tmp_path.iterdir()))
    spans = [tuple(map(float, path.read_text().split())) for path in tmp_path.iterdir()]
    at_once = [sum(begun <= moment < ended for begun, ended in spans) for moment, _ in spans]
    assert max(at_once) == 2


ANSWERS = """
import json
def handler(event, context):
    (record,) = event["Records"]
    return json.loads(record["body"].replace("$id", record["messageId"]))
"""
SUCCESS = ["null", "{}", '{"batchItemFailures": []}', '{"batchItemFailures": null}']
FAILURE = [
    '{"batchItemFailures": [{"itemIdentifier": "$id"}]}',
    '{"batchItemFailures": [{"itemIdentifier": ""}]}',
    '{"batchItemFailures": [{"itemIdentifier": null}]}',
    '{"batchItemFailures": [{"itemId": "$id"}]}',
    '{"batchItemFailures": [{"itemIdentifier": "stranger"}]}',
    '{"batchItemFailures": "$id"}',
    '"no json"',
]


def test_a_malformed_list_of_failures_fails_the_whole_batch(make_function, make_queue):
    (url, arn), function, sqs = make_queue(60), make_function(ANSWERS, 10), boto3.client("sqs")
    for answer in [*SUCCESS, *FAILURE]:
        sqs.send_message(QueueUrl=url, MessageBody=answer)
    boto3.client("lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=arn, BatchSize=1, FunctionResponseTypes=["ReportBatchItemFailures"]
    )

    def waiting():
        kinds = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(kinds))["Attributes"]
        return tuple(int(counted[kind]) for kind in kinds)

    until(lambda: waiting() == (0, len(FAILURE)), 60)


def test_what_aws_says_of_an_answer():
    from local_aws.mappings import malformed

    assert [malformed(json.loads(answer), {"$id"}) for answer in SUCCESS] == [""] * len(SUCCESS)
    assert [bool(malformed(json.loads(answer), {"$id"})) for answer in FAILURE] == [False, *[True] * (len(FAILURE) - 1)]
