"""Fifty years of movies in an environment of their own, a Glue job that halts at the 23rd of them, and processes that a test can kill."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest
from deltalake import DeltaTable

from ggvd_dagster import names as naming
from tests.end_to_end import bronze_objects

ROOT = Path(__file__).parents[2]
TABLE, KEY = "silver/tmdb_movies", dg.AssetKey(["silver", "tmdb_movies"])
YEARS = [str(year) for year in range(1940, 1990)]
HALT_AT = 23
MAIN = 'if __name__ == "__main__":'
# Partitions are verified one after the other before anything is written: 22 of them are, the others wait at the gate.
HALT = f"""import os, threading, time

    from glue_scripts import lake

    counted, lock, sha256 = [], threading.Lock(), lake.sha256

    def halting(uri):
        with lock:
            counted.append(uri)
            if len(counted) == {HALT_AT}:
                with open("AT.part", "w") as file:
                    file.write(str(os.getpid()))
                os.replace("AT.part", "AT")
        while len(counted) >= {HALT_AT} and not os.path.exists("GATE"):
            time.sleep(0.02)
        return sha256(uri)

    lake.sha256 = halting"""


@dataclass
class Fifty:
    """The environment: its names, the Dagster instance at `home`, the variables that processes get."""

    names: naming.Names
    instance: dg.DagsterInstance
    home: Path
    environment: dict[str, str]
    script: str
    bucket: object  # role -> boto3 Bucket
    seen: Counter = field(default_factory=Counter)
    versions: int = 0

    def land(self, snapshot, years=YEARS):
        movies = {y: [{"id": int(y) * 10 + n, "title": f"{y} {n}", "release_date": f"{y}-0{n}-01"} for n in (1, 2, 3)] for y in years}
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda year: bronze_objects.land(self.bucket("bronze"), year, snapshot, movies[year]), years))

    @contextlib.contextmanager
    def halting(self, folder):
        """The job's script halts at the 23rd partition until `open()`; gives (pid of the halted worker, open)."""
        item, at, gate = self.bucket("assets").Object(self.names.script_key(TABLE)), folder / "at", folder / "gate"
        halt = HALT.replace("AT.part", f"{at}.part").replace('"AT"', repr(str(at))).replace('"GATE"', repr(str(gate)))
        item.put(Body=self.script.replace(MAIN, f"{MAIN}\n    {halt}").encode())
        try:
            yield lambda: at.exists() and int(at.read_text()), gate.touch
        finally:
            gate.touch()
            item.put(Body=self.script.encode())

    def materialized(self):
        """How often each partition was materialized since the last call."""
        storage = self.instance.event_log_storage
        records = storage.fetch_materializations(dg.AssetRecordsFilter(asset_key=KEY), limit=1000).records
        now = Counter(record.partition_key for record in records)
        new, self.seen = now - self.seen, now
        return new

    def commits(self):
        """How many commits of data the table got since the last call."""
        history = DeltaTable(self.names.table_uri(TABLE)).history()
        now = sum(entry["operation"] not in ("CREATE TABLE", "SET COLUMNS") for entry in history)
        new, self.versions = now - self.versions, now
        return new

    def rows(self):
        """Every row but what names its snapshot."""
        table = DeltaTable(self.names.table_uri(TABLE)).to_pyarrow_table().drop_columns(["snapshot", "extracted_at"])
        return sorted(table.to_pylist(), key=lambda row: row["tmdb_id"])

    @contextlib.contextmanager
    def process(self, *command, log="attempt.log"):
        """A process of its own session, killed with all that it started."""
        with (self.home / log).open("ab") as output:
            streams = {"stdout": output, "stderr": output}
            command = [sys.executable, "-W", "ignore", *command]
            process = subprocess.Popen(command, env=self.environment, cwd=ROOT, start_new_session=True, **streams)
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def attempt(self, parent=None):
        return self.process("tests/end_to_end/attempt.py", f"{YEARS[0]}-{YEARS[-1]}", *filter(None, [parent]))

    def newest(self):
        return self.instance.get_runs(limit=1)[0]

    def attached(self, parent):
        """Whether a re-execution of the run `parent` says that it attached to a Glue run."""
        logs = [e for run in self.instance.get_runs(limit=9) if run.parent_run_id == parent for e in self.instance.all_logs(run.run_id)]
        return any(entry.user_message.startswith("attached to run ") for entry in logs)

    def glue_runs(self):
        import boto3

        return boto3.client("glue").get_job_runs(JobName=self.names.job(TABLE))["JobRuns"]


def until(condition, what, seconds=90):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    return pytest.fail(f"not within {seconds} s: {what}")
