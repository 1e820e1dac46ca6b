"""The whole lakehouse as Dagster runs: what does not need each other runs side by side, each line of jobs in a process of its own.

Processes, not threads: Dagster configures logging at the start of each run, and two threads that do so wait for each other for ever.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import dagster as dg

from ggvd_dagster import partitions, pipeline_line
from ggvd_dagster.errors import GgvdError

SECONDS_BETWEEN_LOOKS = 0.2
SHOWN = {
    dg.DagsterEventType.STEP_START: "started",
    dg.DagsterEventType.STEP_SUCCESS: "finished",
    dg.DagsterEventType.STEP_FAILURE: "failed",
}


class RunFailed(GgvdError):  # noqa: N818
    """A run of the pipeline failed; the message has the first failure's own text."""


@dataclass(frozen=True)
class Progress:
    """An asset `started`, `finished` or `failed`; `rows` where the asset knows them."""

    asset: str
    state: str
    seconds: float = 0.0
    rows: int | None = None


Tell = Callable[[Progress], None]


def run_all(instance: dg.DagsterInstance, years: Sequence[str], on_event: Tell = lambda _: None) -> None:
    """Materialize everything, TMDB for these release years. `on_event` hears of each asset as it starts and ends.

    Raises RunFailed with the first failure, after what ran beside it has ended.
    """
    bury_the_dead(instance)
    rating_years = partitions.definition("rating_year").get_partition_keys()
    tmdb = [pipeline_line.Job("refresh_tmdb", years)]
    movielens = [pipeline_line.Job("refresh_archives"), pipeline_line.Job("refresh_rating_events", rating_years)]
    _side_by_side(instance, [tmdb, movielens], on_event)
    _side_by_side(instance, [[pipeline_line.Job("publish")]], on_event)


def bury_the_dead(instance: dg.DagsterInstance) -> None:
    """End runs whose process is gone, and give back their places in the pools: nobody else would, and the next run would wait for ever."""
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])):
        process = run.tags.get(pipeline_line.PROCESS_TAG)
        if process and not pipeline_line.is_alive(process):
            instance.report_run_failed(run, f"process {process} of this run is gone")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _side_by_side(instance: dg.DagsterInstance, lines: list[list[pipeline_line.Job]], on_event: Tell) -> None:
    processes = [subprocess.Popen([sys.executable, "-m", pipeline_line.__name__, *(job.as_argument() for job in line)]) for line in lines]
    watch = _Watch(instance, on_event, {job.run_id: None for line in lines for job in line})
    try:
        while any(process.poll() is None for process in processes):
            watch.look()
            time.sleep(SECONDS_BETWEEN_LOOKS)
    finally:  # Ctrl-C reaches the processes too: they stop their Glue runs and end
        codes = [process.wait() for process in processes]
        watch.look()
    if any(codes):
        raise RunFailed(watch.failure or f"a process of the pipeline ended with code {next(filter(None, codes))}: see the run in Dagit")


@dataclass
class _Watch:
    """Reads the events of runs as they come; `cursors` maps each run to how far it was read."""

    instance: dg.DagsterInstance
    tell: Tell
    cursors: dict[str, str | None]
    rows: dict[str, int] = field(default_factory=dict)
    failure: str | None = None

    def look(self) -> None:
        for run_id, cursor in self.cursors.items():
            page = self.instance.get_records_for_run(run_id, cursor, {*SHOWN, dg.DagsterEventType.ASSET_MATERIALIZATION})
            self.cursors[run_id] = page.cursor
            for record in page.records:
                event = record.event_log_entry.dagster_event
                if event is not None and event.step_key is not None:
                    self._see(event, event.step_key.replace("__", "/", 1))

    def _see(self, event: dg.DagsterEvent, asset: str) -> None:
        if event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION:
            self._count(asset, event)
            return
        state = SHOWN[event.event_type]
        if state == "failed":
            self.failure = self.failure or f"{asset} failed: {_cause(event)}"
        seconds = event.step_success_data.duration_ms / 1000 if state == "finished" else 0.0
        self.tell(Progress(asset, state, seconds, self.rows.get(asset)))

    def _count(self, asset: str, event: dg.DagsterEvent) -> None:
        """A table's own count comes with each of its partitions; the counts of partitions alone add up."""
        facts = event.materialization.metadata
        if "dagster/row_count" in facts:
            self.rows[asset] = int(str(facts["dagster/row_count"].value))
        elif "dagster/partition_row_count" in facts:
            self.rows[asset] = self.rows.get(asset, 0) + int(str(facts["dagster/partition_row_count"].value))


def _cause(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    return data.error_display_string.strip().splitlines()[0]
