"""Runs of one Glue job: start or attach, wait, stop. Knows nothing of Dagster but its way to interrupt.

States: https://docs.aws.amazon.com/glue/latest/dg/job-run-statuses.html
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ggvd_dagster.resources.clients import delays, error_code

ENDED = frozenset({"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"})
GOING = frozenset({"STARTING", "RUNNING", "WAITING"})  # STOPPING will not do our work any more
BUSY = frozenset({"ConcurrentRunsExceededException", "ResourceNumberLimitExceededException"})
TRANSIENT = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "TooManyRequestsException",
        "OperationTimeoutException",
        "InternalServiceException",
        "ServiceUnavailableException",
        "ServiceUnavailable",
        "EndpointConnectionError",
        "ConnectTimeoutError",
        "ReadTimeoutError",
        "ConnectionClosedError",
    }
)
RECENT_RUNS = 200  # of a job, newest first, among which a run of ours may still be going


class GlueError(Exception):
    """A Glue job run that did not end well."""


class GlueRunWaits(GlueError):  # noqa: N818
    """Glue kept the run in its queue longer than we are willing to wait; the run was stopped."""


class GlueOutOfReach(GlueError):  # noqa: N818
    """Glue did not answer for too long; the run may still be going and the next attempt attaches to it."""


class GlueBusy(GlueError):  # noqa: N818
    """Another run of the same job holds its only place, for longer than we are willing to wait."""


@dataclass(frozen=True)
class Patience:
    """Seconds: in Glue's own queue, without an answer of Glue, for another run of the same job; and the slowest poll."""

    queue: float = 1800
    silence: float = 300
    busy: float = 3600
    poll: float = 5


@dataclass
class GlueRuns:
    """Runs of the job `job`. `clock` and `sleep` are time's own outside of tests."""

    client: Any
    job: str
    log: Any
    patience: Patience = Patience()
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    def find(self, run_token: str) -> str | None:
        """The id of the run that was started with this token and is still going."""
        pages = self.client.get_paginator("get_job_runs").paginate(JobName=self.job)
        recent = islice((run for page in pages for run in page["JobRuns"]), RECENT_RUNS)
        ours = (run for run in recent if run["JobRunState"] in GOING and run.get("Arguments", {}).get("--run_token") == run_token)
        return next((run["Id"] for run in ours), None)

    def start_or_attach(self, arguments: Mapping[str, str], *, flex: bool = False) -> tuple[str, bool]:
        """Id of the run with our token, and whether it was there already. Raises GlueBusy when the job's only place stays taken.

        With `flex` the run takes spare workers, which cost less and may come later.

        A start whose answer was lost shows as a busy job, so every time the job is busy we look for our own run again.
        """
        began = self.clock()
        options = {"ExecutionClass": "FLEX"} if flex else {}
        for delay in delays(most=self.patience.poll):
            if run := self.find(arguments["--run_token"]):
                return run, True
            try:
                return self.client.start_job_run(JobName=self.job, Arguments=dict(arguments), **options)["JobRunId"], False
            except Exception as error:
                if error_code(error) not in BUSY | TRANSIENT:
                    raise
                if self.clock() - began > self.patience.busy:
                    raise GlueBusy(
                        f"job {self.job} could not start for {self.patience.busy:.0f} s: {error}. Look for the run that holds it "
                        f"(aws glue get-job-runs --job-name {self.job}), then materialize again."
                    ) from error
                self.log.info(f"job {self.job} is busy ({error_code(error)}); waiting for its place")
            self.sleep(delay)
        raise AssertionError("delays never end")

    def wait(self, run: str, on_poll: Callable[[], None]) -> dict[str, Any]:
        """The JobRun when it has ended, however it did. Stops it when it stays in Glue's queue.

        Raises GlueRunWaits and GlueOutOfReach. What `on_poll` does, it does once after each look at the run.
        """
        began = heard = self.clock()
        for delay in delays(first=0.1, most=self.patience.poll, factor=1.2):
            try:
                job_run: dict[str, Any] = self.client.get_job_run(JobName=self.job, RunId=run)["JobRun"]
                heard = self.clock()
            except Exception as error:
                if error_code(error) not in TRANSIENT:
                    raise
                if self.clock() - heard > self.patience.silence:
                    raise GlueOutOfReach(
                        f"Glue has not answered for {self.patience.silence:.0f} s ({error}). Run {run} of job {self.job} may still be "
                        "going: re-execute this run from failure and it attaches to it."
                    ) from error
                job_run = {"JobRunState": "unknown"}
            on_poll()
            if job_run["JobRunState"] in ENDED:
                return job_run
            if job_run["JobRunState"] != "WAITING":
                began = self.clock() if job_run["JobRunState"] != "unknown" else began
            elif self.clock() - began > self.patience.queue:
                self.stop(run)
                raise GlueRunWaits(
                    f"run {run} of job {self.job} waited for capacity for more than {self.patience.queue:.0f} s and was stopped. "
                    "Raise the account's Glue limits or materialize when fewer jobs run."
                )
            self.sleep(delay)
        raise AssertionError("delays never end")

    def stop(self, run: str) -> bool:
        """Ask Glue to stop a run; False, and a warning that says why, when it could not."""
        try:
            answer = self.client.batch_stop_job_run(JobName=self.job, JobRunIds=[run])
        except Exception as error:  # what made us stop matters more than that stopping failed
            self.log.warning(f"run {run} of job {self.job} could not be stopped: {error}")
            return False
        for failed in answer.get("Errors", ()):
            detail = failed.get("ErrorDetail", {})
            self.log.warning(f"run {run} of job {self.job} could not be stopped: {detail.get('ErrorCode')}: {detail.get('ErrorMessage')}")
        return not answer.get("Errors")
