"""Glue jobs as the assets run them: one durable run for a table and its partitions, believed only when its report and commit are there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster._core.errors import DagsterExecutionInterruptedError

from ggvd_dagster import names as naming
from ggvd_dagster.job_report import JobReport
from ggvd_dagster.resources import clients, pipes
from ggvd_dagster.resources.glue_runs import GlueError, GlueRuns, Patience
from ggvd_dagster.resources.lake import Lake


class GlueJobFailed(GlueError):  # noqa: N818
    """The run ended in another state than SUCCEEDED. `report` is what it reported before, `tail` the last lines of its output."""

    def __init__(self, message: str, outcome: Outcome, tail: Sequence[str]) -> None:
        super().__init__(message)
        self.outcome, self.tail = outcome, list(tail)


class NotProven(GlueError):  # noqa: N818
    """The run says that it succeeded, but what it should have left behind is not there; the message says what is missing."""


@dataclass(frozen=True)
class Outcome:
    """How a job run ended: Glue's JobRun, and the job's own report where there is one with our token."""

    job: str
    run: dict[str, Any]
    attached: bool
    report: JobReport | None

    @property
    def url(self) -> str:
        region = clients.client("glue").meta.region_name
        return f"https://{region}.console.aws.amazon.com/gluestudio/home?region={region}#/job/{self.job}/run/{self.run.get('Id', '')}"


def run_token(table: str, partitions: Sequence[str] | None, root_run_id: str) -> str:
    """Who asks for what. Retries and re-executions share the root run, so they find the job run of the attempt before them."""
    if not partitions:
        return f"{table}::{root_run_id}"
    digest = hashlib.sha256(",".join(partitions).encode()).hexdigest()[:8]
    return f"{table}:{partitions[0]}-{partitions[-1]}-{len(partitions)}-{digest}:{root_run_id}"


class GlueJobs(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Runs the Glue job of a table. Seconds: see Patience."""

    queue_patience: float = Patience.queue
    silence_patience: float = Patience.silence
    busy_patience: float = Patience.busy
    slowest_poll: float = Patience.poll

    def run(
        self,
        context: dg.AssetExecutionContext | dg.OpExecutionContext,
        lake: Lake,
        table: str,
        partitions: Sequence[str] | None,
        *,
        force: bool = False,
        restore_version: int | None = None,
        also: Mapping[str, str] | None = None,
    ) -> Outcome:
        """Run the job of `<layer>/<table>`, or attach to the run of an earlier attempt, until it has ended and is proven.

        With `restore_version` the job brings that Delta version back instead of making the table; `also` are further arguments.

        Raises GlueJobFailed, NotProven, GlueRunWaits, GlueOutOfReach, GlueBusy. An interruption (Terminate in Dagit) stops the run.
        """
        names = naming.from_environment()
        token = run_token(table, partitions, context.run.root_run_id or context.run.run_id)
        runs = GlueRuns(clients.client("glue"), names.job(table), context.log, self._patience())
        bucket, prefix = names.bucket("assets"), pipes.prefix(token)
        if runs.find(token) is None:
            lake.delete(bucket, f"{prefix}/")  # what an attempt said that has ended since
        reader = pipes.MessageReader(lake, bucket, prefix, context.log)
        with dg.open_pipes_session(context, pipes.ContextInjector(lake, bucket, prefix), reader) as session:
            arguments = {"--run_token": token, **session.get_bootstrap_cli_arguments()}
            if partitions:
                arguments["--partitions"] = ",".join(partitions)
            if force:
                arguments["--force"] = "true"
            arguments |= also or {}
            if restore_version is not None:
                arguments["--restore_version"] = str(restore_version)
            flex = len(partitions or ()) >= names.platform.glue.flex_partitions
            run, attached = runs.start_or_attach(arguments, flex=flex)
            context.log.info(f"{'attached to' if attached else 'started'} run {run} of Glue job {runs.job}")
            job_run = _wait(runs, run, reader)
            reader.keep = False
        report = read_report(lake, names, table, token)
        return _proven(lake, Outcome(runs.job, {"Id": run, **job_run}, attached, report), names.table_uri(table), reader)

    def _patience(self) -> Patience:
        return Patience(self.queue_patience, self.silence_patience, self.busy_patience, self.slowest_poll)


def _wait(runs: GlueRuns, run: str, reader: pipes.MessageReader) -> dict[str, Any]:
    try:
        return runs.wait(run, reader.poll)
    except (DagsterExecutionInterruptedError, KeyboardInterrupt):
        runs.log.warning(f"interrupted: stopping run {run} of Glue job {runs.job}")
        runs.stop(run)
        raise


def read_report(lake: Lake, names: naming.Names, table: str, token: str | None = None) -> JobReport | None:
    """The last report of a table's job; with a token, only if the run with this token wrote it."""
    raw = lake.read_json(names.bucket("assets"), names.report_key(table))
    report = JobReport.model_validate(raw) if raw else None
    return report if report and token in (None, report.run_token) else None


def _proven(lake: Lake, outcome: Outcome, uri: str, reader: pipes.MessageReader) -> Outcome:
    state, run, report = outcome.run["JobRunState"], outcome.run["Id"], outcome.report
    if state != "SUCCEEDED":
        reason = outcome.run.get("ErrorMessage") or "Glue gives no reason"
        raise GlueJobFailed(f"run {run} of Glue job {outcome.job} ended as {state}: {reason}", outcome, reader.tail)
    if report is None:
        raise NotProven(
            f"run {run} of Glue job {outcome.job} SUCCEEDED but left no report with its run token: nothing proves that the table was "
            "written. See the run's log; materialize again to repair it."
        )
    commits = lake.commits(uri, report.delta_version)
    if not commits:
        raise NotProven(
            f"run {run} of Glue job {outcome.job} reports version {report.delta_version} of {uri}, but its _delta_log has no such commit. "
            "Another writer may have replaced it; materialize again with force."
        )
    if commits > 1:
        raise NotProven(
            f"version {report.delta_version} of {uri} was written {commits} times: two writers were there and the later one took the "
            "place of the other. Only one run of a job may go at a time; materialize again with force."
        )
    return outcome
