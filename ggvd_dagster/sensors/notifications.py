"""How the bronze bucket tells a queue of its manifests: the two documents that who deploys applies. Terraform writes the same."""

from __future__ import annotations

from typing import Any

from ggvd_dagster.names import MANIFEST, Names


def bucket_configuration(queue_arn: str) -> dict[str, Any]:
    """NotificationConfiguration of the bronze bucket."""
    suffix = {"Name": "suffix", "Value": MANIFEST}
    queue = {"QueueArn": queue_arn, "Events": ["s3:ObjectCreated:*"], "Filter": {"Key": {"FilterRules": [suffix]}}}
    return {"QueueConfigurations": [queue]}


def queue_policy(names: Names, queue_arn: str) -> dict[str, Any]:
    """Policy of the queue: the bronze bucket of this account may send, nobody else."""
    source = {
        "ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{names.bucket('bronze')}"},
        "StringEquals": {"aws:SourceAccount": names.account},
    }
    statement = {
        "Sid": "FromTheBucket",
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": source,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
