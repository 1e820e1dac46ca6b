"""Where the seconds of `make demo` go that no job works in: by Dagster's events, Glue's records and the jobs' own reports."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import limits, result
from benchmarks.suite import local_platform

LOAD = "import time; began = time.monotonic(); import ggvd_dagster.definitions; print(time.monotonic() - began)"
JOB, GLUE, AROUND = "the job itself", "worker, session and report, in Glue", "Dagster and Pipes, around Glue"


def run(scale: float) -> dict[str, Any]:
    """The demo from nothing, taken apart, and once more; the load of the code location. `scale` is the share of the sample's years."""
    first_year = max(1940, min(2012, round(2015 - 75 * scale)))
    with TemporaryDirectory(prefix="ggvd-overhead-") as folder:
        home, ports = Path(folder), (local_platform._free_port(), local_platform._free_port())
        try:
            seconds, _ = limits.demo(home, ports, f"{first_year}-2014")
            runs, steps = events(home / "dagster")
            jobs = _jobs(home, steps)
            again, _ = limits.demo(home, ports, f"{first_year}-2014")
        finally:
            subprocess.run([f"{sys.prefix}/bin/ggvd", "down"], env=os.environ | {"GGVD_HOME": folder}, check=False, capture_output=True)
    return result.result(
        "overhead",
        "Overhead",
        scale,
        [*_per_asset(runs, steps, jobs), *_demo(runs, steps, seconds, again), _load()],
        tables=[table(steps, jobs)],
        years=f"{first_year} to 2014",
    )


def _per_asset(runs: list[list[float]], steps: dict[str, Any], jobs: dict[str, dict[str, float]]) -> list[dict[str, Any]]:
    between = max(0.0, sum(end - start for start, end in runs) - sum(map(_seconds, steps.values()))) / len(steps)
    per = {part: sum(job[part] for job in jobs.values()) / len(jobs) for part in (JOB, GLUE, AROUND)}
    overhead = {GLUE: per[GLUE], AROUND: per[AROUND], "between two steps of a run": between}
    largest = max(overhead, key=lambda part: overhead[part])
    return [
        result.row(f"{JOB}, an asset", per[JOB], "s", note=f"mean of {len(jobs)} jobs"),
        *(
            result.row(f"{part}, an asset", took, "s", note="the largest part" if part == largest else "")
            for part, took in overhead.items()
        ),
        result.row("overhead of an asset", sum(overhead.values()), "s", at_most=1.5),
    ]


def _demo(runs: list[list[float]], steps: dict[str, Any], seconds: float, again: float) -> list[dict[str, Any]]:
    together = max(end for _, end in runs) - min(start for start, _ in runs)
    source = max(map(_seconds, (step for key, step in steps.items() if key == "bronze__tmdb_movies")), default=0.0)
    return [
        result.row("`make demo` from nothing", seconds, "s", at_most=120),
        result.row("... its Dagster runs, all assets", together, "s", of=seconds, note="of the demo"),
        result.row("... of these the pages of TMDB, at the source's rate", source, "s", of=seconds, note="of the demo"),
        result.row("... the local AWS, deploying, loading, four questions", seconds - together, "s", of=seconds, note="of the demo"),
        result.row("`make demo` again, nothing changed", again, "s", at_most=seconds / 2, of=seconds, note="of the first"),
    ]


def _load() -> dict[str, Any]:
    took = (subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True).stdout for _ in range(3))
    return result.row("loading the code location", min(map(float, took)), "s", at_most=3, note="best of three")


def events(dagster_home: Path) -> tuple[list[list[float]], dict[str, Any]]:
    """Start and end of each run, and of each step that succeeded what its events say: two times, the job's run and its seconds."""
    import dagster as dg

    runs: list[list[float]] = []
    steps: dict[str, Any] = {}
    with dg.DagsterInstance.from_config(str(dagster_home)) as instance:
        for record in instance.get_run_records():
            if record.start_time is None or record.end_time is None:
                continue
            runs.append([record.start_time, record.end_time])
            for entry in instance.all_logs(record.dagster_run.run_id):
                if entry.dagster_event is not None and entry.dagster_event.step_key is not None:
                    _see(steps.setdefault(entry.dagster_event.step_key, {}), entry.dagster_event, entry.timestamp)
    return runs, {key: step for key, step in steps.items() if {"STEP_START", "STEP_SUCCESS"} <= step.keys()}


def _see(step: dict[str, Any], event: Any, at: float) -> None:
    if event.event_type_value in ("STEP_START", "STEP_SUCCESS"):
        step[event.event_type_value] = at
    elif event.event_type_value == "ASSET_MATERIALIZATION":
        facts = event.materialization.metadata
        step.update({name: facts[name].value for name in ("job_run_id", "seconds") if name in facts})


def _seconds(step: dict[str, Any]) -> float:
    return float(step["STEP_SUCCESS"] - step["STEP_START"])


def _jobs(home: Path, steps: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Of each table that a Glue job made: the seconds of the script, of the rest of Glue's run, and of the rest of the step."""
    import boto3

    from ggvd_dagster.names import LOCAL_ACCOUNT, Names
    from local_aws import launcher

    variables = launcher.environment(home)
    names = Names(variables["GGVD_ENV"], LOCAL_ACCOUNT)
    keys = {"aws_access_key_id": variables["AWS_ACCESS_KEY_ID"], "aws_secret_access_key": variables["AWS_SECRET_ACCESS_KEY"]}
    glue = boto3.client("glue", endpoint_url=variables["AWS_ENDPOINT_URL"], region_name=variables["AWS_REGION"], **keys)
    found = {}
    for key, step in steps.items():
        if "job_run_id" in step:
            table = key.replace("__", "/", 1)
            run = glue.get_job_run(JobName=names.job(table), RunId=step["job_run_id"])["JobRun"]
            seconds, work = (run["CompletedOn"] - run["StartedOn"]).total_seconds(), float(step["seconds"])
            found[table] = {JOB: work, GLUE: seconds - work, AROUND: _seconds(step) - seconds}
    return found


def table(steps: dict[str, Any], jobs: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Every asset with its parts, the slowest first; an asset without a Glue job has only its step."""
    rows: list[list[Any]] = []
    for key, step in sorted(steps.items(), key=lambda item: -_seconds(item[1])):
        name = key.replace("__", "/", 1)
        parts: Iterable[Any] = (f"{jobs[name][part]:.2f}" for part in (JOB, GLUE, AROUND)) if name in jobs else ("", "", "")
        rows.append([name, f"{_seconds(step):.2f}", *parts])
    return {"title": "Where the seconds of each asset go", "headings": ["asset", "step", JOB, GLUE, AROUND], "rows": rows}
