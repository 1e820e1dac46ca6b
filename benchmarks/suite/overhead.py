"""Where the seconds of a run of all assets go that no job works in: by Dagster's events, Glue's records and the jobs' own reports."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import result
from benchmarks.suite import local_platform
from benchmarks.suite.local_platform import Platform

LOAD = "import time; began = time.monotonic(); import ggvd_dagster.definitions; print(time.monotonic() - began)"
RUN = """
import json, os, shutil, sys, time
from pathlib import Path
import dagster as dg
from ggvd_dagster import pipeline
from ggvd_dagster.commands import run_here
began = time.monotonic()
with run_here.instance("to measure") as instance:
    pipeline.run_all(instance, json.loads(sys.argv[1]))
    seconds = time.monotonic() - began
    steps, runs = {}, []
    for record in instance.get_run_records():
        runs.append([record.start_time, record.end_time])
        for entry in instance.all_logs(record.dagster_run.run_id):
            event = entry.dagster_event
            if event is None or event.step_key is None:
                continue
            step = steps.setdefault(event.step_key, {"run": record.dagster_run.run_id})
            if event.event_type_value in ("STEP_START", "STEP_SUCCESS"):
                step[event.event_type_value] = entry.timestamp
            elif event.event_type_value == "ASSET_MATERIALIZATION":
                facts = event.materialization.metadata
                step.update({name: facts[name].value for name in ("job_run_id", "seconds") if name in facts})
print("FOUND " + json.dumps({"seconds": seconds, "steps": steps, "runs": runs}))
"""


def run(scale: float) -> dict[str, Any]:
    """One run of all assets from nothing on a local AWS of its own, and how long the code location takes to load."""
    years = [str(year) for year in range(1940 if scale >= 1 else 2000, 2015)]
    with TemporaryDirectory(prefix="ggvd-overhead-") as folder, local_platform.running(Path(folder)) as platform:
        found = _found(years)
        jobs = _jobs(platform, found["steps"])
    load = min(float(subprocess.run([sys.executable, "-c", LOAD], check=True, capture_output=True, text=True).stdout) for _ in range(3))
    parts = {
        "the job itself": sum(job["work"] for job in jobs.values()),
        "worker, session and report, in Glue": sum(job["glue"] - job["work"] for job in jobs.values()),
        "Dagster and Pipes, around Glue": sum(job["step"] - job["glue"] for job in jobs.values()),
    }
    busy = sum(end - start for start, end in found["runs"]) - sum(_step(step) for step in found["steps"].values())
    between = max(0.0, busy) / len(found["steps"])
    per = {name: seconds / len(jobs) for name, seconds in parts.items()}
    overhead = per["worker, session and report, in Glue"] + per["Dagster and Pipes, around Glue"] + between
    rows = [
        *(result.row(f"{name}, an asset", seconds, "s") for name, seconds in per.items()),
        result.row("between two steps of a run", between, "s"),
        result.row("overhead of an asset", overhead, "s", at_most=1.5, note=f"{len(jobs)} jobs"),
        result.row("all assets, end to end", found["seconds"], "s"),
        result.row("loading the code location", load, "s", at_most=3),
    ]
    return result.result("overhead", "Overhead", scale, rows, jobs=jobs)


def _found(years: list[str]) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", RUN, json.dumps(years)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    line = next(line for line in done.stdout.splitlines() if line.startswith("FOUND "))
    found: dict[str, Any] = json.loads(line.removeprefix("FOUND "))
    return found


def _step(step: dict[str, Any]) -> float:
    return float(step["STEP_SUCCESS"] - step["STEP_START"])


def _jobs(platform: Platform, steps: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Of each step that ran a Glue job: seconds of the step, of Glue's run and of the script."""
    import boto3

    glue, found = boto3.client("glue"), {}
    for key, step in steps.items():
        if "job_run_id" not in step:
            continue
        table = key.replace("__", "/", 1)
        run = glue.get_job_run(JobName=platform.names.job(table), RunId=step["job_run_id"])["JobRun"]
        seconds = (run["CompletedOn"] - run["StartedOn"]).total_seconds()
        found[table] = {"step": _step(step), "glue": seconds, "work": float(step["seconds"])}
    return found


if __name__ == "__main__":
    began = time.monotonic()
    result.show([run(0.1)], result.machine())
    print(f"{time.monotonic() - began:.0f} s")
