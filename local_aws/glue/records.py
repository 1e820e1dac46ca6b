"""The record of a job run: what GetJobRun answers."""

from __future__ import annotations

import time
import uuid

from local_aws.glue import arguments
from local_aws.overlay import Json


def started(job: Json, request: Json) -> Json:
    """The record of a run of `job` that StartJobRun asks for."""
    now = time.time()
    optional = {"MaxCapacity": job.get("MaxCapacity"), "SecurityConfiguration": job.get("SecurityConfiguration")}
    return {
        "Id": f"jr_{uuid.uuid4().hex}{uuid.uuid4().hex}",
        "Attempt": 0,
        "JobName": job["Name"],
        "StartedOn": now,
        "LastModifiedOn": now,
        "JobRunState": "STARTING",
        "Arguments": arguments.merged({}, request.get("Arguments") or {}),
        "PredecessorRuns": [],
        "ExecutionTime": 0,
        "Timeout": int(request.get("Timeout") or job.get("Timeout") or 2880),
        "WorkerType": request.get("WorkerType") or job.get("WorkerType") or "G.1X",
        "NumberOfWorkers": int(request.get("NumberOfWorkers") or job.get("NumberOfWorkers") or 2),
        "LogGroupName": "/aws-glue/jobs",
        "ExecutionClass": request.get("ExecutionClass") or job.get("ExecutionClass") or "STANDARD",
        "GlueVersion": job.get("GlueVersion") or "5.1",
    } | {key: value for key, value in optional.items() if value}


def current(record: Json) -> Json:
    """The record as of now: a live run's execution time grows."""
    if record["JobRunState"] != "RUNNING":
        return dict(record)
    return record | {"ExecutionTime": int(time.time() - record["StartedOn"])}
