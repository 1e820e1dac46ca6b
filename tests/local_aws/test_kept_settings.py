"""What is declared once is read back whole: a plan of Terraform after its apply must be empty."""

import boto3
import pytest

from tests.local_aws.conftest import ROLE

TAGS = {"Owner": "team:data-platform"}
ALARM = {
    "AlarmName": "letters & more",
    "AlarmDescription": "Messages that <nobody> could handle",
    "AlarmActions": ["arn:aws:sns:us-east-1:000000000000:alarms"],
    "OKActions": ["arn:aws:sns:us-east-1:000000000000:alarms"],
    "ActionsEnabled": True,
    "MetricName": "ApproximateNumberOfMessagesVisible",
    "Namespace": "AWS/SQS",
    "Dimensions": [{"Name": "QueueName", "Value": "dead-letters"}],
    "Statistic": "Maximum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 0.0,
    "ComparisonOperator": "GreaterThanThreshold",
    "TreatMissingData": "notBreaching",
}


@pytest.fixture(scope="module")
def query(local_aws):
    """CloudWatch as an older client asks it (forms and XML), such as Terraform's provider; botocore itself speaks JSON by now."""
    from urllib.parse import urlencode
    from urllib.request import Request, urlopen

    credential = "AWS4-HMAC-SHA256 Credential=test/20261125/us-east-1/monitoring/aws4_request, SignedHeaders=host, Signature=none"

    def ask(**fields):
        request = Request(local_aws["AWS_ENDPOINT_URL"], urlencode({"Version": "2010-08-01"} | fields).encode())
        request.add_header("Authorization", credential)
        request.add_header("Content-Type", "application/x-www-form-urlencoded")
        with urlopen(request, timeout=20) as answer:
            return answer.read().decode()

    return ask


def test_an_alarm_is_read_back_whole(local_aws, query):
    from botocore.parsers import create_parser
    from botocore.session import Session

    boto3.client("cloudwatch").put_metric_alarm(**ALARM)
    text = query(Action="DescribeAlarms", **{"AlarmNames.member.1": ALARM["AlarmName"], "MaxRecords": 10})
    shape = Session().get_service_model("cloudwatch").operation_model("DescribeAlarms").output_shape
    parsed = create_parser("query").parse({"status_code": 200, "headers": {}, "body": text.encode()}, shape)
    (alarm,) = parsed["MetricAlarms"]
    assert {name: alarm[name] for name in ALARM} == ALARM


def test_a_question_that_is_refused_is_refused_in_xml(query):
    from urllib.error import HTTPError

    with pytest.raises(HTTPError) as refused:
        query(Action="DescribeAlarms", MaxRecords=1000)
    assert refused.value.code == 400
    assert b"<ErrorResponse" in refused.value.read()


def test_a_job_keeps_its_class_and_a_crawler_its_tags(glue, make_job):
    job = make_job("pass", ExecutionClass="FLEX")
    assert glue.get_job(JobName=job)["Job"]["ExecutionClass"] == "FLEX"
    glue.create_database(DatabaseInput={"Name": "kept"})
    glue.create_crawler(Name="kept", Role=ROLE, DatabaseName="kept", Targets={}, Tags=TAGS)
    assert glue.get_tags(ResourceArn="arn:aws:glue:us-east-1:000000000000:crawler/kept")["Tags"] == TAGS
