"""A Dagster run in this process, as the commands that make something have it: recorded where the control room shows it, and quiet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import dagster as dg
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ggvd_dagster import pipeline, pipeline_line
from ggvd_dagster.commands import dagster_home
from ggvd_dagster.commands.terminal import console


@contextmanager
def instance(purpose: str) -> Iterator[dg.DagsterInstance]:
    """The instance that Dagit shows too. Raises GgvdError without one; `purpose` says in it what it is for."""
    with dg.DagsterInstance.from_config(str(dagster_home.prepared(purpose))) as found:
        yield found


def execute(
    instance: dg.DagsterInstance, job: dg.JobDefinition, doing: str, *, config: dict[str, Any] | None = None, **options: Any
) -> dg.ExecuteInProcessResult:
    """Run a job and show that it goes on (`doing`). The result says whether it succeeded; `options` are those of execute_in_process."""
    pipeline.bury_the_dead(instance)
    tags = {pipeline_line.PROCESS_TAG: pipeline_line.this_process(), **options.pop("tags", {})}
    columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()
    with Progress(*columns, console=console, transient=True) as progress:
        progress.add_task(doing, total=None)
        return job.execute_in_process(
            instance=instance, run_config={"ops": config or {}, **pipeline_line.QUIET}, tags=tags, raise_on_error=False, **options
        )


def failure(result: dg.ExecuteInProcessResult) -> str:
    """What a failed run tells of its first failed step."""
    for event in result.all_events:
        if event.is_step_failure:
            data = event.step_failure_data
            return str(data.user_failure_data.description if data.user_failure_data else data.error_display_string.strip().splitlines()[0])
    return "the run failed"
