"""The bronze bucket tells a queue of its manifests, for the sensor that waits for them."""

from __future__ import annotations

import json

from ggvd_dagster.sensors import notifications
from local_aws.deploy.context import Deployment, covers
from local_aws.deploy.queues import arn, ensure


def manifest_events(to: Deployment) -> None:
    name, bucket, s3 = to.names.manifests_queue(), to.names.bucket("bronze"), to.client("s3")
    target = arn(to, name)
    attributes = {"VisibilityTimeout": "300", "MessageRetentionPeriod": "345600"}
    ensure(to, name, attributes | {"Policy": json.dumps(notifications.queue_policy(to.names, target))})
    wanted = notifications.bucket_configuration(target)
    actual = s3.get_bucket_notification_configuration(Bucket=bucket).get("QueueConfigurations", [])
    if not covers([entry["QueueArn"] for entry in actual], [target]):
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=wanted)
        to.changed(f"notifications of {bucket}")
