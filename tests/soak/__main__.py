"""`python -m tests.soak`: load on every part, and what its long-lived processes need at the end. Exit code 1 when one grows.

Prints what it measures; nothing is asserted of speed. Ten minutes on two cores.
"""

import argparse
import gc
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import dagster as dg
import pytest

from lambda_handlers import aws, web
from local_aws import clients, launcher
from tests.conftest import free_port
from tests.lambda_handlers.conftest import Functions
from tests.soak import queue_load, ticks
from tests.soak.watch import Watch, find

ROOT = Path(__file__).parents[2]
TABLE = "silver/movielens_tags"
QUARTERS = 4


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--partitions", type=int, default=2_000)
    parser.add_argument("--hours", type=float, default=4.0, help="of sensor ticks")
    parser.add_argument("--jobs", type=int, default=20)
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # shells have background work ignore it, and Dagster by it ends its processes
    state = Path(tempfile.mkdtemp(prefix="ggvd-soak-"))
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AWS_", "DAGSTER_", "TMDB_", "GGVD_"))]:
            patch.delenv(name)
        patch.setattr(web, "BACKOFF_SECONDS", 0.01)  # how long it waits between tries is not what is looked at
        patch.setattr(web, "LONGEST_BACKOFF_SECONDS", 0.05)
        running = launcher.up(state, port=free_port(), sources_port=free_port())
        try:
            for name, value in {**running.environment, "GGVD_HOME": str(state)}.items():
                patch.setenv(name, value)
            return _soak(options, state, patch)
        finally:
            launcher.down(state)


def _soak(options, state, patch):
    server, port = launcher.status(state)["aws"], free_port()
    (state / "dagster").mkdir(exist_ok=True)
    (state / "dagster" / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    command = [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", "-h", "127.0.0.1", "-p", str(port)]
    with (state / "logs" / "dagit.log").open("wb") as log:
        dagit = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait(port)
        url, processes = f"http://127.0.0.1:{port}", _processes(server, dagit.pid)
        watch = Watch(processes, [])
        _jobs(clients.MOST)  # as many sessions as the local AWS keeps clients for
        ticks.start_automation(url)
        ticks.run(url, _land, 0.1)
        _measure(watch)
        for number in range(1, QUARTERS + 1):
            say(f"quarter {number} of {QUARTERS}")
            _quarter(options, url, patch, number)
            _measure(watch)
        say(f"the daemon's own ticks meanwhile: {_told(ticks.of_daemon(url))}")
    finally:
        dagit.terminate()
        dagit.wait(timeout=30)
    say("memory and open files, warm and after each quarter:", *watch.table())
    grown = watch.grown()
    say(f"grown: {', '.join(grown)}" if grown else "flat")
    return 1 if grown else 0


def _processes(server, dagit):
    return {
        "local AWS": find(server, "local_aws.server"),
        "job host": find(server, "local_aws.glue.preload"),
        "webserver": find(dagit, "dagster_webserver"),
        "daemon": find(dagit, "dagster._daemon"),
        "code server": find(dagit, "api", "grpc"),
    }


def _measure(watch):
    gc.collect()  # clients that are over here keep connections to the local AWS until then
    watch.measure()


def _quarter(options, url, patch, number):
    """A quarter of every load."""
    for cached in (aws.client, web.session):
        cached.cache_clear()
    counted = queue_load.run(
        lambda sources: Functions(patch, sources, requests_per_second=100_000, pages_per_message=1),
        options.messages // QUARTERS,
        options.seed + number,
        say_part,
    )
    say(f"queue: {counted}")
    count = options.partitions // QUARTERS
    say(f"catalog: {count} partitions in {_partitions(count * (number - 1), count):.1f} s, listed in {_listed(url):.2f} s")
    counts, failures, seconds = ticks.run(url, lambda tick: _land(f"{number}-{tick}"), options.hours / QUARTERS)
    say(f"ticks of {options.hours / QUARTERS:g} h in {seconds:.0f} s: {_told(counts)}; failures: {failures or 'none'}")
    say(f"jobs: {options.jobs // QUARTERS} in {_jobs(options.jobs // QUARTERS):.0f} s")
    if failures:
        raise SystemExit("ticks failed")


def _told(counts):
    """`s3_events 120 (12 asked for runs, 108 skipped)`, and so on."""
    parts = ((name, sum(found.values()), ", ".join(f"{n} {kind}" for kind, n in sorted(found.items()))) for name, found in counts.items())
    return "; ".join(f"{name} {total} ({kinds})" for name, total, kinds in parts)


def _land(number=0):
    """A manifest in bronze, as extraction leaves it; the sensors read its key only."""
    import boto3

    from ggvd_dagster.names import from_environment

    key = f"movielens_tags/snapshot=soak-{number}/_manifest.json"
    boto3.client("s3").put_object(Bucket=from_environment().bucket("bronze"), Key=key, Body=b"{}")


def _partitions(first, count):
    """Materializations of partitions that Dagster keeps, as a run reports them."""
    begun = time.monotonic()
    with dg.DagsterInstance.get() as instance:
        for number in range(first, first + count):
            instance.report_runless_asset_event(
                dg.AssetMaterialization(["silver", "soak"], partition=f"{number:05}", metadata={"rows": number})
            )
    return time.monotonic() - begun


def _listed(url):
    begun = time.monotonic()
    ask = """{ assetOrError(assetKey: {path: ["silver", "soak"]}) { ... on Asset { assetMaterializations(limit: 2000) { partition } } } }"""
    ticks.ask(url, ask)
    return time.monotonic() - begun


def _jobs(count):
    import boto3

    from ggvd_dagster.names import from_environment

    glue, name, begun = boto3.client("glue"), from_environment().job(TABLE), time.monotonic()
    for _ in range(count):  # without bronze it fails early: a process is forked, reads S3, and ends
        run = glue.start_job_run(JobName=name)["JobRunId"]
        while glue.get_job_run(JobName=name, RunId=run)["JobRun"]["JobRunState"] in ("STARTING", "WAITING", "RUNNING"):
            time.sleep(0.05)
    return time.monotonic() - begun


def _wait(port, seconds=180):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise SystemExit("Dagit did not start")


def say(*lines):
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def say_part(text):
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
