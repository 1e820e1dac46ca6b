"""Dagster's own sensor daemon over our code location: an object that lands becomes a run of the right partitions, once."""

import json
import logging

import boto3
from dagster._core.test_utils import create_test_daemon_workspace_context, instance_for_test
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.sensor import execute_sensor_iteration

from ggvd_dagster.names import Names
from ggvd_dagster.sensors import notifications, s3_events
from ggvd_dagster.sensors.ledger import recorded
from tests.ggvd_dagster.sensors.fakes import manifest


def land(names, *keys):
    """Keys in a bronze bucket that tells its queue."""
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    s3.create_bucket(Bucket=names.bucket("bronze"))
    url = sqs.create_queue(QueueName=names.manifests_queue())["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(notifications.queue_policy(names, arn))})
    s3.put_bucket_notification_configuration(
        Bucket=names.bucket("bronze"), NotificationConfiguration=notifications.bucket_configuration(arn)
    )
    for key in keys:
        s3.put_object(Bucket=names.bucket("bronze"), Key=key, Body=b"{}")


def test_what_lands_in_bronze_is_run(aws_endpoint, monkeypatch):
    names = Names("daemon", "000000000000")
    monkeypatch.setenv("GGVD_ENV", names.env)
    monkeypatch.setenv("GGVD_ACCOUNT_ID", names.account)
    land(names, *(manifest("tmdb_movies", partition=str(year)) for year in (2008, 2009, 2013)), manifest("movielens_tags"))
    target = ModuleTarget("ggvd_dagster.definitions", attribute=None, working_directory=None, location_name="ggvd")
    with instance_for_test() as instance, create_test_daemon_workspace_context(target, instance) as workspace:
        location = workspace.create_request_context().get_code_location("ggvd")
        (repository,) = location.get_repositories().values()
        instance.start_sensor(repository.get_sensor(s3_events.NAME))
        for _ in range(2):
            list(execute_sensor_iteration(workspace, logging.getLogger("test"), None, None))
        runs = [run for run in instance.get_runs() if run.tags.get("dagster/sensor_name") == s3_events.NAME]
        asked = {("/".join(key.path), partitions(run.tags)) for run in runs for key in run.asset_selection}
        assert asked == {
            ("silver/tmdb_movies", ("2008", "2009")),
            ("silver/tmdb_movies", ("2013",)),
            ("silver/movielens_tags", ()),
        }
        assert len(runs) == 3
        assert len(recorded(instance, s3_events.NAME).identities) == 4


def partitions(tags):
    if "dagster/partition" in tags:
        return (tags["dagster/partition"],)
    return tuple(tags[f"dagster/asset_partition_range_{end}"] for end in ("start", "end") if f"dagster/asset_partition_range_{end}" in tags)
