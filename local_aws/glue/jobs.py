"""The operations of Glue jobs: StartJobRun, GetJobRun, GetJobRuns, BatchStopJobRun, and what CreateJob and UpdateJob must keep.

Job definitions and run records live in the emulator's own Glue state, so they persist and are listed with the rest of it.
"""

from __future__ import annotations

import contextvars
import threading
import time
from typing import Any

from local_aws.errors import AwsError
from local_aws.glue import records
from local_aws.glue.host import Host
from local_aws.glue.run import JobRun
from local_aws.overlay import Json

ALIVE = ("STARTING", "RUNNING", "WAITING", "STOPPING")
INTERRUPTED = "The local AWS ended while the run was alive."


class Jobs:
    """Runs jobs of the emulator's Glue (`glue` is its module) on `host`, at most `slots` at once; `minute` is the unit of time-outs."""

    def __init__(self, glue: Any, host: Host, slots: int = 2, minute: float = 60.0) -> None:
        self._glue, self._host, self._minute = glue, host, minute
        self._slots = threading.BoundedSemaphore(slots)
        self._lock = threading.Lock()
        self._live: dict[str, JobRun] = {}

    def operations(self) -> dict[str, Any]:
        return {
            "StartJobRun": self.start_job_run,
            "GetJobRun": self.get_job_run,
            "GetJobRuns": self.get_job_runs,
            "BatchStopJobRun": self.batch_stop_job_run,
        }

    def amendments(self) -> dict[str, Any]:
        return {"CreateJob": self.keep_created, "UpdateJob": self.keep_updated}

    def start_job_run(self, request: Json) -> Json:
        job = self._job(request["JobName"])
        with self._lock:
            self._refuse_too_many(job)
            record = records.started(job, request)
            self._records(job["Name"]).append(record)
        run = JobRun(job, record, self._host, self._slots, self._minute)
        self._live[record["Id"]] = run
        context = contextvars.copy_context()
        threading.Thread(target=context.run, args=(self._follow, run), daemon=True, name=record["Id"][:12]).start()
        return {"JobRunId": record["Id"]}

    def _follow(self, run: JobRun) -> None:
        try:
            run.run()
        finally:
            self._live.pop(run.record["Id"], None)

    def get_job_run(self, request: Json) -> Json:
        for record in self._records(request["JobName"]):
            if record["Id"] == request["RunId"]:
                return {"JobRun": records.current(record)}
        raise AwsError("EntityNotFoundException", f"Job run {request['RunId']} of job {request['JobName']} not found")

    def get_job_runs(self, request: Json) -> Json:
        """Newest first, `MaxResults` a page."""
        self._job(request["JobName"])
        found = [records.current(record) for record in reversed(self._records(request["JobName"]))]
        start, size = int(request.get("NextToken") or 0), int(request.get("MaxResults") or 200)
        page: Json = {"JobRuns": found[start : start + size]}
        return page | ({"NextToken": str(start + size)} if start + size < len(found) else {})

    def batch_stop_job_run(self, request: Json) -> Json:
        name, done, errors = request["JobName"], [], []
        for run_id in request["JobRunIds"]:
            code, message = self._stop(name, run_id)
            entry: Json = {"JobName": name, "JobRunId": run_id}
            if code:
                errors.append(entry | {"ErrorDetail": {"ErrorCode": code, "ErrorMessage": message}})
            else:
                done.append(entry)
        return {"SuccessfulSubmissions": done, "Errors": errors}

    def _stop(self, name: str, run_id: str) -> tuple[str, str]:
        known = {record["Id"]: record for record in self._records(name)}
        if run_id not in known:
            return "EntityNotFoundException", f"Job run {run_id} of job {name} not found"
        live = self._live.get(run_id)
        if live is None or not live.stop():
            return "InvalidInputException", f"Job run {run_id} is in state {known[run_id]['JobRunState']} and cannot be stopped"
        return "", ""

    def fail_interrupted(self) -> None:
        """Runs that were alive when the server died are over; called once, after the state was restored."""
        for runs in self._glue._job_runs.all_values():
            for record in runs:
                if record["JobRunState"] in ALIVE:
                    record |= {"JobRunState": "ERROR", "ErrorMessage": INTERRUPTED, "CompletedOn": time.time()}

    def keep_created(self, request: Json, answer: Json) -> None:
        job = self._glue._jobs[request["Name"]]
        _keep(job, request)
        if tags := job.pop("Tags", None):
            self._glue._tags[self._glue._arn("job", request["Name"])] = dict(tags)

    def keep_updated(self, request: Json, answer: Json) -> None:
        _keep(self._glue._jobs[request["JobName"]], request["JobUpdate"])

    def _job(self, name: str) -> Json:
        job: Json | None = self._glue._jobs.get(name)
        if job is None:
            raise AwsError("EntityNotFoundException", f"Failed to start job run due to missing metadata: job {name} not found")
        return job

    def _records(self, name: str) -> list[Json]:
        kept: list[Json] = self._glue._job_runs.setdefault(name, [])
        return kept

    def _refuse_too_many(self, job: Json) -> None:
        limit = int((job.get("ExecutionProperty") or {}).get("MaxConcurrentRuns") or 1)
        alive = sum(record["JobRunState"] in ALIVE for record in self._records(job["Name"]))
        if alive >= limit:
            raise AwsError("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {job['Name']}")


def _keep(job: Json, request: Json) -> None:
    """What the emulator drops of a job's settings."""
    job["ExecutionProperty"] = request.get("ExecutionProperty") or {"MaxConcurrentRuns": 1}
    job["ExecutionClass"] = request.get("ExecutionClass") or "STANDARD"
